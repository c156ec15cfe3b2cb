#include "core/host/scan.hpp"

#include <unistd.h>

#include <map>

#include "core/base/error.hpp"
#include "core/host/job_driver.hpp"

namespace headlight {

void put_detectors(const PlannedRun& run, ResultSink& sink) {
  for (const PluginInfo* family : run.families) sink.put_detector(run.key.model, family->id, run.names.method, run.names.task, run.key);
}

namespace {

void add(const ScanReport& part, ScanReport& whole) {
  whole.n_done += part.n_done;
  whole.n_not_measurable += part.n_not_measurable;
  whole.n_failed += part.n_failed;
}

std::int64_t half_of_memory() { return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGE_SIZE) / 2; }

// What the plan refers to is in the catalogue before the first run.
void put_what_is_known(ScanPlan& plan, ResultSink& sink) {
  std::map<std::string, std::string> names;  // by fingerprint, as the catalogue has them
  for (const ModelRecord& model : plan.models) names[model.fingerprint] = sink.put_model(model);
  for (PlannedJob& job : plan.jobs)
    for (PlannedRun& run : job.runs) {
      run.names.model = names[run.key.model];
      sink.put_task({.id = run.task->id, .content_hash = run.task->content_hash, .title = run.task->title, .summary = run.task->summary,
                     .definition = run.task->definition});
      sink.put_plugin(record_of(*run.method));
      for (const PluginInfo* family : run.families) sink.put_plugin(record_of(*family));
    }
}

}  // namespace

ScanReport run_scan(const ScanRequest& request_in, ScanPlan plan, ResultSink& sink, ScanObserver& observer,
                    const std::function<bool()>& stop) {
  ScanRequest request = request_in;
  if (request.memory_bytes == 0) request.memory_bytes = half_of_memory();
  put_what_is_known(plan, sink);

  ScanReport report;
  std::vector<std::vector<size_t>> to_do(plan.jobs.size());
  int n_runs = 0;
  for (size_t j = 0; j < plan.jobs.size(); ++j)
    for (size_t r = 0; r < plan.jobs[j].runs.size(); ++r) {
      const PlannedRun& run = plan.jobs[j].runs[r];
      ++n_runs;
      if (sink.open_run(run.key).status != RunStatus::done) {
        to_do[j].push_back(r);
        continue;
      }
      ++report.n_done_before;
      put_detectors(run, sink);
    }
  observer.on_plan(n_runs, report.n_done_before);

  for (size_t j = 0; j < plan.jobs.size() && !report.cancelled; ++j) {
    if (to_do[j].empty()) continue;
    JobDriver driver(request, plan.jobs[j], sink, observer, stop);
    auto outcome = driver.drive(to_do[j]);
    report.cancelled |= outcome.cancelled;
    // One of them brought the worker down: each gets a worker of its own, so only the guilty one fails.
    for (size_t i = 0; i < outcome.unfinished.size() && !report.cancelled; ++i) report.cancelled |= driver.drive({outcome.unfinished[i]}).cancelled;
    add(driver.report(), report);
  }
  return report;
}

}  // namespace headlight
