// Chains and haystacks; repeated_random_test.cpp has the third generator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/tasks/task.hpp"
#include "tests/core/tasks/small_tokenizers.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;

Task task_of(const std::string& fields) {
  return parse_task(parse_json(R"({"id": "g", "version": "1.0.0", "title": "T", "summary": "S", )" + fields + "}"));
}

std::string message_of(const std::string& fields) {
  try {
    task_of(fields);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const PromptContext kPlain{.tokenizer = nullptr, .vocab_size = 50, .n_ctx = 0, .bos = 7};

TEST(MarkovChain, IsMadeOfAFewTokens) {
  const PromptSet set = make_prompts(task_of(R"("generator": "markov-chain", "parameters": {"states": 4, "length": 200})"), kPlain, 5, 1);
  std::set<std::set<TokenId>> alphabets;
  for (const Prompt& prompt : set.prompts) {
    ASSERT_EQ(prompt.tokens.size(), 201u);
    EXPECT_EQ(prompt.tokens[0], 7);
    const std::set<TokenId> alphabet(prompt.tokens.begin() + 1, prompt.tokens.end());
    EXPECT_LE(alphabet.size(), 4u);
    EXPECT_FALSE(alphabet.contains(7));
    alphabets.insert(alphabet);
    EXPECT_EQ(prompt.readouts.size(), 199u);
    ASSERT_TRUE(prompt.corrupted.has_value());
    EXPECT_NE(*prompt.corrupted, prompt.tokens);
    EXPECT_TRUE(std::is_permutation(prompt.tokens.begin(), prompt.tokens.end(), prompt.corrupted->begin()));
  }
  EXPECT_GT(alphabets.size(), 1u);
  EXPECT_EQ(set.chance, 0.25);
}

TEST(MarkovChain, AsksForTheCommonestSuccessorSoFar) {
  const PromptSet set = make_prompts(task_of(R"("generator": "markov-chain")"), kPlain, 3, 1);
  for (const Prompt& prompt : set.prompts) {
    EXPECT_GT(prompt.questions.size(), 60u);
    for (const Question& question : prompt.questions) {
      std::map<TokenId, int> followers;
      const TokenId now = prompt.tokens[static_cast<size_t>(question.position)];
      for (int i = 1; i < question.position; ++i)
        if (prompt.tokens[static_cast<size_t>(i)] == now) ++followers[prompt.tokens[static_cast<size_t>(i) + 1]];
      ASSERT_EQ(question.answers.size(), 1u);
      EXPECT_EQ(question.wrong.size(), 2u);
      for (const TokenId wrong : question.wrong) EXPECT_GT(followers[question.answers[0]], followers[wrong]);
    }
  }
}

TEST(MarkovChain, FitsTheContextOrSaysThatItCannot) {
  PromptContext context = kPlain;
  context.n_ctx = 31;
  const PromptSet set = make_prompts(task_of(R"("generator": "markov-chain")"), context, 2, 1);
  EXPECT_EQ(set.prompts[0].tokens.size(), 31u);
  EXPECT_THAT(set.notes, testing::ElementsAre(HasSubstr("chains of 30 tokens instead of 100")));
  context.n_ctx = 10;
  EXPECT_THROW(make_prompts(task_of(R"("generator": "markov-chain")"), context, 2, 1), Error);
  EXPECT_THAT(message_of(R"("generator": "markov-chain", "parameters": {"states": 1})"), HasSubstr("parameters.states: 1 is out of range"));
}

const char* const kHaystack = R"("generator": "haystack", "parameters": {"tokens": [40, 80], "depths": 3},
  "lists": {"names": ["Ann", "Bob"], "things": ["key", "cup", "hat"]}, "slots": {"T": "things", "U": "things"},
  "repeats": {"before": {"of": "{names} saw it.", "least": 0, "most": 0, "ending": " "}, "after": {"of": "{names} saw it.", "least": 0, "most": 0}},
  "templates": "{before}The word is {T}. {after} The word is", "roles": {"needle": "{T}#1"}, "answer": " {T}", "wrong": " {U}",
  "metric": {"kind": "logit_difference"})";

const Tokenizer& words() {
  static const Tokenizer tokenizer = testing_tokenizers::byte_level({"Ann", "Bob", " Ann", " Bob", " saw", " it", " The", "The", " word", " is", " key", " cup", " hat"});
  return tokenizer;
}

TEST(Haystack, PutsTheNeedleAtEveryDepthOfEveryLength) {
  const PromptSet set = make_prompts(task_of(kHaystack), {.tokenizer = &words(), .vocab_size = words().vocab_size(), .n_ctx = 0, .bos = 0}, 12, 1);
  std::map<std::pair<bool, std::string>, int> n_of;
  for (const Prompt& prompt : set.prompts) {
    const size_t n = prompt.tokens.size();
    EXPECT_TRUE((n <= 40 && n >= 36) || (n <= 80 && n >= 72)) << n;
    ++n_of[{n > 40, prompt.label}];
    const Role& needle = prompt.roles[1];
    ASSERT_EQ(needle.name, "needle");
    const double place = static_cast<double>(needle.begin) / static_cast<double>(n);
    if (prompt.label == "0.00") {
      EXPECT_EQ(needle.begin, 4);
    } else if (prompt.label == "0.50") {
      EXPECT_NEAR(place, 0.5, 0.12);
    } else {
      EXPECT_EQ(prompt.label, "1.00");
      EXPECT_GT(place, 0.75);
    }
  }
  EXPECT_EQ(n_of.size(), 6u);
  for (const auto& [kind, count] : n_of) EXPECT_EQ(count, 2) << kind.second;
}

TEST(Haystack, IsNoLongerThanTheContext) {
  const PromptSet set = make_prompts(task_of(kHaystack), {.tokenizer = &words(), .vocab_size = words().vocab_size(), .n_ctx = 60, .bos = 0}, 6, 1);
  for (const Prompt& prompt : set.prompts) EXPECT_LE(prompt.tokens.size(), 60u);
}

TEST(Haystack, NeedsItsTwoRepeats) {
  EXPECT_THAT(message_of(R"("generator": "haystack", "templates": "a", "metric": {"kind": "log_prob", "over": "all_tokens"})"),
              HasSubstr("repeats: the generator \"haystack\" needs a repeat \"before\""));
  EXPECT_THAT(message_of(R"("generator": "haystack", "metric": {"kind": "log_prob"})"), HasSubstr("needs \"templates\" with {before} and {after}"));
  EXPECT_THAT(message_of(R"("generator": "repeated-random", "templates": "a")"), HasSubstr("a \"generator\" or \"templates\", not both"));
}

}  // namespace
}  // namespace headlight
