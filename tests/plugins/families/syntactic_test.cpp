#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.hpp"
#include "core/host/plugin_library.hpp"
#include "tests/plugins/family_by_hand.hpp"
#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {
namespace {

// Which output of the family has this name.
size_t output(const std::string& name) {
  static const PluginInfo info = load_plugin(built_plugins() / "syntactic.so").info;
  const auto found = std::find_if(info.outputs.begin(), info.outputs.end(), [&](const PluginOutput& one) { return one.name == name; });
  EXPECT_NE(found, info.outputs.end()) << name;
  return static_cast<size_t>(found - info.outputs.begin());
}

// A prompt of seven words after the beginning-of-text token, each one token, with one arc. The head looks from the query to `seen`,
// and rests on the first token else.
PromptByHand sentence(const std::string& relation, int dependent, int head, int seen) {
  Rows rows;
  for (size_t query = 0; query < 8; ++query) {
    rows.emplace_back(query + 1, 0.0f);
    rows.back()[0] = 1;
  }
  auto& row = rows[static_cast<size_t>(std::max(dependent, head))];
  row[0] = 0.75f;  // more than all others: it does not count
  row[static_cast<size_t>(seen)] += 0.25f;
  return {.tokens = {0, 1, 2, 3, 4, 5, 6, 7},
          .sites = {{SiteKind::pattern, {{std::move(rows)}}}},
          .words = {-1, 0, 1, 2, 3, 4, 5, 6},
          .arcs = {{.relation = relation, .dependent_begin = dependent, .dependent_end = dependent + 1, .head_begin = head, .head_end = head + 1}}};
}

// The mean of an output over prompts, as the run's score is made; NaN where no prompt has it.
double mean_of(const std::string& name, const std::vector<PromptByHand>& prompts) {
  double total = 0, n = 0;
  for (const HandGrids& grids : observe_by_hand("syntactic", {}, prompts))
    if (const double value = grids[output(name)][0]; !std::isnan(value)) total += value, ++n;
  return total / n;
}

// Thirty sentences whose articles stand one, two or three words before their nouns, one in three each; `seen` is the word that the head
// looks at from the noun at `noun`, where its article is at `article`.
template <typename Seen>
std::vector<PromptByHand> articles(Seen seen, int n = 30) {
  std::vector<PromptByHand> prompts;
  for (int i = 0; i < n; ++i) {
    const int noun = 5 + i % 2, article = noun - 1 - i % 3;
    prompts.push_back(sentence("det", article, noun, seen(noun, article)));
  }
  return prompts;
}

TEST(Syntactic, OfAPlantedHeadIsAllBeyondTheBestDistance) {
  const auto planted = articles([](int, int article) { return article; });
  EXPECT_NEAR(mean_of("det_to_dependent", planted), 1 - 1.0 / 3, 1e-6);
  EXPECT_EQ(mean_of("hits_to_dependent", planted), 1);
  EXPECT_EQ(mean_of("coverage_to_dependent", planted), 1);
  EXPECT_EQ(mean_of("coverage_to_head", planted), 0) << "no article has its noun before it";
  EXPECT_TRUE(std::isnan(mean_of("det_to_head", planted)));
  EXPECT_TRUE(std::isnan(mean_of("nsubj_to_dependent", planted)));
}

TEST(Syntactic, OfAHeadAtAFixedDistanceIsNothing) {
  for (const int distance : {1, 2, 3})
    EXPECT_NEAR(mean_of("det_to_dependent", articles([&](int noun, int) { return noun - distance; })), 0, 1e-6) << distance;
}

TEST(Syntactic, OfAHeadThatRestsIsNotPositive) {
  EXPECT_NEAR(mean_of("det_to_dependent", articles([](int, int) { return 0; })), -1.0 / 3, 1e-6);
  EXPECT_EQ(mean_of("hits_to_dependent", articles([](int noun, int) { return noun; })), 0) << "the word itself does not count";
}

// The words that are looked at are given to other prompts of the same task, in random order.
TEST(Syntactic, OfAPermutedHeadIsNothing) {
  Random random(5);
  double total = 0;
  constexpr int kPermutations = 20;
  for (int repeat = 0; repeat < kPermutations; ++repeat)
    total += mean_of("det_to_dependent", articles([&](int noun, int) { return noun - 1 - static_cast<int>(random.below(3)); }));
  EXPECT_NEAR(total / kPermutations, 0, 0.1);
}

TEST(Syntactic, DoesNotDependOnTheOrderOfPrompts) {
  auto prompts = articles([](int noun, int article) { return noun == 5 ? article : noun - 2; });
  const double before = mean_of("det_to_dependent", prompts);
  std::reverse(prompts.begin(), prompts.end());
  EXPECT_NEAR(mean_of("det_to_dependent", prompts), before, 1e-9);
}

TEST(Syntactic, LooksFromTheEndThatComesLater) {
  std::vector<PromptByHand> objects;
  for (int i = 0; i < 20; ++i) objects.push_back(sentence("obj", 5 + i % 3, 3, 3));
  EXPECT_NEAR(mean_of("obj_to_head", objects), 1 - 7.0 / 20, 1e-6);
  EXPECT_TRUE(std::isnan(mean_of("obj_to_dependent", objects)));
  EXPECT_EQ(mean_of("coverage_to_head", objects), 1);
}

TEST(Syntactic, CountsSubtypesAsTheirRelation) {
  std::vector<PromptByHand> passive;
  for (int i = 0; i < 20; ++i) passive.push_back(sentence(i % 2 ? "nsubj" : "nsubj:pass", 2 + i % 4, 6, 2 + i % 4));
  EXPECT_NEAR(mean_of("nsubj_to_dependent", passive), 0.75, 1e-6);
}

TEST(Syntactic, OfFewerThanTwentyArcsIsNotMeasured) {
  const auto look = [](int, int article) { return article; };
  EXPECT_TRUE(std::isnan(mean_of("det_to_dependent", articles(look, 19))));
  EXPECT_FALSE(std::isnan(mean_of("det_to_dependent", articles(look, 20))));
  EXPECT_EQ(mean_of("hits_to_dependent", articles(look, 19)), 1) << "all arcs together are";
}

// "<s> The qu|ick k|ing": the pieces 2-3 and 4-5 are words.
PromptByHand split(std::vector<float> first_piece, std::vector<float> second_piece) {
  Rows rows{{1}, {1, 0}, {1, 0, 0}, {1, 0, 0, 0}, std::move(first_piece), std::move(second_piece)};
  return {.tokens = {0, 1, 2, 3, 4, 5},
          .sites = {{SiteKind::pattern, {{std::move(rows)}}}},
          .words = {-1, 0, 1, 1, 2, 2},
          .arcs = {{.relation = "amod", .dependent_begin = 2, .dependent_end = 4, .head_begin = 4, .head_end = 6}}};
}

TEST(Syntactic, AddsUpWhatIsGivenToThePiecesOfAWord) {
  EXPECT_EQ(mean_of("hits_to_dependent", {split({0, 0.4f, 0.3f, 0.3f, 0}, {0, 0.4f, 0.3f, 0.3f, 0, 0})}), 1);
  EXPECT_EQ(mean_of("hits_to_dependent", {split({0, 0.6f, 0.2f, 0.2f, 0}, {0, 0.6f, 0.2f, 0.2f, 0, 0})}), 0);
}

TEST(Syntactic, TakesTheMeanOverThePiecesThatLook) {
  const PromptByHand one_piece_says_it = split({0, 0.4f, 0.1f, 0, 0.5f}, {0, 0, 0, 0.5f, 0.25f, 0.25f});
  EXPECT_EQ(mean_of("hits_to_dependent", {one_piece_says_it}), 1) << "0.3 for the adjective, 0.2 for the article; the noun itself does not count";
  const auto in_tiles = observe_by_hand("syntactic", {}, one_piece_says_it, {3, 5, 6});
  EXPECT_EQ(in_tiles[output("hits_to_dependent")][0], 1) << "the pieces come in two tiles";
}

TEST(Syntactic, LeavesOutTheWordOfTheFirstToken) {
  PromptByHand prompt = split({0, 0, 0, 1, 0}, {0, 0, 0, 1, 0, 0});
  prompt.words = {0, 0, 1, 1, 2, 2};  // no beginning-of-text token
  prompt.arcs[0].dependent_begin = 0;
  prompt.arcs[0].dependent_end = 2;
  EXPECT_EQ(mean_of("coverage_to_dependent", {prompt}), 0);
  EXPECT_TRUE(std::isnan(mean_of("hits_to_dependent", {prompt})));
}

TEST(Syntactic, NeedsTheGrammar) {
  PromptByHand prompt = split({1, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0});
  prompt.arcs.clear();
  EXPECT_THAT([&] { observe_by_hand("syntactic", {}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("this task gives no arcs")));
}

}  // namespace
}  // namespace headlight::testing_support
