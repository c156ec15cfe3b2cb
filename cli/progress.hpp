// How a scan looks while it runs: one line that moves on a terminal, plain lines in a pipe.
#pragma once

#include <chrono>
#include <ostream>
#include <set>
#include <string>

#include "cli/moving_line.hpp"
#include "core/host/scan.hpp"

namespace headlight {

class Progress final : public ScanObserver {
 public:
  explicit Progress(std::ostream& out);

  void on_plan(int n_runs, int n_done_before) override;
  void on_progress(const ScanNames& run, std::int64_t done, std::int64_t total) override;
  void on_end(const ScanNames& run, RunEnd end, const std::string& message, double seconds) override;
  void on_note(const std::string& text) override;

  // The last words: what was done, where it is, how to look at it.
  void finish(const ScanReport& report, const std::string& catalogue);

 private:
  double seconds() const;
  std::string remaining(double share_of_run) const;

  MovingLine out_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  int n_runs_ = 0, n_before_ = 0, n_ended_ = 0;
  std::set<std::string> notes_;
};

// "mixture-tiny  induction / score / repeated-random"
std::string label(const ScanNames& run);

}  // namespace headlight
