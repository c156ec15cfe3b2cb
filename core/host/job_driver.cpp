#include "core/host/job_driver.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <tuple>

#include "core/base/error.hpp"
#include "core/host/summarize.hpp"

namespace headlight {
namespace {

constexpr std::chrono::milliseconds kTimeToStop{3000};

std::vector<double> defaults(const PluginInfo* plugin) {
  std::vector<double> values;
  if (plugin)
    for (const PluginParameter& parameter : plugin->parameters) values.push_back(parameter.default_value);
  return values;
}

// Which values are there already. A family's prompt is done when any of its values is.
std::vector<CellValue> what_a_worker_needs(const PlannedRun& run, std::vector<CellValue> committed) {
  if (!run.method->measures_family) return committed;
  std::set<std::tuple<Part, int, int>> prompts;
  std::erase_if(committed, [&](const CellValue& v) { return !prompts.insert({v.part, v.replicate, v.prompt}).second; });
  return committed;
}

std::optional<std::int64_t> count_of(const Json& work, const char* what) {
  if (work[what].is_null()) return std::nullopt;
  return work[what].as_integer();
}

RunWork work_from(const Json& work) {
  return {.forwards = count_of(work, "forwards"),
          .forwards_shared = count_of(work, "forwards_shared"),
          .rows = count_of(work, "rows"),
          .rows_full = count_of(work, "rows_full")};
}

std::string last_line(const std::string& words) {
  const size_t end = words.find_last_not_of(" \n\r\t");
  if (end == std::string::npos) return "";
  const size_t start = words.rfind('\n', end);
  return words.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1) + 1);
}

}  // namespace

JobDriver::JobDriver(const ScanRequest& request, const PlannedJob& job, ResultSink& sink, ScanObserver& observer, std::function<bool()> stop)
    : request_(request), job_(job), sink_(sink), observer_(observer), stop_(std::move(stop)) {}

Job JobDriver::make_job(const std::vector<size_t>& runs) {
  const PlannedRun& first = job_.runs[runs.front()];
  Job job{.model = std::filesystem::absolute(job_.source.folder), .task = first.task->definition, .seed = request_.seed, .n_prompts = request_.n_prompts,
          .n_threads = request_.n_threads, .memory_bytes = request_.memory_bytes,
          .wants_patterns = !sink_.has_activations(first.key.model, first.key.task_hash, request_.seed, request_.n_prompts), .runs = {}};
  for (const size_t index : runs) {
    const PlannedRun& run = job_.runs[index];
    const std::string who = run.names.family.empty() ? "" : run.names.family + " / ";
    job.runs.push_back({.label = who + run.names.method + " / " + run.names.task, .family = run.family ? run.family->path : std::filesystem::path(),
                        .method = run.method->path, .family_parameters = defaults(run.family), .method_parameters = defaults(run.method),
                        .committed = what_a_worker_needs(run, sink_.committed(run.key))});
  }
  return job;
}

JobDriver::Outcome JobDriver::drive(const std::vector<size_t>& runs) {
  sent_ = open_ = runs;
  activations_.clear();
  ChildProcess child(request_.worker, {"worker", "job"});
  std::string blob;
  const Json message = to_json(make_job(runs), blob);
  child.send(message, blob);

  const bool hung = listen(child);
  const ProcessEnd end = child.wait();
  if (stop_()) {
    for (const size_t run : open_) sink_.stop_run(job_.runs[run].key, RunStatus::interrupted, "cancelled", "interrupted by the user");
    return {.unfinished = {}, .cancelled = true};
  }
  Outcome outcome{.unfinished = open_};
  if (open_.size() == 1 && runs.size() == 1) {
    const std::string how = hung ? "gave no sign of life for " + std::to_string(request_.silence.count()) + " s and was stopped" : end.how;
    const std::string words = last_line(end.last_words);
    fail(open_.front(), "plugin", "its worker " + how + (words.empty() ? "" : "; last words: " + words));
    outcome.unfinished.clear();
  }
  return outcome;
}

