#include "tests/core/engine/reference.hpp"

namespace headlight {
namespace {

const std::filesystem::path kModelsOfReference = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models";

// Scores in the first layer of mixture-tiny reach 20,000, and float knows those only to 1e-3.
constexpr double kFloatTolerance = 5e-4;

class ShippedModel : public testing::TestWithParam<const char*> {};

TEST_P(ShippedModel, MeetsItsReferenceInFloat) {
  const Difference difference = difference_to_reference<float>(kModelsOfReference / GetParam());
  EXPECT_LT(difference.logits, kFloatTolerance);
  EXPECT_LT(difference.attention, kFloatTolerance);
}

TEST_P(ShippedModel, MeetsItsReferenceInDouble) {
  const Difference difference = difference_to_reference<double>(kModelsOfReference / GetParam());
  EXPECT_LT(difference.logits, 1e-6);
  EXPECT_LT(difference.attention, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedModel, testing::Values("mixture-tiny", "mixture-gpt2", "mixture-llama"));

}  // namespace
}  // namespace headlight
