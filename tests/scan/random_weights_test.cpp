// Models that have learned nothing hold nothing: over all families and methods, no head of a random model is confirmed or causal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "storage/open.hpp"
#include "tests/scan/random_models.hpp"
#include "tests/scan/run_program.hpp"
#include "tests/scan/trial_scan.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;

constexpr int kLayers = RandomShape::n_layers, kHeads = RandomShape::n_heads;

class RandomModels : public ::testing::TestWithParam<std::string> {
 protected:
  static constexpr int kSeeds = 5;
  static TinyModel make(std::uint64_t seed) { return GetParam() == "gpt2" ? random_gpt2(seed) : random_llama(seed); }
};

TEST_P(RandomModels, HoldNoConfirmedAndNoCausalHead) {
  const TemporaryFolder folder;
  for (int seed = 0; seed < kSeeds; ++seed)
    make(static_cast<std::uint64_t>(seed)).write(folder / ("models/seed-" + std::to_string(seed)));
  const std::string catalogue = folder / "a.db";
  const ProgramRun scan = run_headlight({"scan", folder / "models", "--prompts", "16", "--db", catalogue});
  ASSERT_EQ(scan.exit_code, 0) << scan.err;
  const auto connection = open_for_reading(catalogue);
  EXPECT_EQ(connection->integer("SELECT count(*) FROM model"), kSeeds);
  EXPECT_EQ(connection->integer("SELECT count(*) FROM run WHERE status <> 'done'"), 0);
  Statement verdicts = connection->prepare("SELECT word, count(*) FROM detector_head JOIN verdict ON id = verdict GROUP BY word");
  std::map<std::string, std::int64_t> n_heads;
  while (verdicts.step()) n_heads[verdicts.text(0)] = verdicts.integer(1);
  EXPECT_EQ(n_heads["confirmed"], 0);
  EXPECT_EQ(n_heads["causal"], 0);
  EXPECT_EQ(n_heads["correlational"], 0);
  EXPECT_GE(n_heads["not measurable"], kSeeds * 5 * kLayers * kHeads)
      << "they do not solve repeated-random, so nothing is said of them";
}

// The null alone keeps them out too, whatever the task: the numbers of a random model lie among those of its random twins.
TEST_P(RandomModels, PassNoThresholdBeyondTheirRandomTwins) {
  const TemporaryFolder folder;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const fs::path model = folder / ("seed-" + std::to_string(seed));
    make(static_cast<std::uint64_t>(seed)).write(model);
    MemorySink sink;
    const TrialResult result = run({.models = {model}, .families = {}, .methods = {"score"}, .n_prompts = 16}, sink);
    EXPECT_EQ(result.report.n_failed, 0);
    for (const auto& [hash, run] : sink.runs) {
      ASSERT_TRUE(run.summary) << run.error_message;
      for (const HeadResult& head : run.summary->heads) {
        if (head.output != 0 || !head.score || !head.selection_score || !head.q) continue;
        const double threshold = run.summary->outputs[0].threshold.value();
        EXPECT_FALSE(*head.score >= threshold && *head.selection_score >= threshold && *head.q <= 0.05)
            << run.key.family << " " << to_string(head.head) << " of seed " << seed << ": " << *head.score << ", q " << *head.q;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, RandomModels, ::testing::Values("gpt2", "llama"), [](const auto& param) { return param.param; });

TEST(BrokenModel, WithoutFiniteNumbersIsNotMeasurable) {
  const TemporaryFolder folder;
  TinyModel model = random_gpt2(1);
  std::vector<float> numbers(32, 1.0f);
  numbers[3] = std::numeric_limits<float>::quiet_NaN();
  model.tensors["transformer.h.1.ln_1.weight"] = make_tensor({32}, numbers);
  model.write(folder / "broken");
  MemorySink sink;
  const TrialResult result =
      run({.models = {folder / "broken"}, .families = {"induction"}, .methods = {"score", "zero-ablation"}}, sink);
  EXPECT_EQ(result.report.n_not_measurable, 2);
  EXPECT_EQ(result.report.n_failed, 0);
  for (const auto& [name, end] : result.ends)
    EXPECT_EQ(end.message, "the model gives no finite number on prompt 0: are its weights whole?") << name;
}

TEST(Model, WithATokenizerThatIsMissingIsScannedOnWhatNeedsNone) {
  const TemporaryFolder folder;
  random_gpt2(2).write(folder / "model");
  MemorySink sink;
  const TrialResult result = run(
      {.models = {folder / "model"}, .families = {"duplicate-token"}, .methods = {"score"}, .tasks = {"repeated-random", "ioi"}},
      sink);
  EXPECT_EQ(sink.run("duplicate-token", "score", "repeated-random").status, RunStatus::done);
  const auto& ioi = sink.run("duplicate-token", "score", "ioi");
  ASSERT_TRUE(ioi.summary);
  EXPECT_FALSE(ioi.summary->measurable);
  EXPECT_THAT(ioi.summary->why_not, ::testing::HasSubstr("tokenizer"));
  EXPECT_THAT(ioi.summary->heads, ::testing::IsEmpty()) << "nothing was measured";
}

}  // namespace
}  // namespace headlight::testing_support
