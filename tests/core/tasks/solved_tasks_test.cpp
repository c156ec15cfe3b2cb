// The shipped models on the tasks that are worded like their training mixture: what a head is looked for on, a model must solve.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>

#include "core/base/thread_pool.hpp"
#include "core/engine/evaluator.hpp"
#include "core/stats/summary.hpp"
#include "core/tasks/task.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {
namespace {

const std::filesystem::path kSource = HEADLIGHT_SOURCE_DIR;
constexpr int kPrompts = 48;

// Worded like the mixture, with the least accuracy of all three models.
const std::map<std::string, double> kTasks = {
    {"acronym", 0.95},         {"agreement", 0.95},
    {"conflict-context", 0.95}, {"conflict-memory", 0.95},
    {"fact", 0.95},            {"fact-category", 0.95},
    {"fact-sound", 0.95},      {"few-shot-function", 0.95},
    {"few-shot-labels", 0.8},  {"greater-than", 0.95},
    {"ioi", 0.95},             {"iteration", 0.95},
    {"mcqa", 0.95},            {"mcqa-context", 0.95},
    {"mcqa-letters", 0.95},    {"needle", 0.95},
    {"rare-copy", 0.95},       {"repeated-random", 0.95},
    {"same-language", 0.95},   {"sentiment", 0.95},
    {"sentiment-review", 0.95}, {"stories", 0.6},
    {"successor", 0.95},       {"successor-run", 0.95},
    {"translate", 0.95},       {"true-false", 0.95},
    {"yes-no", 0.95},          {"yes-no-instruction", 0.75},
};

struct Solved {
  double accuracy = 0, chance = 0;
  bool is_above_chance = false;
  size_t n = 0;
};

class ShippedModel : public testing::TestWithParam<const char*> {
 protected:
  ShippedModel()
      : model_(Model::open(kSource / "models" / GetParam())), tokenizer_(Tokenizer::open(kSource / "models" / GetParam())), pool_(2) {}

  Solved solve(const std::string& id) {
    const ModelDescription& description = model_.description();
    const PromptContext context{.tokenizer = &tokenizer_,
                                .vocab_size = description.vocab_size,
                                .n_ctx = description.n_ctx,
                                .bos = description.bos_token};
    const PromptSet set = make_prompts(load_task(kSource / "plugins" / "tasks" / (id + ".json")), context, kPrompts, 1);
    std::vector<double> accuracies;
    for (const PromptOutcome& outcome : Evaluator<float>(model_, pool_, set).clean()) accuracies.push_back(outcome.accuracy.value());
    const Estimate accuracy = estimate_mean(accuracies);
    return {.accuracy = accuracy.value,
            .chance = set.chance,
            .is_above_chance = is_above_chance(accuracy, set.chance, static_cast<int>(accuracies.size())),
            .n = accuracies.size()};
  }

  Model model_;
  Tokenizer tokenizer_;
  ThreadPool pool_;
};

TEST_P(ShippedModel, SolvesTheTasksOfItsMixture) {
  for (const auto& [id, least] : kTasks) {
    const Solved solved = solve(id);
    std::cout << GetParam() << " " << id << ": accuracy " << solved.accuracy << ", chance " << solved.chance << "\n";
    EXPECT_EQ(solved.n, static_cast<size_t>(kPrompts)) << id;
    EXPECT_TRUE(solved.is_above_chance) << id;
    EXPECT_GE(solved.accuracy, least) << id;
  }
}

TEST_P(ShippedModel, KnowsAnOwnerOnlyWhereItLearnedTo) {
  const Solved solved = solve("owner");
  EXPECT_EQ(solved.is_above_chance, std::string(GetParam()) == "mixture-gpt2") << solved.accuracy;
}

TEST_P(ShippedModel, LearnsNothingFromShuffledLabels) { EXPECT_FALSE(solve("shuffled-labels").is_above_chance); }

INSTANTIATE_TEST_SUITE_P(Models, ShippedModel, testing::Values("mixture-tiny", "mixture-gpt2", "mixture-llama"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace headlight
