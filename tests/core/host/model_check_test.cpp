#include "core/host/model_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headlight {
namespace {

using testing::StartsWith;

ReferenceCheck differing_by(double attention, double logit = 0, int layer = 2) {
  ReferenceCheck check{.n_cases = 1};
  check.add_attention(layer, attention);
  check.add_logit(1, 1 + logit);
  return check;
}

TEST(Trust, IsGivenToAFloatThatFollowsTheReference) {
  const ReferenceCheck check = settle(differing_by(5e-5), differing_by(1e-8));
  EXPECT_TRUE(check.agrees());
  EXPECT_FALSE(check.by_rounding);
  EXPECT_THAT(verdict_of(check), StartsWith("meets its reference: "));
}

TEST(Trust, IsGivenToANearMissThatFloat64DoesNotShare) {
  const ReferenceCheck check = settle(differing_by(2e-4, 3e-4), differing_by(1e-8));
  EXPECT_TRUE(check.agrees());
  EXPECT_THAT(verdict_of(check), StartsWith("meets its reference but for the rounding of float"));
}

TEST(Trust, IsNotGivenWhereFloat64DiffersToo) {
  const ReferenceCheck check = settle(differing_by(2e-4), differing_by(1.5e-4));
  EXPECT_FALSE(check.agrees());
  EXPECT_THAT(verdict_of(check), StartsWith("DIVERGES in the attention of layer 2"));
}

TEST(Trust, BlamesTheLayerWhereFloat64Diverges) {
  EXPECT_THAT(verdict_of(settle(differing_by(2e-4, 0, 0), differing_by(0.5, 0, 2))), StartsWith("DIVERGES in the attention of layer 2"));
  EXPECT_THAT(verdict_of(settle(differing_by(2e-4, 0.5, 0), differing_by(0, 0.5))), StartsWith("DIVERGES in the logits"));
}

TEST(Trust, IsNotGivenToAFloatFurtherOffThanRounding) {
  EXPECT_FALSE(settle(differing_by(2e-3), differing_by(0)).agrees());
  EXPECT_FALSE(settle(differing_by(0, 2e-3), differing_by(0)).agrees());
  EXPECT_FALSE(settle(differing_by(0, NAN), differing_by(0)).agrees());
  EXPECT_FALSE(settle(differing_by(NAN), differing_by(0)).agrees());
}

TEST(ReferenceCheck, NamesTheFirstLayerWhoseAttentionDiffers) {
  ReferenceCheck check;
  check.add_attention(3, 0.5);
  check.add_attention(1, 2e-4);
  check.add_attention(2, 0.25);
  check.add_attention(0, 1e-5);
  EXPECT_EQ(check.first_bad_layer, 1);
  EXPECT_EQ(check.attention, 0.5);
}

// The scores of its first layer reach 20,000: float alone is off by more than the tolerance on some processors.
TEST(Trust, IsGivenToTheShippedModelWithTheSharpestAttention) {
  const auto folder = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models/mixture-tiny";
  const auto check = check_trust(Model::open(folder), folder, 1);
  ASSERT_TRUE(check);
  EXPECT_TRUE(check->agrees()) << verdict_of(*check);
}

}  // namespace
}  // namespace headlight