// Takes frames until the worker has ended, hung (true) or been stopped by the user.
bool JobDriver::listen(ChildProcess& child) {
  using Clock = std::chrono::steady_clock;
  Frame frame;
  std::optional<Clock::time_point> last_moment;  // once it was asked to stop: a worker that goes on talking ends too
  while (true) {
    if (!last_moment && stop_()) {
      last_moment = Clock::now() + kTimeToStop;
      child.terminate();
    }
    if (last_moment && Clock::now() > *last_moment) {
      child.kill();
      return false;
    }
    const auto timeout = last_moment ? std::chrono::duration_cast<std::chrono::milliseconds>(*last_moment - Clock::now())
                                     : std::chrono::milliseconds(request_.silence);
    const auto got = child.next(frame, timeout, last_moment ? std::function<bool()>() : stop_);
    if (got == ChildProcess::Wait::frame) on_frame(frame);
    if (got == ChildProcess::Wait::end) return false;
    if (got == ChildProcess::Wait::silence) {
      child.kill();
      return !last_moment;
    }
  }
}

const PlannedRun& JobDriver::planned(const Json& message) const {
  return job_.runs[sent_.at(static_cast<size_t>(message.at("run").as_integer()))];
}

void JobDriver::on_frame(const Frame& frame) {
  const Json& message = frame.message;
  const std::string& type = message.at("type").as_string();
  if (type == "values") {
    sink_.commit(planned(message).key, cell_values_from(frame.blob));
  } else if (type == "progress") {
    observer_.on_progress(planned(message).names, message.at("done").as_integer(), message.at("total").as_integer());
  } else if (type == "prompts") {
    on_prompts(message);
  } else if (type == "outcomes") {
    on_outcomes(message);
  } else if (type == "activation") {
    on_activation(frame);
  } else if (type == "activations_done") {
    const RunKey& key = job_.runs[sent_.front()].key;
    sink_.put_activations(key.model, key.task_hash, request_.seed, request_.n_prompts, activations_);
  } else if (type == "run_done") {
    on_run_done(message);
  } else if (type == "run_failed") {
    fail(sent_.at(static_cast<size_t>(message.at("run").as_integer())), message.at("code").as_string(), message.at("message").as_string());
  } else if (type == "job_done") {
    on_job_done(message);
  } else if (type == "job_failed") {
    on_job_failed(message);
  }
}

void JobDriver::on_prompts(const Json& message) {
  metric_ = message.at("metric").as_string();
  chance_ = message.at("chance").as_number();
  std::vector<PromptRecord> prompts;
  for (const Json& json : message.at("prompts").as_array()) {
    PromptRecord prompt{.index = static_cast<int>(json.at("index").as_integer()), .reported = json.at("reported").as_bool(), .tokens = {},
                        .token_ids = {}, .roles = json.at("roles"), .answer = json.at("answer").as_string()};
    for (const Json& token : json.at("tokens").as_array()) prompt.tokens.push_back(token.as_string());
    for (const Json& id : json.at("ids").as_array()) prompt.token_ids.push_back(static_cast<int>(id.as_integer()));
    prompts.push_back(std::move(prompt));
  }
  n_prompts_ = static_cast<int>(prompts.size());
  const RunKey& key = job_.runs[sent_.front()].key;
  PromptMaking making{.n_tried = static_cast<int>(message.at("n_tried").as_integer()), .notes = {}};
  for (const Json& note : message.at("notes").as_array()) making.notes.push_back(note.as_string());
  sink_.put_prompts(key.model, key.task_hash, request_.seed, request_.n_prompts, prompts, making);
  for (const std::string& note : making.notes) observer_.on_note(job_.runs[sent_.front()].names.model + ", " + key.task + ": " + note);
}

void JobDriver::on_outcomes(const Json& message) {
  std::vector<PromptOutcome> outcomes;
  for (const Json& json : message.at("outcomes").as_array()) {
    PromptOutcome outcome{.prompt = static_cast<int>(json.at("prompt").as_integer()), .metric = json.at("metric").as_number(), .accuracy = std::nullopt};
    if (!json["accuracy"].is_null()) outcome.accuracy = json["accuracy"].as_number();
    outcomes.push_back(outcome);
  }
  for (const size_t run : sent_) sink_.commit_outcomes(job_.runs[run].key, outcomes);
}

