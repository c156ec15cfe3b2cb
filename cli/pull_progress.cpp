#include "cli/pull_progress.hpp"

#include "cli/table.hpp"
#include "core/base/text.hpp"

namespace headlight {
namespace {

constexpr std::chrono::seconds kWindow{5};  // over which the rate is taken
constexpr std::chrono::seconds kSpeak{30};  // between two lines in a pipe

double seconds_between(std::chrono::steady_clock::time_point a, std::chrono::steady_clock::time_point b) {
  return std::chrono::duration<double>(b - a).count();
}

std::string files(int n) { return std::to_string(n) + (n == 1 ? " file" : " files"); }

}  // namespace

void PullProgress::on_plan(int n_files, int n_there, std::int64_t n_bytes, std::int64_t n_bytes_there) {
  n_files_ = n_files;
  n_bytes_ = n_bytes;
  std::string text = files(n_files) + ", " + size_text(n_bytes);
  if (n_there == n_files) text += ", all there before";
  else if (n_bytes_there > 0) text += ", " + size_text(n_bytes_there) + " of them there before";
  out_.line(text);
}

double PullProgress::rate() const {
  if (samples_.size() < 2) return 0;
  const double seconds = seconds_between(samples_.front().when, samples_.back().when);
  return seconds < 0.5 ? 0 : static_cast<double>(samples_.back().n_bytes - samples_.front().n_bytes) / seconds;
}

std::string PullProgress::moving_text(const std::string& name) const {
  std::int64_t done = 0;
  for (const auto& [file, bytes] : done_) done += bytes;
  // What a narrow terminal cuts off is the name, not the time.
  std::string text = "[" + std::to_string(n_ended_) + "/" + std::to_string(n_files_) + "] ";
  text += std::to_string(n_bytes_ > 0 ? 100 * done / n_bytes_ : 0) + " % of " + size_text(n_bytes_);
  if (const double speed = rate(); speed > 0)
    text += ", " + size_text(static_cast<std::int64_t>(speed)) + "/s, about " +
            duration_text(static_cast<double>(n_bytes_ - done) / speed) + " left";
  return text + "  " + name;
}

void PullProgress::on_bytes(const PulledFile& file, std::int64_t done, std::int64_t n_new) {
  const auto now = Clock::now();
  begun_.emplace(file.name, now);
  done_[file.name] = done;
  n_came_ += n_new;
  if (samples_.empty() || now - samples_.back().when > std::chrono::milliseconds(100)) samples_.push_back({now, n_came_});
  while (samples_.size() > 2 && now - samples_.front().when > kWindow) samples_.pop_front();
  if (n_files_ == 0) return;  // before the plan is known
  if (out_.is_due()) out_.draw(moving_text(file.name));
  if (!out_.on_terminal() && now - spoken_ > kSpeak) {
    out_.line(moving_text(file.name));
    spoken_ = now;
  }
}

void PullProgress::on_file(const PulledFile& file, bool was_there) {
  ++n_ended_;
  done_[file.name] = file.size;
  std::string text = "[" + std::to_string(n_ended_) + "/" + std::to_string(n_files_) + "] " + file.name + "  " + size_text(file.size);
  if (was_there) text += "  there before";
  else if (const auto begun = begun_.find(file.name); begun != begun_.end()) text += "  " + duration_text(seconds_between(begun->second, Clock::now()));
  out_.line(text);
  spoken_ = Clock::now();
}

void PullProgress::finish() {
  const double seconds = seconds_between(started_, Clock::now());
  if (n_came_ > 0) out_.line(size_text(n_came_) + " came in " + duration_text(seconds));
}

void PullProgress::interrupted() {
  const std::string kept = n_came_ > 0 ? size_text(n_came_) + " came and are kept" : "what came is kept";
  out_.line("interrupted; " + kept + ", and the same command goes on from there");
}

}  // namespace headlight
