// Models of other people, beside the repository where they are there: their known previous-token heads come out on top.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;

class SharedModels : public ::testing::Test {
 protected:
  // Heads by falling previous-token score on a task, with their scores.
  static std::vector<std::pair<std::string, double>> previous_token_heads(const std::string& model, const std::string& task) {
    const fs::path folder = fs::path(HEADLIGHT_SOURCE_DIR) / "../shared/models" / model;
    MemorySink sink;
    const TrialResult result =
        run({.models = {folder}, .families = {"previous-token"}, .methods = {"score"}, .tasks = {task}, .n_prompts = 32}, sink);
    EXPECT_EQ(result.report.n_failed, 0);
    std::vector<std::pair<std::string, double>> heads;
    for (const HeadResult& head : sink.run("previous-token", "score").summary.value().heads)
      if (head.output == 0 && head.score) heads.emplace_back(to_string(head.head), *head.score);
    std::sort(heads.begin(), heads.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    return heads;
  }
  static bool are_there(const std::string& model) {
    return fs::exists(fs::path(HEADLIGHT_SOURCE_DIR) / "../shared/models" / model);
  }
};

#define NEEDS(model) \
  if (!are_there(model)) GTEST_SKIP() << "needs ../shared/models/" << model

TEST_F(SharedModels, Stories260KHasItsTwoPreviousTokenHeads) {
  NEEDS("stories260K");
  for (const std::string task : {"stories", "repeated-random"}) {
    const auto heads = previous_token_heads("stories260K", task);
    EXPECT_THAT((std::vector{heads[0].first, heads[1].first}), ::testing::UnorderedElementsAre("L3H6", "L1H3")) << task;
    EXPECT_GT(heads[1].second, 0.55) << task;
  }
}

TEST_F(SharedModels, CharstoriesGpt2HasItsPreviousCharacterHead) {
  NEEDS("charstories-gpt2");
  const auto heads = previous_token_heads("charstories-gpt2", "stories");
  EXPECT_EQ(heads[0].first, "L0H2");
  EXPECT_NEAR(heads[0].second, 0.96, 0.05);
  EXPECT_EQ(previous_token_heads("charstories-gpt2", "repeated-random")[0].first, "L0H2");
}

TEST_F(SharedModels, BabyllamaHasItsPreviousCharacterHead) {
  NEEDS("babyllama-char105");
  const auto heads = previous_token_heads("babyllama-char105", "stories");
  EXPECT_EQ(heads[0].first, "L1H4");
  EXPECT_NEAR(heads[0].second, 0.54, 0.05);
}

}  // namespace
}  // namespace headlight::testing_support
