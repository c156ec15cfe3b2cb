// Scans that are done, stopped, or taken up again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/job.hpp"
#include "tests/scan/plugin_folder.hpp"
#include "tests/scan/trial_scan.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;
using ::testing::DoubleNear;
using ::testing::Pointwise;

const fs::path kTiny = fs::path(HEADLIGHT_SOURCE_DIR) / "models/mixture-tiny";

TrialScan small_scan() {
  return {
      .models = {kTiny}, .families = {"previous-token", "positional"}, .methods = {"score", "zero-ablation"}, .n_prompts = 12};
}

// What the order of sums may change: BLAS adds up a row by where in the matrix it stands, and mixture-tiny has scores of 20,000.
constexpr double kRounding = 1e-4;

// Every number of every head, run after run.
std::vector<double> values_of(const MemorySink& sink) {
  std::vector<double> all;
  for (const auto& [hash, run] : sink.runs)
    for (const HeadResult& head : run.summary.value().heads)
      for (const auto* values : {&head.values, &head.null_values}) all.insert(all.end(), values->begin(), values->end());
  return all;
}

template <typename Cells>
std::vector<double> values_of_cells(const Cells& cells) {
  std::vector<double> all;
  for (const auto& [name, value] : cells) all.push_back(value);
  return all;
}

TEST(Resume, OfADoneScanDoesNothing) {
  MemorySink sink;
  EXPECT_EQ(run(small_scan(), sink).report.n_done, 3);
  const TrialResult again = run(small_scan(), sink);
  EXPECT_EQ(again.report.n_done, 0);
  EXPECT_EQ(again.report.n_done_before, 3);
  EXPECT_TRUE(again.ends.empty());
}

// Stops the scan again and again, whenever there is something more than before, and expects what an undisturbed one gives.
MemorySink stopped_and_taken_up(const TrialScan& scan) {
  MemorySink whole;
  run(scan, whole);
  MemorySink stopped;
  const auto n_cells = [&] {
    size_t n = 0;
    for (const auto& [hash, run] : stopped.runs) n += run.cells.size();
    return n;
  };
  int n_stops = 0;
  for (bool cancelled = true; cancelled && n_stops < 200; n_stops += cancelled) {
    TrialScan part = scan;
    bool stop = false;
    part.stop = [&, n_before = n_cells()] { return stop = stop || n_cells() > n_before + 40; };
    cancelled = run(part, stopped).report.cancelled;
  }
  EXPECT_THAT(n_stops, ::testing::AllOf(::testing::Gt(1), ::testing::Lt(200)));
  for (const auto& [hash, run] : stopped.runs) {
    EXPECT_EQ(run.status, RunStatus::done) << run.error_message;
    EXPECT_EQ(run.cells, whole.runs.at(hash).cells) << run.key.family << " " << run.key.method;
  }
  EXPECT_EQ(values_of(stopped), values_of(whole));
  return stopped;
}

TEST(Resume, TakesUpAStoppedScanWhereItWas) {
  const MemorySink sink = stopped_and_taken_up(small_scan());
  for (const auto& [hash, run] : sink.runs) EXPECT_EQ(run.n_repeated, 0) << "committed cells were computed again";
  EXPECT_EQ(sink.activations.size(), 1u);
}

TEST(Resume, KnowsTheOutputsOfAHeadApart) {
  for (const std::string method : {"two-outputs", "two-outputs-unsaid"}) {
    TrialScan scan = small_scan();
    const PluginFolder plugins({"previous-token", "positional", method});
    scan.plugin_folders = {plugins.path()};
    scan.methods = {method};
    const MemorySink sink = stopped_and_taken_up(scan);
    EXPECT_EQ(sink.run("", method).cells.size(), 2u * 16u * 12u) << "outputs x heads x prompts";
    if (method == "two-outputs") {
      EXPECT_EQ(sink.run("", method).n_repeated, 0);
    }
  }
}

TEST(Resume, MarksWhatWasStoppedAsInterrupted) {
  MemorySink sink;
  TrialScan scan = small_scan();
  scan.stop = [&] { return !sink.runs.empty(); };
  EXPECT_TRUE(run(scan, sink).report.cancelled);
  for (const auto& [hash, run] : sink.runs) {
    EXPECT_EQ(run.status, RunStatus::interrupted);
    EXPECT_EQ(run.error_code, "cancelled");
  }
}

TEST(Scan, DependsOnItsSeedAndOnNothingElse) {
  MemorySink first, second, other;
  TrialScan scan = small_scan();
  run(scan, first);
  scan.n_threads = 1;
  run(scan, second);
  EXPECT_THAT(values_of(second), Pointwise(DoubleNear(kRounding), values_of(first))) << "one thread or two";
  scan.seed = 1;
  run(scan, other);
  EXPECT_NE(first.prompts.begin()->second[0].token_ids, other.prompts.begin()->second[0].token_ids);
}

TEST(Scan, GivesAFamilyTheSameNumbersAloneAndAmongOthers) {
  MemorySink together, alone;
  TrialScan scan = small_scan();
  scan.families = {};
  scan.methods = {"score"};
  run(scan, together);
  scan.families = {"induction"};
  run(scan, alone);
  EXPECT_EQ(together.run("induction", "score").cells, alone.run("induction", "score").cells);
}

