// The families' formulas on attention written down by hand, through the boundary of the built libraries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/random.hpp"
#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

constexpr double kRounding = 1e-6;  // of float weights

// One layer with one head.
PromptByHand prompt(std::vector<int> tokens, Rows pattern) {
  return {.tokens = std::move(tokens), .sites = {{SiteKind::pattern, {{std::move(pattern)}}}}};
}

// All outputs of a family; its head writes with OV.
HandGrids grids_of(const std::string& family, const PromptByHand& prompt, const CircuitsByHand::Matrix& ov = copies(1)) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = ov;
  return observe_by_hand(family, {.circuits = &circuits}, with_z(prompt, kVocabularyByHand));
}
double first(const std::string& family, const PromptByHand& prompt) { return grids_of(family, prompt)[0][0]; }

TEST(PreviousToken, IsTheMeanOfTheWeightsBeforeTheDiagonal) {
  const auto grids = observe_by_hand("previous-token", {},
                                     prompt({7, 8, 9, 6}, {{1}, {0.25f, 0.75f}, {0.1f, 0.6f, 0.3f}, {0.2f, 0.1f, 0.5f, 0.2f}}));
  EXPECT_NEAR(grids[0][0], (0.25 + 0.6 + 0.5) / 3, kRounding);
  EXPECT_NEAR(grids[1][0], (0.6 / 0.9 + 0.5 / 0.8) / 2, kRounding) << "of what is not given to the first token";
}

TEST(PreviousToken, OfAHeadThatRestsOnTheFirstTokenIsNothingAndNotNaN) {
  const auto grids = observe_by_hand("previous-token", {}, prompt({7, 8, 9, 6}, looking_at({0, 0, 0, 0})));
  EXPECT_NEAR(grids[0][0], 1.0 / 3, kRounding) << "the second token has the first before it";
  EXPECT_EQ(grids[1][0], 0);
}

TEST(PreviousToken, OfOneTokenIsNotMeasured) {
  const auto grids = observe_by_hand("previous-token", {}, prompt({7}, {{1}}));
  EXPECT_TRUE(std::isnan(grids[0][0]));
  EXPECT_TRUE(std::isnan(grids[1][0]));
}

TEST(PreviousToken, AgreesWithItsPatternAsTransformerLensCounts) {
  const auto grids = observe_by_hand("previous-token", {},
                                     prompt({7, 8, 9, 6}, {{1}, {0.25f, 0.75f}, {0.1f, 0.6f, 0.3f}, {0.2f, 0.1f, 0.5f, 0.2f}}));
  const double on_pattern = 0.25 + 0.6 + 0.5;
  EXPECT_NEAR(grids[2][0], on_pattern / 4, kRounding) << "sum(A D) / sum(A)";
  EXPECT_NEAR(grids[3][0], 1 - ((3 - on_pattern) + (4 - on_pattern)) / 4, kRounding) << "1 - n mean |A - D|: what the pattern lacks, and what lies beside it";
  EXPECT_NEAR(grids[4][0], (0.6 + 0.5) / (0.6 + 0.1 + 0.5), kRounding) << "without the first token and the query itself";
}

// head_detector's tests on solu-2l, " four token sequence" with its beginning-of-text token: mul and abs of one head each.
TEST(PreviousToken, HasTheTwoScoresOfTheHeadDetectorTogether) {
  for (const auto& [mul, abs] : {std::pair{0.3567, -0.0370}, {0.2326, -0.2850}, {0.5924, 0.4350}, {0.1437, -0.4630}}) {
    Rows rows{{1}};  // attention that gives the pattern as much as the head did
    const auto before = static_cast<float>(mul * 4 / 3);
    for (int query = 1; query < 4; ++query) {
      rows.emplace_back(static_cast<size_t>(query) + 1, 0.0f);
      rows.back()[static_cast<size_t>(query) - 1] = before;
      rows.back()[static_cast<size_t>(query)] = 1 - before;
    }
    const auto grids = observe_by_hand("previous-token", {}, prompt({7, 8, 9, 6}, rows));
    EXPECT_NEAR(grids[2][0], mul, kRounding);
    EXPECT_NEAR(grids[3][0], abs, 6e-4) << "printed with three digits";
  }
}

TEST(DuplicateToken, IsTheWeightOnTheLastEarlierPlace) {
  //                                  0  1  2  3         4              5
  const PromptByHand five =
      prompt({1, 5, 7, 5, 7, 5},
             {{1}, {1, 0}, {1, 0, 0}, {0.1f, 0.4f, 0.3f, 0.2f}, {0, 0, 0.7f, 0.2f, 0.1f}, {0, 0.6f, 0, 0.3f, 0, 0.1f}});
  const auto grids = grids_of("duplicate-token", five);
  EXPECT_NEAR(grids[0][0], (0.4 + 0.7 + 0.3) / 3, kRounding);
  EXPECT_NEAR(grids[1][0], (0.4 + 0.7 + 0.6 + 0.3) / 6, kRounding) << "5 stands at 1, 3 and 5: two places before the last";
  EXPECT_NEAR(grids[2][0], (2 * 2.0 - 4) / 6, kRounding);
}

