// Plugins that go wrong in a run, each in a scan with good ones, as a user would start it. The bad one is named with its reason,
// its run is failed in the catalogue, everything else of the scan is done. Good and bad share a worker, so whatever kills it has
// them taken again one by one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>

#include "storage/open.hpp"
#include "tests/scan/plugin_folder.hpp"
#include "tests/scan/run_program.hpp"
#include "tests/scan/trial_scan.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct RunLine {
  std::string status, code, message;
};
using Runs = std::map<std::string, RunLine>;  // by "family / method", "method"

Runs runs_of(const fs::path& catalogue) {
  const auto connection = open_for_reading(catalogue);
  Statement query =
      connection->prepare("SELECT coalesce(family || ' / ', '') || method, status, error_code, error_message FROM run");
  Runs runs;
  while (query.step()) runs[query.text(0)] = {query.text(1), query.text(2), query.text(3)};
  return runs;
}

// mixture-tiny with previous-token, score, zero-ablation and one broken plugin.
struct BrokenScan {
  BrokenScan(const std::string& broken, bool is_method, const std::vector<std::string>& options)
      : plugins({"previous-token", "score", "zero-ablation", broken}) {
    std::vector<std::string> words = {"scan",       "mixture-tiny",
                                      "--tasks",    "repeated-random",
                                      "--prompts",  "4",
                                      "--db",       (folder / "a.db").string(),
                                      "--families", is_method ? "previous-token" : "previous-token," + broken,
                                      "--methods",  is_method ? "score,zero-ablation," + broken : "score,zero-ablation"};
    words.insert(words.end(), options.begin(), options.end());
    program = run_headlight(words, {"HEADLIGHT_PLUGIN_PATH=" + plugins.path().string()});
    runs = runs_of(folder / "a.db");
  }
  TemporaryFolder folder;
  PluginFolder plugins;
  ProgramRun program;
  Runs runs;
};

struct Misbehaviour {
  std::string plugin;
  bool is_method = false;
  std::string reason;  // what must be told of it
  std::vector<std::string> options = {};
  std::string code = "plugin";
};
void PrintTo(const Misbehaviour& m, std::ostream* out) { *out << m.plugin; }

class Misbehaving : public ::testing::TestWithParam<Misbehaviour> {};

TEST_P(Misbehaving, FailsAloneAndIsNamedWithItsReason) {
  const Misbehaviour& m = GetParam();
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  if (m.plugin == "allocates") GTEST_SKIP() << "memory is not limited under the sanitizers";
#endif
  const BrokenScan scan(m.plugin, m.is_method, m.options);
  EXPECT_EQ(scan.program.exit_code, 2) << scan.program.err;
  const std::string bad_run = m.is_method ? m.plugin : m.plugin + " / score";
  ASSERT_TRUE(scan.runs.contains(bad_run)) << scan.program.err;
  for (const auto& [name, run] : scan.runs) {
    if (name == bad_run) {
      EXPECT_EQ(run.status, "failed");
      EXPECT_EQ(run.code, m.code);
      EXPECT_THAT(run.message, HasSubstr(m.reason));
    } else {
      EXPECT_EQ(run.status, "done") << name << ": " << run.message;
    }
  }
  EXPECT_EQ(scan.runs.size(), 3u);
  EXPECT_THAT(scan.program.err, HasSubstr(bad_run + " / repeated-random  FAILED: " + scan.runs.at(bad_run).message));
}