// The prompts go through the model once, and once through each random model of the null, however many families watch.
TEST(Scan, CountsTheForwardsThatFamiliesShare) {
  constexpr int kForwards = 12 * (1 + n_random_models(4 * 4));
  MemorySink together, alone;
  TrialScan scan = small_scan();
  const ScanReport both = run(scan, together).report;
  EXPECT_EQ(both.n_forwards, kForwards);
  EXPECT_EQ(both.n_forwards_alone, 2 * kForwards);
  for (const char* family : {"previous-token", "positional"}) {
    const RunWork work = together.run(family, "score").summary.value().work;
    EXPECT_EQ(work.forwards, kForwards) << family;
    EXPECT_EQ(work.forwards_shared, kForwards) << family;
  }
  scan.families = {"previous-token"};
  const ScanReport one = run(scan, alone).report;
  EXPECT_EQ(one.n_forwards, kForwards);
  EXPECT_EQ(one.n_forwards_alone, kForwards);
  EXPECT_EQ(alone.run("previous-token", "score").summary.value().work.forwards_shared, 0);
}

// Only what an edit can change is computed.
TEST(Scan, CountsTheRowsThatAMethodHadComputed) {
  MemorySink sink;
  run(small_scan(), sink);
  const RunWork work = sink.run("", "zero-ablation").summary.value().work;
  EXPECT_EQ(work.forwards, std::nullopt);
  ASSERT_TRUE(work.rows && work.rows_full);
  EXPECT_GT(*work.rows, 0);
  EXPECT_LT(*work.rows, *work.rows_full);
}

TEST(Scan, TellsWhatTheFiltersOfATaskLeft) {
  MemorySink sink;
  run(small_scan(), sink);
  const PromptMaking& making = sink.makings.begin()->second;
  EXPECT_GE(making.n_tried, 12);
}

// Fields are appended within a major version: a plugin may bring longer structs than this program knows, or shorter ones.
TEST(Scan, UnderstandsPluginsOfEarlierAndLaterMinorVersions) {
  const PluginFolder plugins({"previous-token", "zero-ablation", "newer-structs", "older-structs"});
  TrialScan scan = small_scan();
  scan.families = {"previous-token"};
  scan.methods = {"zero-ablation", "newer-structs", "older-structs"};
  scan.plugin_folders = {plugins.path()};
  MemorySink sink;
  EXPECT_EQ(run(scan, sink).report.n_done, 3);
  for (const std::string method : {"newer-structs", "older-structs"})
    EXPECT_THAT(values_of_cells(sink.run("", method).cells), Pointwise(DoubleNear(kRounding), values_of_cells(sink.run("", "zero-ablation").cells))) << method << ": " << sink.run("", method).error_message;
}

TEST(Scan, KeepsPatternsOfAFewReportedPrompts) {
  MemorySink sink;
  run(small_scan(), sink);
  ASSERT_EQ(sink.activations.size(), 1u);
  const auto& records = sink.activations.begin()->second;
  ASSERT_EQ(records.size(), 3u * 4u) << "prompts x layers";
  for (const ActivationRecord& record : records) {
    EXPECT_TRUE(sink.prompts.begin()->second.at(static_cast<size_t>(record.prompt)).reported);
    const int n_tokens = static_cast<int>(sink.prompts.begin()->second.at(static_cast<size_t>(record.prompt)).token_ids.size());
    EXPECT_EQ(record.shape, (std::vector<int>{4, n_tokens, n_tokens}));
    for (int row = 0; row < 4 * n_tokens; ++row) {
      double sum = 0;
      for (int key = 0; key < n_tokens; ++key) sum += record.values.at(static_cast<size_t>(row * n_tokens + key));
      EXPECT_NEAR(sum, 1, 1e-5);
    }
  }
}

TEST(Scan, TellsWhichDetectorsARunAnswers) {
  MemorySink sink;
  run(small_scan(), sink);
  std::set<std::string> names;
  for (const auto& detector : sink.detectors)
    names.insert(detector.family + " / " + detector.method + " by " + sink.runs.at(detector.run).key.family);
  EXPECT_THAT(names, ::testing::ElementsAre("positional / score by positional", "positional / zero-ablation by ",
                                            "previous-token / score by previous-token", "previous-token / zero-ablation by "));
}

TEST(Scan, GoesOnWhenAModelGoesAwayAfterItWasPlanned) {
  const TemporaryFolder folder;
  tiny_gpt2().write(folder / "going");
  MemorySink sink;
  TrialScan scan = small_scan();
  scan.models = {kTiny, folder / "going", kTiny.parent_path() / "mixture-tiny-steps/step00250"};
  scan.stop = [&] { return fs::remove(folder / "going/model.safetensors"), false; };  // while the first model is scanned
  const TrialResult result = run(scan, sink);
  EXPECT_EQ(result.report.n_failed, 3);
  EXPECT_EQ(result.report.n_done + result.report.n_not_measurable, 6);
  for (const auto& [hash, run] : sink.runs) {
    if (sink.models.at(run.key.model).name != "going") {
      EXPECT_EQ(run.status, RunStatus::done) << run.error_message;
      continue;
    }
    EXPECT_EQ(run.status, RunStatus::failed);
    EXPECT_THAT(run.error_message, ::testing::HasSubstr((folder / "going").string()));
  }
}

}  // namespace
}  // namespace headlight::testing_support
