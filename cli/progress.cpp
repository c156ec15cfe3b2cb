#include "cli/progress.hpp"

#include <cmath>

#include "cli/table.hpp"

namespace headlight {
namespace {
std::string runs(int n) { return std::to_string(n) + (n == 1 ? " run" : " runs"); }
}

std::string label(const ScanNames& run) {
  return run.model + "  " + (run.family.empty() ? "" : run.family + " / ") + run.method + " / " + run.task;
}

Progress::Progress(std::ostream& out) : out_(out) {}

double Progress::seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(); }

void Progress::on_plan(int n_runs, int n_done_before) {
  n_runs_ = n_runs;
  n_before_ = n_done_before;
  out_.line(runs(n_runs) + (n_done_before ? ", " + std::to_string(n_done_before) + " of them done before" : ""));
}

// Runs differ in length, so this is a guess from what has been done of them.
std::string Progress::remaining(double share_of_run) const {
  const double ended = n_ended_ + share_of_run;
  const int to_do = n_runs_ - n_before_;
  if (ended < 0.05 || seconds() < 1) return "";
  return ", about " + duration_text(seconds() * (to_do - ended) / ended) + " left";
}

void Progress::on_progress(const ScanNames& run, std::int64_t done, std::int64_t total) {
  if (!out_.is_due()) return;
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
  // What a narrow terminal cuts off is the name, not the time.
  out_.draw("[" + std::to_string(n_before_ + n_ended_) + "/" + std::to_string(n_runs_) + "] " + std::to_string(static_cast<int>(std::floor(100 * share))) +
       " %" + remaining(share) + "  " + label(run));
}

void Progress::on_end(const ScanNames& run, RunEnd end, const std::string& message, double seconds) {
  ++n_ended_;
  std::string text = "[" + std::to_string(n_before_ + n_ended_) + "/" + std::to_string(n_runs_) + "] " + label(run);
  switch (end) {
    case RunEnd::done: text += "  " + duration_text(seconds); break;
    case RunEnd::done_before: text += "  done before"; break;
    case RunEnd::not_measurable: text += "  not measurable: " + message; break;
    case RunEnd::failed: text += "  FAILED: " + message; break;
  }
  out_.line(text);
}

void Progress::on_note(const std::string& text) {
  if (notes_.insert(text).second) out_.line("note: " + text);
}

void Progress::finish(const ScanReport& report, const std::string& catalogue) {
  std::string text = runs(report.n_done + report.n_not_measurable) + " done in " + duration_text(seconds());
  if (report.n_not_measurable) text += " (" + std::to_string(report.n_not_measurable) + " not measurable)";
  if (report.n_done_before) text += ", " + std::to_string(report.n_done_before) + " done before";
  if (report.n_failed) text += ", " + std::to_string(report.n_failed) + " failed";
  if (report.n_refused) text += ", " + std::to_string(report.n_refused) + (report.n_refused == 1 ? " model" : " models") + " refused";
  if (report.n_forwards_alone > report.n_forwards)
    text += "; " + std::to_string(report.n_forwards) + " forwards served all families, " + std::to_string(report.n_forwards_alone) + " without sharing";
  out_.line(text + "; the catalogue is " + catalogue);
  if (report.cancelled)
    out_.line("interrupted; what was committed stays, and the same command goes on from there");
  else if (report.n_done + report.n_done_before == 0)
    out_.line("there is nothing to see yet; headlight runs --db " + catalogue + " says how the runs ended");
  else
    out_.line("look at it with: headlight heads --db " + catalogue + " --verdict confirmed, or headlight serve --db " + catalogue + " --open");
}

}  // namespace headlight
