// The ResultSink over a SQLite file. Every call is one transaction; the schema's README says where what goes.
#pragma once

#include <map>

#include "core/base/result_sink.hpp"
#include "storage/connection.hpp"

namespace headlight {

// One thread at a time. Other processes may read the file meanwhile, and write to it: they take turns.
// Order of calls: put_model, put_task and put_plugin before what refers to them; open_run before commit and finish_run.
// A call that breaks it throws Error{internal}.
class CatalogueWriter final : public ResultSink {
 public:
  // Creates the file or brings its schema up to date; throws as open_for_writing does.
  explicit CatalogueWriter(const std::filesystem::path& path);

  std::string put_model(const ModelRecord& model) override;
  void put_self_test(const std::string& model, const SelfTest& test) override;
  void put_plugin(const PluginRecord& plugin) override;
  void put_task(const TaskRecord& task) override;
  void put_prompts(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts,
                   std::span<const PromptRecord> prompts, const PromptMaking& making) override;
  bool has_activations(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts) override;
  void put_activations(const std::string& model, const std::string& task_hash, std::int64_t seed, int n_prompts,
                       std::span<const ActivationRecord> activations) override;

  RunProgress open_run(const RunKey& key) override;
  // A value that is there already stays as it was; values for a run that is done are left out.
  void commit(const RunKey& key, std::span<const CellValue> values) override;
  void commit_outcomes(const RunKey& key, std::span<const PromptOutcome> outcomes) override;
  std::vector<CellValue> committed(const RunKey& key) override;
  std::vector<PromptOutcome> committed_outcomes(const RunKey& key) override;
  void finish_run(const RunKey& key, const RunSummary& summary) override;
  // A run that is done stays done.
  void stop_run(const RunKey& key, RunStatus status, const std::string& code, const std::string& message) override;
  void put_detector(const std::string& model, const std::string& family, const std::string& method, const std::string& task,
                    const RunKey& run) override;

  // Deletes the oldest sets of activations until all that are left hold at most `budget_bytes`; returns the bytes deleted.
  std::int64_t collect_activations(std::int64_t budget_bytes);

  const Connection& connection() const { return *connection_; }

 private:
  std::int64_t model_id(const std::string& fingerprint);
  std::int64_t run_id(const RunKey& key);
  void note_change() const;

  std::unique_ptr<Connection> connection_;
  std::map<std::string, std::int64_t> run_ids_;  // by hash
};

}  // namespace headlight
