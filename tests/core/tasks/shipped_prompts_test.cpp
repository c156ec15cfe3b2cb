// The prompts of all shipped tasks with the shipped models' tokenizer.
#include <map>
#include <set>

#include "tests/core/tasks/shipped_prompts.hpp"

namespace headlight {
namespace {

using namespace shipped_tasks;

class ShippedTask : public testing::TestWithParam<std::string> {};

TEST_P(ShippedTask, MakesSoundPromptsForTheShippedModels) {
  static const std::set<std::string> other_english = [] {
    std::set<std::string> ids{"capital-of",       "world-capital-conflict", "mcqa-colors",     "colored-objects",
                              "toy-movie-review", "needle-words",           "needle-haystack", "greater-than-years"};
    for (const std::string& id : all_ids())
      if (id.ends_with("-natural")) ids.insert(id);
    return ids;
  }();
  if (other_english.contains(GetParam())) return;  // its words are many pieces there
  const PromptSet set = prompts_of(GetParam(), shipped_tokenizer());
  EXPECT_EQ(set.prompts.size(), static_cast<size_t>(kPrompts));
  EXPECT_LT(set.chance, 0.7);
  expect_sound(set, GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, ShippedTask, testing::ValuesIn(all_ids()), [](const auto& test) {
  std::string name = test.param;
  std::erase(name, '-');
  return name;
});

TEST(MultipleChoice, HasTheRightOptionAtEveryPlaceEquallyOften) {
  for (const char* id : {"mcqa", "mcqa-letters", "mcqa-context"}) {
    std::map<int, int> n_at;
    for (const Prompt& prompt : prompts_of(id, shipped_tokenizer(), 40).prompts) {
      const auto letter = texts_of(prompt, "correct_letter"), option = texts_of(prompt, "correct_option");
      ASSERT_EQ(letter.size(), 1u) << id;
      ASSERT_EQ(option.size(), 1u) << id;
      EXPECT_EQ(letter[0], prompt.answer) << id;
      std::set<std::string> options;
      for (int place = 1; place <= 4; ++place) {
        const auto letters = texts_of(prompt, "letter_" + std::to_string(place)), texts = texts_of(prompt, "option_" + std::to_string(place));
        ASSERT_EQ(letters.size(), 1u);
        options.insert(texts.at(0));
        if (letters[0] != letter[0]) continue;
        ++n_at[place];
        EXPECT_EQ(texts.at(0), option[0]) << id;
      }
      EXPECT_EQ(options.size(), 4u) << id;
    }
    EXPECT_THAT(n_at, testing::ElementsAre(testing::Pair(1, 10), testing::Pair(2, 10), testing::Pair(3, 10), testing::Pair(4, 10))) << id;
  }
}

TEST(YesNoInstruction, ShowsBothAnswersTwiceInBalancedOrders) {
  int n_yes_first = 0, n_yes = 0;
  for (const Prompt& prompt : prompts_of("yes-no-instruction", shipped_tokenizer(), 32).prompts) {
    EXPECT_THAT(texts_of(prompt, "yes"), testing::ElementsAre("Yes", "Yes"));
    EXPECT_THAT(texts_of(prompt, "no"), testing::ElementsAre("No", "No"));
    n_yes_first += prompt.text.find(" Yes") < prompt.text.find(" No");
    n_yes += prompt.answer == "Yes";
  }
  EXPECT_EQ(n_yes_first, 16);
  EXPECT_EQ(n_yes, 16);
}

TEST(Conflicts, StateTheWrongAnswerAndAskForTheSameSubject) {
  for (const char* id : {"conflict-context", "conflict-memory"}) {
    for (const Prompt& prompt : prompts_of(id, shipped_tokenizer()).prompts) {
      EXPECT_EQ(texts_of(prompt, "subject"), texts_of(prompt, "context_subject"));
      EXPECT_EQ(texts_of(prompt, "relation"), texts_of(prompt, "context_relation"));
      EXPECT_EQ(texts_of(prompt, "context_answer")[0] == prompt.answer, std::string(id) == "conflict-context");
      EXPECT_NE(prompt.gate->text.find(texts_of(prompt, "subject")[0]), std::string::npos);
    }
  }
}

TEST(FewShotLabels, AreThoseOfTheAskedClassAndOfTheOther) {
  for (const Prompt& prompt : prompts_of("few-shot-labels", shipped_tokenizer()).prompts) {
    EXPECT_THAT(texts_of(prompt, "same_label"), testing::ElementsAre(prompt.answer, prompt.answer, prompt.answer));
    EXPECT_THAT(texts_of(prompt, "other_label"), testing::Each(testing::Ne(prompt.answer)));
    EXPECT_EQ(texts_of(prompt, "label").size(), 6u);
  }
}

TEST(Needle, IsTheCodeOfTheNameThatIsAsked) {
  for (const Prompt& prompt : prompts_of("needle", shipped_tokenizer()).prompts) {
    EXPECT_THAT(texts_of(prompt, "needle"), testing::ElementsAre(prompt.answer));
    EXPECT_EQ(texts_of(prompt, "query_name"), texts_of(prompt, "needle_name"));
    EXPECT_NE(texts_of(prompt, "other_name"), texts_of(prompt, "needle_name"));
  }
}

TEST(Iteration, AsksForTheParityOfTheInputsSoFar) {
  for (const Prompt& prompt : prompts_of("iteration", shipped_tokenizer()).prompts) {
    const auto inputs = texts_of(prompt, "input"), states = texts_of(prompt, "state");
    ASSERT_EQ(inputs.size(), 8u);
    int parity = 0;
    for (size_t i = 0; i <= states.size(); ++i) {
      parity ^= inputs[i] == "1";
      EXPECT_EQ(i < states.size() ? states[i] : prompt.answer, std::to_string(parity));
    }
    EXPECT_THAT(texts_of(prompt, "input_now"), testing::ElementsAre(inputs[states.size()]));
  }
}

TEST(RareCopy, SaysAWordOfSeveralTokensTwice) {
  int n_long = 0;
  for (const Prompt& prompt : prompts_of("rare-copy", shipped_tokenizer()).prompts) {
    const auto words = texts_of(prompt, "word");
    ASSERT_EQ(words.size(), 2u);
    EXPECT_EQ(words[0], words[1]);
    for (const Role& role : prompt.roles) {
      if (role.name != "word") continue;
      n_long += role.end - role.begin >= 3;
      for (int i = role.begin; i < role.end; ++i) EXPECT_EQ(prompt.words[static_cast<size_t>(i)], prompt.words[static_cast<size_t>(role.begin)]);
    }
  }
  EXPECT_GT(n_long, kPrompts);
}

TEST(SentenceGrammar, HasAllItsArcs) {
  for (const Prompt& prompt : prompts_of("sentence-grammar", shipped_tokenizer()).prompts) EXPECT_EQ(prompt.arcs.size(), 28u);
}

}  // namespace
}  // namespace headlight