TEST(DuplicateToken, OfTokensThatNeverRepeatIsNotMeasured) {
  EXPECT_TRUE(std::isnan(first("duplicate-token", prompt({1, 2, 3}, looking_at({0, 0, 1})))));
}

TEST(Induction, IsTheWeightOnWhatFollowedEveryEarlierPlace) {
  // 5 at 1, 3 and 5; 7 at 2 and 4. Followers: of place 3 {2}, of place 4 {3}, of place 5 {2, 4}.
  const PromptByHand six =
      prompt({1, 5, 7, 5, 7, 5},
             {{1}, {1, 0}, {1, 0, 0}, {0.1f, 0.4f, 0.3f, 0.2f}, {0, 0, 0.2f, 0.7f, 0.1f}, {0, 0.1f, 0.25f, 0.05f, 0.5f, 0.1f}});
  const auto grids = grids_of("induction", six);
  EXPECT_NEAR(grids[0][0], (0.3 + 0.7 + 0.75) / 3, kRounding);
  EXPECT_NEAR(grids[1][0], (0.3 + 0.7 + 0.75) / 6, kRounding);
  EXPECT_NEAR(grids[2][0], (2 * 1.75 - 4) / 6, kRounding);
}

TEST(Induction, CopiesWhereTheTokenLookedAtIsTheOneRaised) {
  const PromptByHand twice = prompt({1, 2, 3, 1, 2, 3}, looking_at({0, 0, 0, 1, 2, 3}));
  enum { kCopying = 3, kWeights, kEffective };
  const auto copying = grids_of("induction", twice, copies(2));
  EXPECT_NEAR(copying[kCopying][0], 3, kRounding) << "nothing else is raised";
  EXPECT_NEAR(copying[kWeights][0], 1, kRounding);
  EXPECT_NEAR(copying[kEffective][0], 1, kRounding);
  const auto suppressing = grids_of("induction", twice, copies(-2));
  EXPECT_NEAR(suppressing[kCopying][0], -1, kRounding);
  EXPECT_NEAR(suppressing[kWeights][0], -1, kRounding);
  // 2 raises itself and 3 alike, 3 itself alone, 1 only 2: r is 1/2, 1 and 0.
  CircuitsByHand::Matrix mixed = copies(0);
  mixed[2][2] = mixed[2][3] = mixed[3][3] = mixed[1][2] = 1;
  const auto half = grids_of("induction", twice, mixed);
  EXPECT_NEAR(half[kCopying][0], 4 * (0.5 + 1 + 0) / 3 - 1, kRounding);
  // Two tokens that are raised for each other: eigenvalues 1 and -1.
  EXPECT_NEAR(grids_of("induction", twice, maps({{1, 2}, {2, 1}}))[kWeights][0], 0, kRounding);
}

TEST(Induction, OfAHeadThatWritesNothingCopiesNothing) {
  const auto grids = grids_of("induction", prompt({1, 2, 3, 1, 2, 3}, looking_at({0, 0, 0, 1, 2, 3})), copies(0));
  EXPECT_EQ(grids[0][0], 1);
  EXPECT_TRUE(std::isnan(grids[3][0])) << "no token is raised: nothing is measured";
  EXPECT_EQ(grids[4][0], 0);
}

TEST(Induction, DoesNotCountTheTokenItself) {
  // The token right before is the same: what followed it is the query's own place.
  EXPECT_TRUE(std::isnan(first("induction", prompt({1, 5, 5}, looking_at({0, 0, 2})))));
  EXPECT_NEAR(first("induction", prompt({5, 5, 5}, looking_at({0, 0, 2}))), 0, kRounding);
  EXPECT_NEAR(first("induction", prompt({5, 5, 5}, looking_at({0, 0, 1}))), 1, kRounding);
}

