// Drives one worker through one job and hands what it reports to the sink.
#pragma once

#include "core/host/child_process.hpp"
#include "core/host/job.hpp"
#include "core/host/scan.hpp"

namespace headlight {

// Links the detectors that the run answers to it.
void put_detectors(const PlannedRun& run, ResultSink& sink);

class JobDriver {
 public:
  JobDriver(const ScanRequest& request, const PlannedJob& job, ResultSink& sink, ScanObserver& observer, std::function<bool()> stop);

  // Runs those of the job's runs (indices) in one worker. Returns the runs that ended neither well nor badly when the worker died
  // or hung, with how it ended; when there was only one, it is the guilty one and has failed.
  struct Outcome {
    std::vector<size_t> unfinished;
    bool cancelled = false;
  };
  Outcome drive(const std::vector<size_t>& runs);

  ScanReport report() const { return report_; }

 private:
  Job make_job(const std::vector<size_t>& runs);
  bool listen(ChildProcess& child);
  void on_frame(const Frame& frame);
  void on_prompts(const Json& message);
  void on_outcomes(const Json& message);
  void on_activation(const Frame& frame);
  void on_run_done(const Json& message);
  void on_job_done(const Json& message);
  void on_job_failed(const Json& message);
  void fail(size_t run, const std::string& code, const std::string& message);
  void end(size_t run, RunEnd how, const std::string& message, double seconds);
  const PlannedRun& planned(const Json& message) const;

  const ScanRequest& request_;
  const PlannedJob& job_;
  ResultSink& sink_;
  ScanObserver& observer_;
  std::function<bool()> stop_;
  ScanReport report_;

  // Of the worker that runs now.
  std::vector<size_t> sent_;  // the worker's run i is the job's run sent_[i]
  std::vector<size_t> open_;  // of these, not ended
  std::string metric_;
  double chance_ = 0;
  int n_prompts_ = 0;
  std::vector<ActivationRecord> activations_;
};

}  // namespace headlight
