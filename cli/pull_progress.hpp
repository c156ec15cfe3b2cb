// How a download looks while it runs: one line that moves on a terminal, plain lines in a pipe.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <ostream>
#include <string>

#include "cli/moving_line.hpp"
#include "core/hub/pull.hpp"

namespace headlight {

class PullProgress final : public PullObserver {
 public:
  explicit PullProgress(std::ostream& out) : out_(out) {}

  void on_plan(int n_files, int n_there, std::int64_t n_bytes, std::int64_t n_bytes_there) override;
  void on_bytes(const PulledFile& file, std::int64_t done, std::int64_t n_new) override;
  void on_file(const PulledFile& file, bool was_there) override;
  void on_note(const std::string& text) override { out_.line("note: " + text); }

  // The last words: what came in how long.
  void finish();
  void interrupted();

 private:
  using Clock = std::chrono::steady_clock;
  struct Sample {
    Clock::time_point when;
    std::int64_t n_bytes;  // came until then
  };
  double rate() const;  // bytes a second, lately; 0 when it is not known yet
  std::string moving_text(const std::string& name) const;

  MovingLine out_;
  const Clock::time_point started_ = Clock::now();
  Clock::time_point spoken_ = started_;
  std::deque<Sample> samples_;
  std::map<std::string, std::int64_t> done_;  // bytes of each file
  std::map<std::string, Clock::time_point> begun_;
  std::int64_t n_bytes_ = 0, n_came_ = 0;
  int n_files_ = 0, n_ended_ = 0;
};

}  // namespace headlight
