#include "tests/scan/trial_scan.hpp"

#include <limits>

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;

class Listener : public ScanObserver {
 public:
  explicit Listener(TrialResult& result) : result_(result) {}
  void on_plan(int, int) override {}
  void on_progress(const ScanNames&, std::int64_t, std::int64_t) override {}
  void on_end(const ScanNames& run, RunEnd end, const std::string& message, double) override {
    result_.ends[(run.family.empty() ? "" : run.family + " / ") + run.method + " / " + run.task] = {.how = end,
                                                                                                    .message = message};
  }
  void on_note(const std::string& text) override { result_.notes.push_back(text); }

 private:
  TrialResult& result_;
};

}  // namespace

fs::path headlight_program() { return fs::path(HEADLIGHT_BINARY_DIR) / "cli/headlight"; }
fs::path built_plugins() { return fs::path(HEADLIGHT_BINARY_DIR) / "plugins"; }

TrialResult run(const TrialScan& scan, MemorySink& sink) {
  TrialResult result;
  const PluginIndex plugins = index_plugins(scan.plugin_folders, headlight_program());
  for (const PluginProblem& problem : plugins.problems)
    result.problems.push_back(problem.path.filename().string() + ": " + problem.reason);
  const auto tasks = load_tasks({fs::path(HEADLIGHT_SOURCE_DIR) / "plugins/tasks"}, result.problems);
  ScanRequest request{.models = {},
                      .families = scan.families,
                      .methods = scan.methods,
                      .tasks = scan.tasks,
                      .n_prompts = scan.n_prompts,
                      .seed = scan.seed,
                      .n_threads = scan.n_threads,
                      .memory_bytes = scan.memory_bytes,
                      .silence = scan.silence,
                      .worker = headlight_program()};
  for (const fs::path& folder : scan.models) request.models.push_back({folder.filename().string(), folder});
  const ScanPlan plan = plan_scan(request, plugins, tasks);
  result.problems.insert(result.problems.end(), plan.problems.begin(), plan.problems.end());
  Listener listener(result);
  result.report = run_scan(request, plan, sink, listener, scan.stop);
  return result;
}

std::vector<double> scores_of(const fs::path& model, const std::string& family) {
  MemorySink sink;
  run({.models = {model}, .families = {family}, .methods = {"score"}}, sink);
  const auto& measured = sink.run(family, "score");
  if (!measured.summary) throw Error(ErrorCode::internal, family + " failed: " + measured.error_message);
  std::vector<double> scores;
  for (const HeadResult& head : measured.summary->heads)
    if (head.output == 0) scores.push_back(head.score.value_or(std::numeric_limits<double>::quiet_NaN()));
  return scores;
}

}  // namespace headlight::testing_support
