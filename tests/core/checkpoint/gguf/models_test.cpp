// Small models of every architecture, converted to GGUF as llama.cpp converts them, against the logits that transformers gives
// for the models they were made from. tests/golden/make_gguf.py wrote both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/base/json.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/support/naive_forward.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = HEADLIGHT_SOURCE_DIR "/tests/core/checkpoint/gguf";
constexpr double kModelTolerance = 2e-5;  // of logits around 1: transformers rounds frequencies to float32

const Json& references() {
  static const Json all = parse_json_file((kFolder / "reference.json").string());
  return all;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, reference] : references().as_object()) all.push_back(name);
  return all;
}

class GgufModel : public testing::TestWithParam<std::string> {};

TEST_P(GgufModel, GivesTheLogitsOfTheModelItWasMadeFrom) {
  const Json& reference = references().at(GetParam());
  const Checkpoint checkpoint = open_checkpoint(kFolder / (GetParam() + ".gguf"));
  std::vector<std::int64_t> tokens;
  for (const Json& token : reference.at("tokens").as_array()) tokens.push_back(token.as_integer());
  const testing_support::NaiveForward forward = testing_support::naive_forward(checkpoint, tokens);
  const Json::Array& rows = reference.at("logits").as_array();
  ASSERT_EQ(forward.logits.size(), rows.size());
  double largest = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(forward.logits[i].size(), rows[i].size());
    for (std::size_t j = 0; j < rows[i].size(); ++j)
      largest = std::max(largest, std::abs(forward.logits[i][j] - rows[i][j].as_number()));
  }
  EXPECT_LT(largest, kModelTolerance);
}

INSTANTIATE_TEST_SUITE_P(EveryArchitecture, GgufModel, testing::ValuesIn(names()), [](const auto& model) {
  std::string name = model.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace headlight
