#include "core/host/trial_run.hpp"

#include "core/base/text.hpp"
#include "core/host/child_process.hpp"

namespace headlight {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

milliseconds since(Clock::time_point start) { return std::chrono::duration_cast<milliseconds>(Clock::now() - start); }

// The last words in one line.
std::string with_last_words(const ProcessEnd& end) {
  std::string words = end.last_words.substr(0, end.last_words.find_last_not_of(" \n\r\t") + 1);
  words.erase(0, words.find_last_of('\n') + 1);
  return "its process " + end.how + (end.clean ? " before it was done" : "") + (words.empty() ? "" : "; last words: " + words);
}

// Reads frames until the child ends or patience does. Calls on_frame for each. Returns why it was killed; "" when it ended.
template <typename OnFrame>
std::string listen(ChildProcess& child, const TrialPatience& patience, Clock::time_point& started, OnFrame on_frame) {
  Frame frame;
  while (true) {
    const auto left = patience.whole - since(started);
    const auto got = left.count() > 0 ? child.next(frame, std::min(patience.silence, left)) : ChildProcess::Wait::silence;
    if (got == ChildProcess::Wait::end) return "";
    if (got == ChildProcess::Wait::frame) {
      on_frame(frame);
      continue;
    }
    child.kill();
    return left <= patience.silence ? "it was not done after " + seconds_text(patience.whole)
                                    : "it gave no sign of life for " + seconds_text(patience.silence);
  }
}

}  // namespace

TrialOutcome try_job(const Job& job, const std::filesystem::path& worker, const TrialPatience& patience, bool cancels) {
  ChildProcess child(worker, {"worker", "job"});
  std::string blob;
  const Json message = to_json(job, blob);
  child.send(message, blob);
  TrialOutcome outcome;
  auto started = Clock::now();
  bool cancelled = false;
  const std::string killed = listen(child, patience, started, [&](const Frame& frame) {
    const std::string& type = frame.message.at("type").as_string();
    if (type == "values") {
      const auto values = cell_values_from(frame.blob);
      outcome.values.insert(outcome.values.end(), values.begin(), values.end());
    } else if (type == "run_done") {
      outcome.done = true;
    } else if (type == "run_failed" || type == "job_failed") {
      outcome.code = frame.message.at("code").as_string();
      outcome.failure = frame.message.at("message").as_string();
    }
    if (cancels && !cancelled && (type == "values" || type == "progress")) {
      cancelled = true;
      started = Clock::now();
      child.terminate();
    }
  });
  if (cancelled) outcome.stopping = since(started);
  const ProcessEnd end = child.wait();
  if (!killed.empty() || !end.clean || (!outcome.done && outcome.failure.empty())) {
    outcome.done = false;
    outcome.died = outcome.failure.empty();
    if (outcome.died) outcome.failure = killed.empty() ? with_last_words(end) : killed;
  }
  return outcome;
}

std::optional<std::string> try_short_prompts(const ShortPromptTrial& trial, const std::filesystem::path& worker,
                                             const TrialPatience& patience) {
  ChildProcess child(worker, {"worker", "short-prompts"});
  child.send(Json::object(
      {{"family", trial.family.string()}, {"model", trial.model.string()}, {"guards_captures", trial.guards_captures}}));
  std::int64_t n_tried = 0;
  std::optional<std::string> problem;
  auto started = Clock::now();
  const auto place = [](std::int64_t n) {
    return "on a prompt of " + std::to_string(n) + (n == 1 ? " token" : " tokens") + ": ";
  };
  const std::string killed = listen(child, patience, started, [&](const Frame& frame) {
    n_tried = frame.message.at("n_tokens").as_integer();
    if (!frame.message["problem"].is_null() && !problem) problem = place(n_tried) + frame.message.at("problem").as_string();
  });
  const ProcessEnd end = child.wait();
  if (problem || (killed.empty() && end.clean)) return problem;
  return place(n_tried + 1) + (killed.empty() ? with_last_words(end) : killed);
}

}  // namespace headlight
