// The prompts of all shipped tasks with the tokenizers of real models beside the repository.
#include <set>

#include "core/base/error.hpp"
#include "tests/core/tasks/shipped_prompts.hpp"

namespace headlight {
namespace {

using namespace shipped_tasks;

class ShippedTask : public testing::TestWithParam<std::string> {};

TEST_P(ShippedTask, MakesSoundPromptsForRealVocabularies) {
  const std::filesystem::path shared = kSource / ".." / "shared" / "tokenizers";
  if (!std::filesystem::exists(shared / "gpt-2" / "tokenizer.json")) GTEST_SKIP() << shared << " is not here";
  // Of these a vocabulary may have few prompts or none: it writes years or the letters of an acronym as one token, digits after a
  // space as two, days as several, or begins words of both made-up languages alike.
  static const std::set<std::string> not_everywhere{"greater-than", "greater-than-years", "acronym", "same-language", "translate",
                                                    "iteration", "needle", "successor-run"};
  for (const char* folder : {"gpt-2", "qwen2", "falcon", "llama-spm"}) {
    const Tokenizer tokenizer = Tokenizer::open(shared / folder);
    try {
      const PromptSet set = prompts_of(GetParam(), tokenizer);
      expect_sound(set, GetParam() + " " + folder);
      if (not_everywhere.contains(GetParam())) continue;
      EXPECT_EQ(set.prompts.size(), static_cast<size_t>(kPrompts)) << folder << " " << testing::PrintToString(set.notes);
    } catch (const Error& error) {
      EXPECT_TRUE(not_everywhere.contains(GetParam())) << folder << ": " << error.what();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ShippedTask, testing::ValuesIn(all_ids()), [](const auto& test) {
  std::string name = test.param;
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace headlight
