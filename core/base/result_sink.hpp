// Where a scan hands its results: core/host calls it, storage implements it. Every call is one transaction, so that a kill
// at any moment loses nothing that a call has returned from.
#pragma once

#include <span>

#include "core/base/results.hpp"

namespace headlight {

// What an earlier scan left of a run.
struct RunProgress {
  RunStatus status = RunStatus::running;
  bool existed = false;
};

class ResultSink {
 public:
  virtual ~ResultSink() = default;

  // Adds or refreshes by fingerprint. A name that another fingerprint has gets a suffix; returns the name in the catalogue.
  virtual std::string put_model(const ModelRecord& model) = 0;
  // Of a model that is there; replaces an older one.
  virtual void put_self_test(const std::string& model, const SelfTest& test) = 0;
  virtual void put_plugin(const PluginRecord& plugin) = 0;
  virtual void put_task(const TaskRecord& task) = 0;
  // The prompts of (task, tokenizer, seed, count); replaces none that are there.
  virtual void put_prompts(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts,
                           std::span<const PromptRecord> prompts, const PromptMaking& making) = 0;
  // Patterns for showing, by model and prompt; replaces none that are there.
  virtual bool has_activations(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts) = 0;
  virtual void put_activations(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts,
                               std::span<const ActivationRecord> activations) = 0;

  // Begins or takes up the run. A run that is done stays done; a failed one begins again with what it had.
  virtual RunProgress open_run(const RunKey& key) = 0;
  virtual void commit(const RunKey& key, std::span<const CellValue> values) = 0;
  virtual void commit_outcomes(const RunKey& key, std::span<const PromptOutcome> outcomes) = 0;
  virtual std::vector<CellValue> committed(const RunKey& key) = 0;  // sorted by part, output, head, replicate, prompt
  virtual std::vector<PromptOutcome> committed_outcomes(const RunKey& key) = 0;
  // Results and the end of the run in one transaction; the committed cells are folded into the results' vectors.
  virtual void finish_run(const RunKey& key, const RunSummary& summary) = 0;
  virtual void stop_run(const RunKey& key, RunStatus status, const std::string& code, const std::string& message) = 0;

  // (family, method, task) of a model is answered by this run. Replaces an older run of the same detector.
  virtual void put_detector(const std::string& model, const std::string& family, const std::string& method,
                            const std::string& task, const RunKey& run) = 0;
};

}  // namespace headlight
