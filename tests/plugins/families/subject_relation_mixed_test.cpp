#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "the capital-of 4 France 5 is" -> Paris 8, not Rome 9. The vocabulary is small, so its sample is all 12 tokens: a token's logit beyond
// the mean of all is 11/12 of it where nothing else is written.
constexpr double kCentredAnswer = 11.0 / 12;

PromptByHand capital_of(const std::vector<float>& last_row) {
  PromptByHand prompt = prompt_by_hand({0, 4, 5, 6}, {last_row});
  prompt.roles = {{"relation", 1, 2}, {"subject", 2, 3}, {"end", 3, 4}};
  prompt.answers = {8};
  prompt.wrong = {9};
  return prompt;
}

HandGrids measure_answers(const char* family, const CircuitsByHand::Matrix& ov, const std::vector<float>& last_row) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = ov;
  return answer_by_hand(family, circuits, capital_of(last_row));
}

TEST(Subject, IsTheEffectOfAttendingToTheSubject) {
  const auto grids = measure_answers("subject", maps({{5, 8}}, 2), {0.1f, 0.3f, 0.6f, 0});
  EXPECT_NEAR(grids[0][0], 1.2 * kCentredAnswer, 1e-6);
  EXPECT_NEAR(grids[1][0], 1.2 * kCentredAnswer, 1e-6);
  EXPECT_NEAR(grids[2][0], 0, 1e-6);
  EXPECT_NEAR(grids[3][0], 0.6, 1e-6);
  EXPECT_EQ(measure_answers("relation", maps({{5, 8}}, 2), {0.1f, 0.3f, 0.6f, 0})[0][0], 0);
  EXPECT_EQ(measure_answers("mixed", maps({{5, 8}}, 2), {0.1f, 0.3f, 0.6f, 0})[0][0], 0);
}

TEST(Relation, RaisesEveryValueOfTheRelationTheWrongOnesToo) {
  const auto both = maps({{4, 8}, {4, 9}}, 2);
  const auto grids = measure_answers("relation", both, {0.1f, 0.6f, 0.3f, 0});
  EXPECT_NEAR(grids[0][0], 1.2 * (1 - 2.0 / 12), 1e-6);
  EXPECT_NEAR(grids[3][0], 0.6, 1e-6);
  EXPECT_EQ(measure_answers("subject", both, {0.1f, 0.6f, 0.3f, 0})[0][0], 0);
  EXPECT_NEAR(measure_answers("mixed", both, {0.1f, 0.6f, 0.3f, 0})[3][0], 0, 1e-6) << "the relation does not know which";
}

TEST(Mixed, AddsByBoth) {
  const auto ov = maps({{4, 8}, {5, 8}}, 2);
  const auto grids = measure_answers("mixed", ov, {0, 0.25f, 0.75f, 0});
  EXPECT_NEAR(grids[0][0], 2 * kCentredAnswer, 1e-6);
  EXPECT_NEAR(grids[1][0], 1.5 * kCentredAnswer, 1e-6);
  EXPECT_NEAR(grids[2][0], 0.5 * kCentredAnswer, 1e-6);
  EXPECT_NEAR(grids[3][0], 0.5, 1e-6) << "the relation adds to the answer beyond the wrong one";
  EXPECT_EQ(measure_answers("subject", ov, {0, 0.25f, 0.75f, 0})[0][0], 0);
  EXPECT_EQ(measure_answers("relation", ov, {0, 0.25f, 0.75f, 0})[0][0], 0);
}

TEST(Mixed, EndsWhereOnePartIsMoreThanTenTimesTheOther) {
  const auto ov = maps({{4, 8}, {5, 8}});
  EXPECT_EQ(measure_answers("mixed", ov, {0, 0.05f, 0.95f, 0})[0][0], 0);
  EXPECT_GT(measure_answers("subject", ov, {0, 0.05f, 0.95f, 0})[0][0], 0);
}

// The weights' tokens exchanged: the head adds to another token.
TEST(SubjectRelationMixed, OfAPermutedHeadAreNotPositive) {
  for (const char* family : {"subject", "relation", "mixed"})
    EXPECT_LE(measure_answers(family, maps({{4, 3}, {5, 3}}, 2), {0, 0.5f, 0.5f, 0})[0][0], 0) << family;
}

TEST(SubjectRelationMixed, NeedSubjectAndRelation) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = capital_of({1, 0, 0, 0});
  prompt.roles = {{"subject", 2, 3}};
  for (const char* family : {"subject", "relation", "mixed"})
    EXPECT_THAT([&] { answer_by_hand(family, circuits, prompt); },
                testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role relation")))
        << family;
}

}  // namespace
}  // namespace headlight::testing_support