void JobDriver::on_activation(const Frame& frame) {
  const Json& message = frame.message;
  ActivationRecord record{.site = message.at("site").as_string(), .layer = static_cast<int>(message.at("layer").as_integer()),
                          .prompt = static_cast<int>(message.at("prompt").as_integer()), .shape = {}, .values = {}};
  for (const Json& extent : message.at("shape").as_array()) record.shape.push_back(static_cast<int>(extent.as_integer()));
  record.values.resize(frame.blob.size() / sizeof(float));
  std::memcpy(record.values.data(), frame.blob.data(), record.values.size() * sizeof(float));
  activations_.push_back(std::move(record));
}

void JobDriver::on_run_done(const Json& message) {
  const size_t index = sent_.at(static_cast<size_t>(message.at("run").as_integer()));
  const PlannedRun& run = job_.runs[index];
  const PluginInfo& measured = run.method->measures_family ? *run.family : *run.method;
  const auto cells = sink_.committed(run.key);
  RunSummary summary = summarize({.n_layers = run.n_layers, .n_heads = run.n_heads, .n_prompts = n_prompts_,
                                  .null_kind = measured.null_kind, .outputs = measured.outputs, .metric = metric_, .chance = chance_,
                                  .seconds = message.at("seconds").as_number(), .seed = static_cast<std::uint64_t>(request_.seed)},
                                 cells, sink_.committed_outcomes(run.key));
  summary.work = work_from(message.at("work"));
  sink_.finish_run(run.key, summary);
  put_detectors(run, sink_);
  if (summary.measurable) {
    ++report_.n_done;
    end(index, RunEnd::done, "", summary.seconds);
  } else {
    ++report_.n_not_measurable;
    end(index, RunEnd::not_measurable, summary.why_not, summary.seconds);
  }
}

void JobDriver::on_job_done(const Json& message) {
  const std::int64_t forwards = message.at("forwards").as_integer(), alone = message.at("forwards_alone").as_integer();
  report_.n_forwards += forwards;
  report_.n_forwards_alone += alone;
  int n_families = 0;
  for (const size_t run : sent_) n_families += job_.runs[run].family != nullptr;
  const ScanNames& names = job_.runs[sent_.front()].names;
  if (alone > forwards)
    observer_.on_note(names.model + ", " + names.task + ": " + std::to_string(forwards) + " forwards served " + std::to_string(n_families) +
                      " families; without sharing " + std::to_string(alone));
}

// The job as a whole could not be done. When the model cannot show the task at all, that is a result.
void JobDriver::on_job_failed(const Json& message) {
  const std::string& code = message.at("code").as_string();
  const std::string& why = message.at("message").as_string();
  if (code == to_string(ErrorCode::cancelled)) return;
  // One of them may have used up the memory of all: each gets a worker of its own.
  if (code == to_string(ErrorCode::out_of_memory) && sent_.size() > 1) return;
  const auto runs = open_;
  for (const size_t index : runs) {
    const PlannedRun& run = job_.runs[index];
    if (code != to_string(ErrorCode::not_measurable)) {
      fail(index, code, why);
      continue;
    }
    RunSummary summary;
    summary.measurable = false;
    summary.why_not = why;
    sink_.finish_run(run.key, summary);
    put_detectors(run, sink_);
    ++report_.n_not_measurable;
    end(index, RunEnd::not_measurable, why, 0);
  }
}

void JobDriver::fail(size_t run, const std::string& code, const std::string& message) {
  sink_.stop_run(job_.runs[run].key, RunStatus::failed, code, message);
  ++report_.n_failed;
  end(run, RunEnd::failed, message, 0);
}

void JobDriver::end(size_t run, RunEnd how, const std::string& message, double seconds) {
  std::erase(open_, run);
  observer_.on_end(job_.runs[run].names, how, message, seconds);
}

}  // namespace headlight
