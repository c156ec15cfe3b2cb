// Every family on every task of the tree, over models that have learned nothing but read text: what they are labelled.
// HEADLIGHT_FIRST_SEED=100 takes five other models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "tests/scan/random_models.hpp"
#include "tests/scan/trial_scan.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;

constexpr int kSeeds = 5;
constexpr double kMostLabelled = 0.05;          // share of all (family, head) pairs
constexpr double kMostLabelledOfAFamily = 0.1;  // 60 heads: chance alone carries a family with a true share of 0.05 this far
const fs::path kVocabulary = fs::path(HEADLIGHT_SOURCE_DIR) / "models/mixture-tiny";
constexpr RandomShape kShape = {.n_tokens = 2506, .n_places = 1024};

class EveryFamily : public testing::TestWithParam<TinyModel (*)(std::uint64_t, const RandomShape&)> {};

// Asked only of models that know the answers of their closed-book questions; these know nothing.
const std::set<std::string> kAskOnlyWhoKnows = {"context", "memory"};

int first_seed() {
  const char* text = std::getenv("HEADLIGHT_FIRST_SEED");
  return text ? std::atoi(text) : 0;
}

bool passes_its_threshold(const HeadResult& head, const OutputRecord& output) {
  return head.score && head.selection_score && head.q && output.threshold && *head.score >= *output.threshold &&
         *head.selection_score >= *output.threshold && *head.q <= 0.05;
}

// Also where the task is not solved and nothing is said of the model: the numbers themselves must not look like heads.
TEST_P(EveryFamily, LabelsAtMostOneHeadInTwentyOfRandomModels) {
  std::map<std::string, int> n_heads, n_labelled;
  for (int seed = first_seed(); seed < first_seed() + kSeeds; ++seed) {
    const TemporaryFolder folder;
    const fs::path model = folder / ("seed-" + std::to_string(seed));
    GetParam()(static_cast<std::uint64_t>(seed), kShape).write(model);
    for (const char* file : {"tokenizer.json", "tokenizer_config.json"}) fs::copy_file(kVocabulary / file, model / file);
    MemorySink sink;
    const TrialResult result = run({.models = {model}, .families = {}, .methods = {"score"}, .tasks = {}, .n_prompts = 16}, sink);
    EXPECT_EQ(result.report.n_failed, 0);
    for (const auto& [hash, run] : sink.runs) {
      ASSERT_TRUE(run.summary) << run.key.family << " / " << run.key.task << ": " << run.error_message;
      for (const HeadResult& head : run.summary->heads) {
        if (head.output != 0) continue;
        ++n_heads[run.key.family];
        n_labelled[run.key.family] += passes_its_threshold(head, run.summary->outputs[0]) ? 1 : 0;
      }
    }
  }
  int all_heads = 0, all_labelled = 0;
  for (const auto& [family, n] : n_heads) {
    EXPECT_LE(n_labelled[family], kMostLabelledOfAFamily * n) << family << ": " << n_labelled[family] << " of " << n;
    if (n_labelled[family] > 0) std::cout << family << ": " << n_labelled[family] << " of " << n << " labelled\n";
    all_heads += n, all_labelled += n_labelled[family];
  }
  EXPECT_LE(all_labelled, kMostLabelled * all_heads);
  std::set<std::string> looked_for, all_families;
  for (const auto& [family, n] : n_heads) looked_for.insert(family);
  for (const PluginInfo& family : index_plugins({built_plugins()}, headlight_program()).families)
    if (!kAskOnlyWhoKnows.contains(family.id)) all_families.insert(family.id);
  EXPECT_EQ(looked_for, all_families);
  RecordProperty("heads", all_heads);
  RecordProperty("labelled", all_labelled);
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryFamily, testing::Values(&random_gpt2, &random_llama),
                         [](const auto& test) { return test.index == 0 ? "gpt2" : "llama"; });

}  // namespace
}  // namespace headlight::testing_support
