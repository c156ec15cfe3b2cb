// The golden cases, tiny models of every architecture and option: all that transformers computes of them (data/NAME, made by
// make_golden.py) against the engine in float and in double.
#include <gmock/gmock.h>

#include "core/checkpoint/architectures.hpp"
#include "tests/core/engine/parity.hpp"

namespace headlight {
namespace {

const std::filesystem::path kData = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "tests/golden/data";
constexpr double kFloatTolerance = 5e-5, kDoubleTolerance = 1e-5;  // relative to the largest number of the tensor

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kData)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

class Golden : public testing::TestWithParam<std::string> {
 protected:
  ParityFolder folder{kData / GetParam()};
};

TEST_P(Golden, HoldsInFloat) {
  expect_parity<float>(folder, kFloatTolerance);
  expect_ablation_parity<float>(folder, kFloatTolerance);
}

TEST_P(Golden, HoldsInDouble) {
  expect_parity<double>(folder, kDoubleTolerance);
  expect_ablation_parity<double>(folder, kDoubleTolerance);
}

TEST_P(Golden, UsesEveryTensor) {
  for (const std::string& note : folder.model.checkpoint->notes) EXPECT_THAT(note, testing::Not(testing::HasSubstr("no place")));
}

INSTANTIATE_TEST_SUITE_P(All, Golden, testing::ValuesIn(cases()), [](const auto& test) { return test_name(test.param); });

TEST(GoldenCases, AreThereForEveryArchitecture) {
  std::set<std::string> covered;
  for (const std::string& name : cases()) covered.insert(Model::open(kData / name).description().architecture);
  for (const Architecture& architecture : architectures()) EXPECT_TRUE(covered.contains(std::string(architecture.model_type))) << architecture.model_type;
}

}  // namespace
}  // namespace headlight