TEST(Induction, IsNotThePatternOfADuplicateTokenHead) {
  const PromptByHand twice = prompt({1, 2, 3, 1, 2, 3}, looking_at({0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(first("duplicate-token", twice), 1);
  EXPECT_EQ(first("induction", twice), 0);
  const PromptByHand follower = prompt({1, 2, 3, 1, 2, 3}, looking_at({0, 0, 0, 1, 2, 3}));
  EXPECT_EQ(first("duplicate-token", follower), 0);
  EXPECT_EQ(first("induction", follower), 1);
}

TEST(Positional, IsTheShareOfItsCommonestOffset) {
  const PromptByHand ten = prompt({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, looking_at({0, 0, 0, 0, 0, 3, 4, 5, 6, 8}));
  const auto grids = observe_by_hand("positional", {}, ten);
  EXPECT_NEAR(grids[0][0], 4.0 / 5, kRounding) << "queries 5 to 8 look two back, query 9 one";
  const std::vector<double> by_offset = {grids[1][0], grids[2][0], grids[3][0], grids[4][0], grids[5][0]};
  EXPECT_THAT(by_offset, ::testing::ElementsAre(0, 0.2, 0.8, 0, 0));
  EXPECT_NEAR(grids[6][0], 1, kRounding);
}

TEST(Positional, LooksPastTheFirstToken) {
  Rows rows = looking_at({0, 0, 0, 0, 0, 0, 0});
  rows[5] = {0.4f, 0.05f, 0.05f, 0.1f, 0.3f, 0.1f};          // largest of the rest: 1 back
  rows[6] = {0.6f, 0.1f, 0.1f, 0.05f, 0.05f, 0.05f, 0.05f};  // rests: left out
  const auto grids = observe_by_hand("positional", {}, prompt({1, 2, 3, 4, 5, 6, 7}, rows));
  EXPECT_EQ(grids[0][0], 1);
  EXPECT_EQ(grids[2][0], 1);
  EXPECT_NEAR(grids[6][0], 0.3, kRounding);
}

TEST(Positional, OfAHeadThatAlwaysRestsIsNotMeasured) {
  for (const auto& grid : observe_by_hand("positional", {}, prompt({1, 2, 3, 4, 5, 6, 7}, looking_at({0, 0, 0, 0, 0, 0, 0}))))
    EXPECT_TRUE(std::isnan(grid[0]));
}

TEST(Positional, CountsFarOffsetsAsNone) {
  const auto grids = observe_by_hand("positional", {}, prompt({1, 2, 3, 4, 5, 6, 7}, looking_at({0, 0, 0, 0, 0, 0, 1})));
  EXPECT_EQ(grids[0][0], 0) << "5 tokens back is beyond the offsets that are told apart";
}

TEST(AttentionSink, IsTheMeanWeightOnTheFirstTokenAndTheRatioOfItsValue) {
  PromptByHand sink = prompt({1, 2, 3}, {{1}, {0.8f, 0.2f}, {0.5f, 0.25f, 0.25f}});
  sink.sites[SiteKind::v] = {{{{0.3f, 0.4f}, {3, 4}, {0, 5}}}};  // lengths 0.5, 5 and 5
  const auto grids = observe_by_hand("attention-sink", {}, sink);
  EXPECT_NEAR(grids[0][0], (0.8 + 0.5) / 2, kRounding);
  EXPECT_NEAR(grids[1][0], 0.5 / 5, kRounding);
  EXPECT_NEAR(grids[2][0], -(0.8 * std::log(0.8) + 0.2 * std::log(0.2) + 0.5 * std::log(0.5) + 2 * 0.25 * std::log(0.25)) / 2, kRounding);
}

TEST(AttentionSink, TakesTheValuesOfTheHeadsGroup) {
  PromptByHand sink{.tokens = {1, 2}, .sites = {}};
  sink.sites[SiteKind::pattern] = {{{{1}, {0.9f, 0.1f}}, {{1}, {0.7f, 0.3f}}, {{1}, {0.5f, 0.5f}}, {{1}, {0, 1}}}};
  sink.sites[SiteKind::v] = {{{{1}, {2}}, {{1}, {4}}}};
  const auto grids = observe_by_hand("attention-sink", {.n_layers = 1, .n_heads = 4, .n_kv_heads = 2}, sink);
  const std::vector<double> expected = {0.9f, 0.7f, 0.5f, 0.0f};
  EXPECT_EQ(grids[0], expected);
  EXPECT_THAT(grids[1], ::testing::ElementsAre(0.5, 0.5, 0.25, 0.25));
}

TEST(AttentionSink, HasNoRatioWhereTheOtherValuesAreZero) {
  PromptByHand sink = prompt({1, 2}, {{1}, {0.8f, 0.2f}});
  sink.sites[SiteKind::v] = {{{{1}, {0}}}};
  const auto grids = observe_by_hand("attention-sink", {}, sink);
  EXPECT_NEAR(grids[0][0], 0.8, kRounding);
  EXPECT_TRUE(std::isnan(grids[1][0]));
}

// ---- What holds for every family.

// Random attention of 2 layers x 4 heads (2 key-value heads) over random tokens, many of them repeated.
PromptByHand random_prompt(int n_tokens, std::uint64_t seed) {
  Random random(seed);
  PromptByHand prompt;
  for (int i = 0; i < n_tokens; ++i)
    prompt.tokens.push_back(static_cast<int>(random.below(static_cast<std::uint64_t>(n_tokens / 2 + 1))));
  HeadRows pattern(2, std::vector<Rows>(4)), values(2, std::vector<Rows>(2));
  for (auto& layer : pattern)
    for (auto& head : layer)
      for (int query = 0; query < n_tokens; ++query) {
        std::vector<float> row;
        double sum = 0;
        for (int key = 0; key <= query; ++key) row.push_back(static_cast<float>(std::exp(2 * random.normal())));
        for (const float weight : row) sum += weight;
        for (float& weight : row) weight = static_cast<float>(weight / sum);
        head.push_back(row);
      }
  for (auto& layer : values)
    for (auto& head : layer)
      for (int position = 0; position < n_tokens; ++position)
        head.push_back({static_cast<float>(random.normal()), static_cast<float>(random.normal())});
  prompt.sites = {{SiteKind::pattern, pattern}, {SiteKind::v, values}};
  return prompt;
}

class EveryFamily : public ::testing::TestWithParam<std::string> {
 protected:
  static constexpr int kTokens = 16;
  EveryFamily() {
    Random random(5);
    for (int layer = 0; layer < 2; ++layer)
      for (int head = 0; head < 4; ++head)
        for (auto& row : circuits.ov[{layer, head}] = CircuitsByHand::Matrix(kTokens, std::vector<float>(kTokens)))
          for (float& number : row) number = static_cast<float>(random.normal());
  }
  CircuitsByHand circuits{4, kTokens};
  const HandHeads kHeads{.n_layers = 2, .n_heads = 4, .n_kv_heads = 2, .circuits = &circuits};
  // A family is shown only the sites that it asks for.
  PromptByHand shown(PromptByHand prompt) const {
    if (GetParam() != "attention-sink") prompt.sites.erase(SiteKind::v);
    return GetParam() == "induction" ? with_z(std::move(prompt), kTokens) : prompt;
  }
  static void expect_equal(const HandGrids& a, const HandGrids& b) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t output = 0; output < a.size(); ++output)
      for (size_t head = 0; head < a[output].size(); ++head) {
        if (std::isnan(a[output][head]))
          EXPECT_TRUE(std::isnan(b[output][head])) << "output " << output << ", head " << head;
        else
          EXPECT_NEAR(a[output][head], b[output][head], 1e-12) << "output " << output << ", head " << head;
      }
  }
};

TEST_P(EveryFamily, DoesNotCareHowTheQueriesAreTiled) {
  for (const int n_tokens : {1, 2, 3, 7, 24}) {
    const PromptByHand prompt = shown(random_prompt(n_tokens, static_cast<std::uint64_t>(n_tokens)));
    const HandGrids whole = observe_by_hand(GetParam(), kHeads, prompt);
    Tiles single;
    for (int end = 1; end <= n_tokens; ++end) single.push_back(end);
    const int third = std::max(1, n_tokens / 3);
    const Tiles uneven = third == n_tokens ? Tiles{n_tokens} : Tiles{third, n_tokens};
    for (const Tiles& tiles : {single, uneven})
      for (const TileKeys keys : {TileKeys::up_to_the_last_query, TileKeys::whole_prompt})
        expect_equal(whole, observe_by_hand(GetParam(), kHeads, prompt, tiles, keys));
  }
}

TEST_P(EveryFamily, ForgetsOnePromptBeforeTheNext) {
  const PromptByHand a = shown(random_prompt(20, 1)), b = shown(random_prompt(9, 2));
  const auto together = observe_by_hand(GetParam(), kHeads, std::vector<PromptByHand>{a, b, a});
  expect_equal(together[0], observe_by_hand(GetParam(), kHeads, a));
  expect_equal(together[1], observe_by_hand(GetParam(), kHeads, b));
  expect_equal(together[2], together[0]);
}

TEST_P(EveryFamily, GivesHeadsWithTheSameAttentionTheSameNumber) {
  PromptByHand prompt = shown(random_prompt(16, 3));
  HeadRows& pattern = prompt.sites[SiteKind::pattern];
  for (auto& layer : pattern)
    for (auto& head : layer) head = pattern[0][0];
  const HandGrids grids = observe_by_hand(GetParam(), kHeads, prompt);
  EXPECT_THAT(grids[0], ::testing::Each(grids[0][0]));
}

INSTANTIATE_TEST_SUITE_P(Families, EveryFamily,
                         ::testing::Values("attention-sink", "duplicate-token", "induction", "positional", "previous-token"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace headlight::testing_support
