// Numbers of many prompts: which outputs families have them made of.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/host/plugin_library.hpp"
#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {
namespace {

struct Made {
  std::string family, output;
  AcrossKind kind;
  std::vector<std::string> of;  // the first of each pair, then the second ones
};
void PrintTo(const Made& made, std::ostream* out) { *out << made.family << " / " << made.output; }

class AcrossPrompts : public testing::TestWithParam<Made> {};

TEST_P(AcrossPrompts, AreMadeOfTheOutputsOfTheirNames) {
  const auto outputs = load_plugin(built_plugins() / (GetParam().family + ".so")).info.outputs;
  const auto output = std::find_if(outputs.begin(), outputs.end(), [](const PluginOutput& each) { return each.name == GetParam().output; });
  ASSERT_NE(output, outputs.end());
  const Across& across = output->across;
  EXPECT_EQ(across.kind, GetParam().kind);
  std::vector<std::string> names;
  const auto add = [&](int first) {
    for (int k = 0; k < across.count; ++k) names.push_back(outputs.at(static_cast<size_t>(first + k)).name);
  };
  add(across.first);
  if (across.second != across.first) add(across.second);
  EXPECT_EQ(names, GetParam().of);
}

INSTANTIATE_TEST_SUITE_P(Families, AcrossPrompts, testing::Values(
    Made{"name-mover", "attention_and_write", AcrossKind::correlation, {"attention_io", "attention_s", "written_io", "written_s"}},
    Made{"negative-name-mover", "attention_and_write", AcrossKind::correlation, {"attention_io", "attention_s", "written_io", "written_s"}},
    Made{"negative", "correlation", AcrossKind::correlation, {"per_query", "says_no"}},
    Made{"negative", "in_all_cases", AcrossKind::least, {"no_last", "yes_last", "no_right", "yes_right"}},
    Made{"constant", "information", AcrossKind::information, {"favourite", "right"}},
    Made{"single-letter", "information", AcrossKind::information, {"favourite", "right"}},
    Made{"iteration", "inv", AcrossKind::steadiness, {"input_1", "input_2", "input_3", "input_4", "input_5", "input_6", "input_7", "input_8"}}),
    [](const auto& test) {
      std::string name = test.param.family + "_" + test.param.output;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

}  // namespace
}  // namespace headlight::testing_support
