#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "The film was wonderful 1 (or awful 2) , 5 and it felt 6" -> good 8, bad 9.
PromptByHand short_review(int adjective, const std::vector<float>& last_row) {
  PromptByHand prompt = prompt_by_hand({0, adjective, 5, 6}, {last_row});
  prompt.roles = {{"adjective", 1, 2}, {"summary", 2, 3}, {"end", 3, 4}};
  prompt.answers = {adjective == 1 ? 8 : 9};
  prompt.wrong = {adjective == 1 ? 9 : 8};
  // The comma looks at the adjective too.
  prompt.sites[SiteKind::pattern][0][0][2] = {0.5f, 0.5f, 0};
  auto& z = prompt.sites[SiteKind::z][0][0][2];
  std::fill(z.begin(), z.end(), 0.0f);
  z[0] = 0.5f;
  z[static_cast<size_t>(adjective)] = 0.5f;
  return prompt;
}

TEST(SentimentSummarizer, WritesTheSentimentOfTheWordsWhicheverItIs) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{1, 8}, {2, 9}}, 2);
  for (const int adjective : {1, 2}) {
    const auto grids = answer_by_hand("sentiment-summarizer", circuits, short_review(adjective, {0.2f, 0.8f, 0, 0}));
    EXPECT_NEAR(grids[0][0], 1.6, 1e-6);
    EXPECT_NEAR(grids[1][0], 1.6, 1e-6);
    EXPECT_NEAR(grids[2][0], 0.8, 1e-6);
    EXPECT_NEAR(grids[3][0], 1, 1e-6) << "half of its attention at the comma";
    EXPECT_NEAR(grids[4][0], 0.5, 1e-6);
  }
}

TEST(SentimentSummarizer, OfAHeadThatAlwaysSaysGoodIsZeroOverBoth) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{1, 8}, {2, 8}});
  double sum = 0;
  for (const int adjective : {1, 2}) sum += answer_by_hand("sentiment-summarizer", circuits, short_review(adjective, {0, 1, 0, 0}))[0][0];
  EXPECT_NEAR(sum, 0, 1e-6);
}

TEST(SentimentSummarizer, OfAReaderOfTheSummaryHasItsEffectElsewhere) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{5, 8}});
  const auto grids = answer_by_hand("sentiment-summarizer", circuits, short_review(1, {0, 0, 1, 0}));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_NEAR(grids[1][0], 1, 1e-6);
}

TEST(SentimentSummarizer, WithoutSummaryPlacesMeasuresTheLastTokenAlone) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = short_review(1, {0, 1, 0, 0});
  prompt.roles = {{"adjective", 1, 2}, {"end", 3, 4}};
  const auto grids = answer_by_hand("sentiment-summarizer", circuits, prompt);
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_TRUE(std::isnan(grids[3][0]));
  EXPECT_TRUE(std::isnan(grids[4][0]));
}

TEST(SentimentSummarizer, ReadsTheSameFromTiles) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{1, 8}, {2, 9}});
  const auto prompt = short_review(2, {0, 1, 0, 0});
  EXPECT_EQ(answer_by_hand("sentiment-summarizer", circuits, prompt, {1, 3, 4}), answer_by_hand("sentiment-summarizer", circuits, prompt));
}

TEST(SentimentSummarizer, NeedsAdjectives) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = short_review(1, {1, 0, 0, 0});
  prompt.roles = {};
  EXPECT_THAT([&] { answer_by_hand("sentiment-summarizer", circuits, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role adjective")));
}

}  // namespace
}  // namespace headlight::testing_support
