// Words of texts and tokens, pieces, and roles with several places.
#include "core/tasks/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/tasks/task.hpp"
#include "tests/core/tasks/small_tokenizers.hpp"

namespace headlight {
namespace {

using tasks::words_of_text;
using tasks::words_of_tokens;
using testing::ElementsAre;

TEST(WordsOfText, AreRunsOfLettersAndDigits) {
  EXPECT_THAT(words_of_text("ab 12c"), ElementsAre(0, 0, -1, 1, 1, 1));
  EXPECT_THAT(words_of_text("né\n x"), ElementsAre(0, 0, -1, -1, 1));
  EXPECT_THAT(words_of_text(""), ElementsAre());
}

TEST(WordsOfText, KeepApostrophesInsideWordsOnly) {
  EXPECT_THAT(words_of_text("a't"), ElementsAre(0, 0, 0));
  EXPECT_THAT(words_of_text("a’t"), ElementsAre(0, 0, 0));
  EXPECT_THAT(words_of_text("as' b"), ElementsAre(0, 0, 1, -1, 2));
  EXPECT_THAT(words_of_text("'a'"), ElementsAre(0, 1, 2));
}

TEST(WordsOfText, MakeEveryOtherSignAWord) {
  EXPECT_THAT(words_of_text("a-b.."), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(words_of_text("1:“x”"), ElementsAre(0, 1, 2, 3, 4));
}

TEST(WordsOfTokens, AreThoseOfTheFirstSignThatIsNoSpace) {
  const auto words = words_of_text("ab c\n\nd");
  EXPECT_THAT(words_of_tokens(words, {{0, 0}, {0, 1}, {1, 2}, {2, 4}, {4, 6}, {6, 7}}), ElementsAre(-1, 0, 0, 1, -1, 2));
}

std::vector<PromptSet> sets_of(const Task& task) {
  static const std::vector<std::string> known = {" Ann", " saw", " the", " key"};
  static const Tokenizer bytes = testing_tokenizers::byte_level(known), pieces = testing_tokenizers::sentence_piece(known);
  std::vector<PromptSet> sets;
  for (const auto& [tokenizer, bos] : {std::pair(&bytes, 0), std::pair(&pieces, 1)})
    sets.push_back(make_prompts(task, {.tokenizer = tokenizer, .vocab_size = tokenizer->vocab_size(), .n_ctx = 0, .bos = bos}, 2, 1));
  return sets;
}

Task task_of_words(const std::string& fields) {
  return parse_task(parse_json(R"({"id": "t", "version": "1.0.0", "title": "T", "summary": "S", )" + fields + "}"));
}

TEST(Prompts, KnowTheWordsAndPiecesOfTheirTokens) {
  const Task task = task_of_words(R"("templates": "oh Ann saw the key", "metric": {"kind": "log_prob", "over": "all_tokens"})");
  for (const PromptSet& set : sets_of(task)) {
    const Prompt& prompt = set.prompts[0];
    ASSERT_EQ(prompt.words.size(), prompt.tokens.size());
    ASSERT_EQ(prompt.pieces.size(), prompt.tokens.size());
    EXPECT_EQ(prompt.words.front(), -1);
    std::map<int, std::string> texts;
    for (size_t i = 1; i < prompt.tokens.size(); ++i) texts[prompt.words[i]] += prompt.pieces[i];
    texts.erase(-1);  // a token of the space alone
    ASSERT_EQ(texts.size(), 5u);
    EXPECT_EQ(texts[0].substr(texts[0].find_first_not_of(' ')), "oh");
    EXPECT_EQ(texts[1], " Ann");
    EXPECT_EQ(texts[4], " key");
  }
}

TEST(Prompts, CanHaveSeveralRolesOfOneName) {
  const Task task = task_of_words(R"("slots": {"X": ["Ann"], "Y": ["key"]}, "templates": "The {X} saw {Y} the {X} {Y} {X}",
    "roles": {"every": "{X}#*", "two": ["{Y}#2", "{X}#1"], "after": "{Y}#*+1"}, "metric": {"kind": "log_prob", "over": "every"})");
  for (const PromptSet& set : sets_of(task)) {
    const Prompt& prompt = set.prompts[0];
    std::map<std::string, std::vector<std::string>> texts;
    std::map<std::string, int> last;
    size_t n_tokens_of_every = 0;
    for (const Role& role : prompt.roles) {
      std::string text;
      for (int i = role.begin; i < role.end; ++i) text += prompt.pieces[static_cast<size_t>(i)];
      texts[role.name].push_back(text);
      EXPECT_GT(role.begin, last[role.name]) << role.name;
      last[role.name] = role.begin;
      if (role.name == "every") n_tokens_of_every += static_cast<size_t>(role.end - role.begin);
    }
    EXPECT_THAT(texts["every"], ElementsAre(" Ann", " Ann", " Ann"));
    EXPECT_THAT(texts["two"], ElementsAre(" Ann", " key"));
    EXPECT_THAT(texts["after"], ElementsAre(" the", " Ann"));
    EXPECT_EQ(prompt.questions.size(), n_tokens_of_every);
  }
}

TEST(ShuffleTokens, MovesThePiecesWithTheTokensAndLeavesTheWords) {
  const Task task = task_of_words(R"("templates": "oh Ann saw the key", "metric": {"kind": "log_prob", "over": "all_tokens"})");
  const PromptSet set = sets_of(task)[0], shuffled = shuffle_tokens(set, 0, 3);
  std::map<TokenId, std::string> pieces;
  for (size_t i = 0; i < set.prompts[0].tokens.size(); ++i) pieces[set.prompts[0].tokens[i]] = set.prompts[0].pieces[i];
  ASSERT_NE(shuffled.prompts[0].tokens, set.prompts[0].tokens);
  EXPECT_EQ(shuffled.prompts[0].words, set.prompts[0].words);
  for (size_t i = 0; i < shuffled.prompts[0].tokens.size(); ++i)
    EXPECT_EQ(shuffled.prompts[0].pieces[i], pieces[shuffled.prompts[0].tokens[i]]);
}

}  // namespace
}  // namespace headlight
