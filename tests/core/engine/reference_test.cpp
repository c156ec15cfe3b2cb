#include "tests/core/engine/reference.hpp"

namespace headlight {
namespace {

const std::filesystem::path kModels = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models";

class ShippedModel : public testing::TestWithParam<const char*> {};

TEST_P(ShippedModel, MeetsItsReferenceInFloat) {
  const Difference difference = difference_to_reference<float>(kModels / GetParam());
  EXPECT_LT(difference.logits, 1e-4);
  EXPECT_LT(difference.attention, 1e-4);
}

TEST_P(ShippedModel, MeetsItsReferenceInDouble) {
  const Difference difference = difference_to_reference<double>(kModels / GetParam());
  EXPECT_LT(difference.logits, 1e-6);
  EXPECT_LT(difference.attention, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedModel, testing::Values("mixture-tiny", "mixture-gpt2", "mixture-llama"));

}  // namespace
}  // namespace headlight
