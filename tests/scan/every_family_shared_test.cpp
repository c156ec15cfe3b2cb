// Models of other people, beside the repository where they are there: every family is asked of each, and either measures it or says in words
// that need no knowledge of the program why it cannot. Most of their tasks cannot even be written in their vocabularies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;

fs::path shared_models() { return fs::path(HEADLIGHT_SOURCE_DIR) / "../shared/models"; }

class EveryFamilyOf : public testing::TestWithParam<const char*> {};

TEST_P(EveryFamilyOf, MeasuresOrSaysWhyNot) {
  const fs::path model = shared_models() / GetParam();
  if (!fs::exists(model)) GTEST_SKIP() << "needs ../shared/models/" << GetParam();
  MemorySink sink;
  const TrialResult result = run({.models = {model}, .families = {}, .methods = {"score"}, .tasks = {}, .n_prompts = 4}, sink);
  EXPECT_EQ(result.report.n_failed, 0);
  EXPECT_GE(result.ends.size(), 80u) << "every family on each of its tasks";
  int n_measured = 0;
  for (const auto& [run, end] : result.ends) {
    EXPECT_TRUE(end.how == RunEnd::done || end.how == RunEnd::not_measurable) << run << ": " << end.message;
    n_measured += end.how == RunEnd::done ? 1 : 0;
    if (end.how == RunEnd::done) continue;
    EXPECT_THAT(end.message, testing::AnyOf(testing::MatchesRegex("(the model does not solve the task|[0-9]+ prompts are too few to say whether the model solves the task): accuracy .* where guessing gives .*"),
                                            testing::ContainsRegex("[0-9]+ of 4 prompts could be made; [0-9]+ of [0-9]+ prompts dropped: ")))
        << run;
  }
  RecordProperty("measured", n_measured);
}

INSTANTIATE_TEST_SUITE_P(Models, EveryFamilyOf,
                         testing::Values("stories260K", "babyllama-char105", "charstories-gpt2", "llmviz-gpt-nano-sort", "mixture-tiny", "mixture-gpt2", "mixture-llama"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace headlight::testing_support
