// A ResultSink that keeps a scan's results in memory, for tests of the host that need no database.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/result_sink.hpp"

namespace headlight::testing_support {

class MemorySink : public ResultSink {
 public:
  using CellName = std::tuple<Part, int, int, int, int, int>;  // part, output, layer, head, replicate, prompt

  struct Run {
    RunKey key;
    RunStatus status = RunStatus::running;
    std::map<CellName, double> cells;
    std::map<int, PromptOutcome> outcomes;
    std::optional<RunSummary> summary;
    std::string error_code, error_message;
    int n_repeated = 0;  // cells that were committed although they were there
  };
  struct Detector {
    std::string model, family, method, task, run;
    auto operator<=>(const Detector&) const = default;
  };

  std::map<std::string, Run> runs;  // by hash
  std::map<std::string, ModelRecord> models;
  std::map<std::string, SelfTest> self_tests;                                                // by fingerprint
  std::map<std::string, std::vector<PromptRecord>> prompts;                                  // by task hash
  std::map<std::string, PromptMaking> makings;                                               // likewise
  std::map<std::pair<std::string, std::string>, std::vector<ActivationRecord>> activations;  // by model and task hash
  std::set<Detector> detectors;

  // The run of a family and method (and task, where there are several). Throws when there is none.
  const Run& run(const std::string& family, const std::string& method, const std::string& task = "") const {
    for (const auto& [hash, run] : runs)
      if (run.key.family == family && run.key.method == method && (task.empty() || run.key.task == task)) return run;
    throw Error(ErrorCode::not_found, "the scan has no run of " + family + " / " + method + " " + task);
  }

  std::string put_model(const ModelRecord& model) override {
    models[model.fingerprint] = model;
    return model.name;
  }
  void put_self_test(const std::string& model, const SelfTest& test) override { self_tests[model] = test; }
  void put_plugin(const PluginRecord&) override {}
  void put_task(const TaskRecord&) override {}
  void put_prompts(const std::string&, const std::string& task_hash, std::int64_t, int,
                   std::span<const PromptRecord> list, const PromptMaking& making) override {
    prompts.try_emplace(task_hash, list.begin(), list.end());
    makings.try_emplace(task_hash, making);
  }
  bool has_activations(const std::string& model, const std::string& task_hash, std::int64_t, int) override {
    return activations.contains({model, task_hash});
  }
  void put_activations(const std::string& model, const std::string& task_hash, std::int64_t, int,
                       std::span<const ActivationRecord> list) override {
    activations.try_emplace({model, task_hash}, list.begin(), list.end());
  }

  RunProgress open_run(const RunKey& key) override {
    const auto [found, is_new] = runs.try_emplace(key.hash());
    if (is_new) found->second.key = key;
    const RunStatus left = found->second.status;
    if (left != RunStatus::done) found->second.status = RunStatus::running;
    return {.status = left, .existed = !is_new};
  }
  void commit(const RunKey& key, std::span<const CellValue> values) override {
    Run& run = of(key);
    for (const CellValue& v : values)
      run.n_repeated +=
          !run.cells.try_emplace({v.part, v.output, v.head.layer, v.head.head, v.replicate, v.prompt}, v.value).second;
  }
  void commit_outcomes(const RunKey& key, std::span<const PromptOutcome> outcomes) override {
    for (const PromptOutcome& outcome : outcomes) of(key).outcomes.try_emplace(outcome.prompt, outcome);
  }
  std::vector<CellValue> committed(const RunKey& key) override {
    std::vector<CellValue> values;
    for (const auto& [name, value] : of(key).cells) {
      const auto& [part, output, layer, head, replicate, prompt] = name;
      values.push_back(
          {.part = part, .output = output, .head = {layer, head}, .prompt = prompt, .replicate = replicate, .value = value});
    }
    return values;
  }
  std::vector<PromptOutcome> committed_outcomes(const RunKey& key) override {
    std::vector<PromptOutcome> outcomes;
    for (const auto& [prompt, outcome] : of(key).outcomes) outcomes.push_back(outcome);
    return outcomes;
  }
  void finish_run(const RunKey& key, const RunSummary& summary) override {
    of(key).summary = summary;
    of(key).status = RunStatus::done;
  }
  void stop_run(const RunKey& key, RunStatus status, const std::string& code, const std::string& message) override {
    Run& run = of(key);
    if (run.status == RunStatus::done) return;
    run.status = status;
    run.error_code = code;
    run.error_message = message;
  }
  void put_detector(const std::string& model, const std::string& family, const std::string& method, const std::string& task,
                    const RunKey& run) override {
    detectors.insert({model, family, method, task, run.hash()});
  }

 private:
  Run& of(const RunKey& key) { return runs.at(key.hash()); }
};

}  // namespace headlight::testing_support
