#include "core/host/scan.hpp"

#include <unistd.h>

#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/host/job_driver.hpp"
#include "core/host/model_check.hpp"

namespace headlight {

void put_detectors(const PlannedRun& run, ResultSink& sink) {
  for (const PluginInfo* family : run.families) sink.put_detector(run.key.model, family->id, run.names.method, run.names.task, run.key);
}

namespace {

void add(const ScanReport& part, ScanReport& whole) {
  whole.n_done += part.n_done;
  whole.n_not_measurable += part.n_not_measurable;
  whole.n_failed += part.n_failed;
  whole.n_forwards += part.n_forwards;
  whole.n_forwards_alone += part.n_forwards_alone;
}

std::int64_t half_of_memory() { return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGE_SIZE) / 2; }

// Takes models out of the plan that do not compute what the reference in their folder says; returns the tests of the others, by fingerprint.
std::map<std::string, SelfTest> test_models(const ScanRequest& request, ScanPlan& plan, ScanObserver& observer, ScanReport& report) {
  std::map<std::string, SelfTest> passed;
  std::set<std::string> refused;
  for (const ModelRecord& model : plan.models) {
    std::string why;
    try {
      const auto check = check_trust(Model::open(model.path), model.path, request.n_threads);
      if (!check) continue;
      if (check->agrees()) passed[model.fingerprint] = {.n_cases = check->n_cases, .logits = check->logits, .attention = check->attention};
      if (!check->agrees()) why = "it " + verdict_of(*check);
    } catch (const Error& error) {
      why = error.what();
    }
    if (why.empty()) continue;
    observer.on_note(model.name + ": not scanned: " + why + ". `headlight doctor " + model.path + " --check` looks closer; --no-self-test scans it all the same");
    refused.insert(model.fingerprint);
  }
  report.n_refused = static_cast<int>(refused.size());
  std::erase_if(plan.models, [&](const ModelRecord& model) { return refused.contains(model.fingerprint); });
  std::erase_if(plan.jobs, [&](const PlannedJob& job) { return refused.contains(job.runs.front().key.model); });
  return passed;
}

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
  ScanReport report;
  std::map<std::string, SelfTest> tests;
  if (request.self_test) tests = test_models(request, plan, observer, report);
  put_what_is_known(plan, sink);
  for (const auto& [model, test] : tests) sink.put_self_test(model, test);

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
