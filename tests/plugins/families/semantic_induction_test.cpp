#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Subject 1 and object 2 stand at the positions of the same number. The current token, 3, is what the raw variant reads.
PromptByHand statement(Rows rows, int in_residual) {
  Rows residual(4, std::vector<float>(kVocabularyByHand, 0.0f));
  residual.back() = one_at(in_residual);
  return {.tokens = {0, 1, 2, 3},
          .sites = {{SiteKind::pattern, {{std::move(rows)}}}, {SiteKind::resid_pre, {{residual}}}},
          .roles = {{"end", 3, 4}, {"name", 1, 2}, {"thing", 2, 3}}};
}

// A head that writes `to` where it reads 3, and the same where it reads 5.
CircuitsByHand raising(int to) {
  CircuitsByHand circuits = copying(0);
  circuits.ov[{0, 0}][3] = circuits.ov[{0, 0}][5] = one_at(to, 4);
  return circuits;
}

TEST(SemanticInduction, IsOneForAHeadThatRaisesTheObjectAlone) {
  CircuitsByHand circuits = raising(2);
  const auto grids = observe_by_hand("semantic-induction", {.circuits = &circuits}, statement(looking_at({0, 0, 0, 1}), 5));
  EXPECT_NEAR(grids[0][0], 1, 1e-6);
  EXPECT_NEAR(grids[1][0], 1, 1e-6) << "the residual stream holds 5";
  EXPECT_NEAR(grids[2][0], 0.5, 1e-6) << "of the positions from the object on";
}

TEST(SemanticInduction, IsZeroForAHeadThatRaisesAnother) {
  CircuitsByHand circuits = raising(1);
  const auto grids = observe_by_hand("semantic-induction", {.circuits = &circuits}, statement(looking_at({0, 0, 0, 1}), 6));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_EQ(grids[1][0], 0) << "and it writes nothing for 6: all are alike";
}

TEST(SemanticInduction, OfAHeadThatDoesNotClearlyLookAtTheSubjectIsNotMeasured) {
  CircuitsByHand circuits = raising(2);
  Rows unclear = looking_at({0, 0, 0, 0});
  unclear[3] = {0.3f, 0.6f, 0.05f, 0.05f};
  for (const Rows& rows : {unclear, looking_at({0, 0, 0, 2})}) {
    const auto grids = observe_by_hand("semantic-induction", {.circuits = &circuits}, statement(rows, 5));
    EXPECT_TRUE(std::isnan(grids[0][0]));
    EXPECT_TRUE(std::isnan(grids[1][0]));
    EXPECT_EQ(grids[2][0], 0);
  }
}

TEST(SemanticInduction, NeedsStatedRelations) {
  CircuitsByHand circuits = raising(2);
  PromptByHand prompt = statement(looking_at({0, 0, 0, 1}), 5);
  prompt.roles.pop_back();
  EXPECT_THAT([&] { observe_by_hand("semantic-induction", {.circuits = &circuits}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("needs stated relations")));
}

}  // namespace
}  // namespace headlight::testing_support