INSTANTIATE_TEST_SUITE_P(
    Family, Misbehaving,
    ::testing::Values(
        Misbehaviour{"throws-in-open", false, "throws-in-open cannot open: no table for this model"},
        Misbehaviour{"throws-in-observe", false, "throws-in-observe on prompt 0: the pattern is of the wrong colour"},
        Misbehaviour{"throws-an-int", false, "throws-an-int on prompt 0: an exception that is no std::exception"},
        Misbehaviour{"says-why",
                     false,
                     "says-why on prompt 0: models with fewer than a thousand layers are not understood",
                     {},
                     "unsupported"},
        Misbehaviour{"says-nothing", false, "says-nothing on prompt 0: code 77 without a message"},
        Misbehaviour{"says-noise", false, "says-noise on prompt 0: bytes that are no text: \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        Misbehaviour{"emits-nan", false,
                     "emits-nan gives nothing of L0H1 on prompt 0 as a number that is none (NaN or infinite)"},
        Misbehaviour{"emits-out-of-range", false,
                     "emits-out-of-range gives nothing of L0H1 on prompt 0 as 1.5, outside its declared range 0 to 1"},
        Misbehaviour{"emits-undeclared-output", false, "emits output 3 but declares 1"},
        Misbehaviour{"emits-undeclared-output-and-goes-on", false, "emits output 3 but declares 1"},
        Misbehaviour{"aborts", false, "its worker was killed by signal 6 (Aborted); last words: the table is upside down"},
        Misbehaviour{"exits", false, "its worker exited with code 0"}, Misbehaviour{"crashes", false, "its worker "},
        Misbehaviour{"hangs", false, "its worker gave no sign of life for 2 s and was stopped", {"--timeout", "2"}},
        Misbehaviour{"allocates", false, "the memory budget is used up", {"--memory", "300M"}, "out_of_memory"},
        Misbehaviour{"writes-into-the-pipe", false, "its worker sent what is no message"},
        Misbehaviour{"closes-the-pipe-and-hangs", false, "its worker fell silent but did not end, and was stopped"}),
    [](const auto& param) {
      std::string name = param.param.plugin;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

INSTANTIATE_TEST_SUITE_P(
    Method, Misbehaving,
    ::testing::Values(
        Misbehaviour{"asks-for-foreign-prompt", true, "asks for prompt -1 of 4"},
        Misbehaviour{"emits-foreign-head", true, "emits a value of L99H0, which the model does not have"},
        Misbehaviour{"emits-foreign-prompt", true, "asks for prompt 4 of 4"},
        Misbehaviour{"emits-nan-and-goes-on", true,
                     "gives nothing of L0H1 on prompt 0 as a number that is none (NaN or infinite)"},
        Misbehaviour{"loops-in-run", true, "its worker gave no sign of life for 2 s and was stopped", {"--timeout", "2"}},
        Misbehaviour{"edits-foreign-layer", true, "edits-foreign-layer: ", {}, "bad_input"},
        Misbehaviour{"measures-what-is-not-its-own", true,
                     "asks for the family's statistic although its manifest does not say that it measures the family"}),
    [](const auto& param) {
      std::string name = param.param.plugin;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(Misbehaving, TwoAtOnceFailBothAndTheRestIsDone) {
  const TemporaryFolder folder;
  const PluginFolder plugins({"previous-token", "score", "zero-ablation", "aborts", "exits", "throws-in-observe"});
  const ProgramRun program =
      run_headlight({"scan", "mixture-tiny", "--tasks", "repeated-random", "--prompts", "4", "--db", (folder / "a.db").string(),
                     "--families", "aborts,exits,previous-token,throws-in-observe", "--methods", "score,zero-ablation"},
                    {"HEADLIGHT_PLUGIN_PATH=" + plugins.path().string()});
  EXPECT_EQ(program.exit_code, 2);
  const Runs runs = runs_of(folder / "a.db");
  for (const std::string name : {"aborts", "exits", "throws-in-observe"})
    EXPECT_EQ(runs.at(name + " / score").status, "failed") << name;
  EXPECT_EQ(runs.at("previous-token / score").status, "done");
  EXPECT_EQ(runs.at("zero-ablation").status, "done");
}

TEST(Misbehaving, LibraryThatCannotBeLoadedIsToldAndTheScanIsDone) {
  const TemporaryFolder folder;
  const PluginFolder plugins({"previous-token", "score", "load-abort", "exports-v2", "no-stage"});
  const ProgramRun program = run_headlight({"scan", "mixture-tiny", "--tasks", "repeated-random", "--prompts", "4", "--db",
                                            (folder / "a.db").string(), "--families", "previous-token", "--methods", "score"},
                                           {"HEADLIGHT_PLUGIN_PATH=" + plugins.path().string()});
  EXPECT_EQ(program.exit_code, 0) << "all runs were done";
  for (const std::string name : {"load-abort", "exports-v2", "no-stage"})
    EXPECT_THAT(program.err, HasSubstr("/" + name + ".so: ")) << name;
  EXPECT_EQ(runs_of(folder / "a.db").at("previous-token / score").status, "done");
}

// In the same process, with the scan's own cancellation.
TEST(Cancelling, StopsAMethodThatTakesNoNotice) {
  const PluginFolder plugins({"previous-token", "loops-on-progress"});
  const auto started = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count(); };
  MemorySink sink;
  const TrialResult result = run({.models = {fs::path(HEADLIGHT_SOURCE_DIR) / "models/mixture-tiny"},
                                  .families = {"previous-token"},
                                  .methods = {"loops-on-progress"},
                                  .plugin_folders = {plugins.path()},
                                  .n_prompts = 4,
                                  .stop = [&] { return seconds() > 3; }},
                                 sink);
  EXPECT_TRUE(result.report.cancelled);
  EXPECT_LT(seconds(), 3 + 10);
  EXPECT_EQ(sink.run("", "loops-on-progress").status, RunStatus::interrupted);
}

}  // namespace
}  // namespace headlight::testing_support
