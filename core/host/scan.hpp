// A scan: which detectors are run on which models, in worker processes, with every result handed to a sink as it comes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result_sink.hpp"
#include "core/host/model_source.hpp"
#include "core/host/plugin_search.hpp"
#include "core/tasks/task.hpp"

namespace headlight {

struct ScanRequest {
  std::vector<ModelSource> models;
  std::vector<std::string> families, methods, tasks;  // ids; empty: all that suit
  int n_prompts = 32;
  std::int64_t seed = 0;
  int n_threads = 0;              // 0: one per core
  std::int64_t memory_bytes = 0;  // of a worker; 0: half of the machine's
  bool self_test = true;          // whether a model must first meet the reference that its folder brings
  std::chrono::seconds silence{600};  // a worker that reports nothing for so long is taken for hung
  std::filesystem::path worker;   // the executable
};

struct ScanNames {
  std::string model, family, method, task;  // family "" where the run belongs to no family
};

// What becomes of a run.
enum class RunEnd { done, done_before, not_measurable, failed };

// Told of everything as it happens, from the scanning thread.
class ScanObserver {
 public:
  virtual ~ScanObserver() = default;
  virtual void on_plan(int n_runs, int n_done_before) = 0;
  virtual void on_progress(const ScanNames& run, std::int64_t done, std::int64_t total) = 0;
  virtual void on_end(const ScanNames& run, RunEnd end, const std::string& message, double seconds) = 0;
  virtual void on_note(const std::string& text) = 0;
};

struct PlannedRun {
  ScanNames names;
  std::vector<const PluginInfo*> families;  // whose detectors it answers
  RunKey key;
  const PluginInfo* family = nullptr;  // null where the run belongs to no family
  const PluginInfo* method = nullptr;
  const Task* task = nullptr;
  int n_layers = 0, n_heads = 0;
};

// The runs of one model on one task: one worker's job.
struct PlannedJob {
  ModelSource source;
  std::vector<PlannedRun> runs;
};

struct ScanPlan {
  std::vector<ModelRecord> models;
  std::vector<PlannedJob> jobs;
  std::vector<std::string> problems;  // models that cannot be opened
};

// Throws Error{not_found} for an unknown family, method or task and Error{bad_input} for a combination that leaves nothing to do.
ScanPlan plan_scan(const ScanRequest& request, const PluginIndex& plugins, const std::vector<Task>& tasks);

struct ScanReport {
  int n_done = 0, n_done_before = 0, n_not_measurable = 0, n_failed = 0;
  int n_refused = 0;  // models that do not meet their references
  std::int64_t n_forwards = 0;        // prompts through a model for families to watch
  std::int64_t n_forwards_alone = 0;  // what they would have been, had every family had its own
  bool cancelled = false;
};

// Runs the plan, without the models that do not compute what their own references say: the observer is told of each. A worker that dies takes nothing with it: its unfinished runs are taken again one by one, so only the guilty one
// fails. `stop` is asked often; when it says true the worker is stopped and what was committed stays.
ScanReport run_scan(const ScanRequest& request, ScanPlan plan, ResultSink& sink, ScanObserver& observer, const std::function<bool()>& stop);

}  // namespace headlight
