#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Tokens 1, 2 and 1 again, read at 6; the layer's input predicts PREDICTED there. A token's logit beyond the vocabulary's mean is 11/12 of
// it where nothing else is written.
constexpr double kCentredCopy = 11.0 / 12;

PromptByHand about_to_say(int predicted, const std::vector<float>& last_row) {
  PromptByHand prompt = prompt_by_hand({0, 1, 2, 1, 6}, {last_row});
  prompt.sites[SiteKind::resid_pre][0][0].back()[static_cast<size_t>(predicted)] = 3;
  return prompt;
}

TEST(CopySuppression, TakesDownWhatIsAboutToBeSaid) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(-2);
  const auto grids = answer_by_hand("copy-suppression", circuits, about_to_say(1, {0.1f, 0.2f, 0.1f, 0.6f, 0}));
  EXPECT_NEAR(grids[0][0], 1.6 * kCentredCopy, 1e-6) << "both places of the token";
  EXPECT_NEAR(grids[1][0], 0.8, 1e-6);
  EXPECT_EQ(grids[2][0], 1) << "every token is the lowest of its own row";
}

TEST(CopySuppression, OfAHeadThatLooksAtAnotherTokenIsZero) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(-2);
  const auto grids = answer_by_hand("copy-suppression", circuits, about_to_say(2, {0, 0.5f, 0, 0.5f, 0}));
  EXPECT_NEAR(grids[0][0], 0, 1e-6);
  EXPECT_EQ(grids[1][0], 0);
}

TEST(CopySuppression, OfAHeadThatCopiesIsNegative) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(1);
  const auto grids = answer_by_hand("copy-suppression", circuits, about_to_say(1, {0, 0.5f, 0, 0.5f, 0}));
  EXPECT_NEAR(grids[0][0], -kCentredCopy, 1e-6);
  EXPECT_EQ(grids[2][0], 0);
}

// The head's tokens exchanged: it takes down another one.
TEST(CopySuppression, OfAPermutedHeadIsNotPositive) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{1, 2}, {2, 1}}, -2);
  const auto grids = answer_by_hand("copy-suppression", circuits, about_to_say(1, {0, 0.5f, 0, 0.5f, 0}));
  EXPECT_LE(grids[0][0], 0);
}

// A query that is about to say a token finds its key, or that of another one.
TEST(CopySuppression, MatchesWhatIsAboutToBeSaidWithItsOwnKey) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.qk[{0, 0}] = copies(1);
  EXPECT_EQ(answer_by_hand("copy-suppression", circuits, about_to_say(1, {1, 0, 0, 0, 0}))[3][0], 1);
  circuits.qk[{0, 0}] = maps({{1, 2}, {2, 1}, {0, 0}});
  EXPECT_NEAR(answer_by_hand("copy-suppression", circuits, about_to_say(1, {1, 0, 0, 0, 0}))[3][0], 1.0 / 3, 1e-6) << "0 alone finds itself";
  circuits.qk[{0, 0}] = copies(-1);
  EXPECT_EQ(answer_by_hand("copy-suppression", circuits, about_to_say(1, {1, 0, 0, 0, 0}))[3][0], 0);
}

TEST(CopySuppression, OfAPromptOfOneTokenIsNotMeasured) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  const auto grids = answer_by_hand("copy-suppression", circuits, prompt_by_hand({3}, {{1}}));
  EXPECT_TRUE(std::isnan(grids[0][0]));
  EXPECT_TRUE(std::isnan(grids[2][0]));
}

}  // namespace
}  // namespace headlight::testing_support
