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

Task repeated(int n, int k, const char* kind = "log_prob") {
  Json definition =
      parse_json(R"({"id": "r", "version": "1.0.0", "title": "R", "summary": "S", "generator": "repeated-random"})");
  definition.set("parameters", Json::object({{"n", n}, {"k", k}})).set("metric", Json::object({{"kind", kind}}));
  return parse_task(definition);
}

bool same(const Prompt& a, const Prompt& b) {
  return a.text == b.text && a.tokens == b.tokens && a.roles == b.roles && a.readouts == b.readouts &&
         a.questions == b.questions && a.corrupted == b.corrupted;
}

std::string why_not(const Task& task, const PromptContext& context) {
  try {
    make_prompts(task, context, 4, 1);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_measurable);
    return error.what();
  }
  return "measurable";
}

const PromptContext kNoWords{.tokenizer = nullptr, .vocab_size = 200, .n_ctx = 0, .bos = 7};

TEST(RepeatedRandom, RepeatsABlockOfDifferentTokensAfterTheBeginning) {
  const PromptSet set = make_prompts(repeated(50, 3), kNoWords, 5, 1);
  ASSERT_EQ(set.prompts.size(), 5u);
  for (const Prompt& prompt : set.prompts) {
    const auto& t = prompt.tokens;
    ASSERT_EQ(t.size(), 151u);
    EXPECT_EQ(t[0], 7);
    EXPECT_EQ((std::set<TokenId>(t.begin() + 1, t.begin() + 51).size()), 50u);
    EXPECT_TRUE(std::equal(t.begin() + 1, t.begin() + 51, t.begin() + 51) &&
                std::equal(t.begin() + 1, t.begin() + 51, t.begin() + 101));
    EXPECT_EQ(std::count(t.begin(), t.end(), 7), 1);
    EXPECT_THAT(prompt.roles,
                testing::UnorderedElementsAre(Role{"first", 1, 51}, Role{"second", 51, 101}, Role{"end", 150, 151}));
    EXPECT_EQ(prompt.text, "");
  }
  EXPECT_NE(set.prompts[0].tokens, set.prompts[1].tokens);
  EXPECT_EQ(set.n_tried, 5);
  EXPECT_TRUE(set.notes.empty());
}

TEST(RepeatedRandom, ReadsTheSecondBlockFromItsSecondTokenOn) {
  const PromptSet set = make_prompts(repeated(4, 3), kNoWords, 2, 1);
  const auto& t = set.prompts[0].tokens;
  EXPECT_THAT(set.prompts[0].readouts,
              testing::ElementsAre(Readout{5, t[6], 1.0 / 3}, Readout{6, t[7], 1.0 / 3}, Readout{7, t[8], 1.0 / 3}));
  EXPECT_THAT(set.prompts[0].questions,
              testing::ElementsAre(Question{5, {t[6]}, {}}, Question{6, {t[7]}, {}}, Question{7, {t[8]}, {}}));
  EXPECT_EQ(set.metric, MetricKind::log_prob);
  EXPECT_DOUBLE_EQ(set.chance, 1.0 / 199);
  EXPECT_EQ(make_prompts(repeated(4, 2, "probability"), kNoWords, 2, 1).metric, MetricKind::probability);
}

TEST(RepeatedRandom, DrawsEveryTokenAboutEquallyOften) {
  std::map<TokenId, int> n_seen;
  const PromptSet set = make_prompts(repeated(10, 2), {.tokenizer = nullptr, .vocab_size = 20, .n_ctx = 0, .bos = {}}, 1000, 3);
  for (const Prompt& prompt : set.prompts)
    for (int i = 0; i < 10; ++i) ++n_seen[prompt.tokens[static_cast<size_t>(i)]];
  EXPECT_EQ(n_seen.size(), 20u);
  for (const auto& [token, n] : n_seen) EXPECT_NEAR(n, 500, 64) << token;  // four standard deviations
}

TEST(RepeatedRandom, HasATwinWhoseFirstBlockTellsNothing) {
  const PromptSet set = make_prompts(repeated(50, 2), kNoWords, 3, 1);
  for (const Prompt& prompt : set.prompts) {
    const std::vector<TokenId>& twin = prompt.corrupted.value();
    ASSERT_EQ(twin.size(), prompt.tokens.size());
    EXPECT_EQ(twin[0], 7);
    EXPECT_TRUE(std::equal(twin.begin() + 51, twin.end(), prompt.tokens.begin() + 51));
    EXPECT_EQ((std::set<TokenId>(twin.begin() + 1, twin.end()).size()), 100u);
  }
}

TEST(RepeatedRandom, HasNoTwinWhereTheVocabularyIsTooSmallAndSaysSo) {
  const PromptSet set = make_prompts(repeated(50, 2), {.tokenizer = nullptr, .vocab_size = 99, .n_ctx = 0, .bos = {}}, 2, 1);
  EXPECT_FALSE(set.prompts[0].corrupted.has_value());
  EXPECT_THAT(set.notes, testing::ElementsAre(HasSubstr("no twins: they need 100 different tokens, and there are 99")));
}

TEST(RepeatedRandom, ShrinksToTheContextAndSaysSo) {
  const PromptSet set = make_prompts(repeated(50, 2), {.tokenizer = nullptr, .vocab_size = 200, .n_ctx = 32, .bos = 0}, 2, 1);
  EXPECT_EQ(set.prompts[0].tokens.size(), 31u);  // 1 + 2 * 15
  EXPECT_THAT(set.notes, testing::ElementsAre(HasSubstr("blocks of 15 tokens instead of 50: the context holds 32 tokens")));
}

TEST(RepeatedRandom, ShrinksToTheVocabulary) {
  const PromptSet set = make_prompts(repeated(50, 2), {.tokenizer = nullptr, .vocab_size = 11, .n_ctx = 0, .bos = 0}, 2, 1);
  EXPECT_EQ(set.prompts[0].tokens.size(), 21u);
  EXPECT_THAT(set.notes, testing::Contains(HasSubstr("the vocabulary has 10 to draw from")));
}

TEST(RepeatedRandom, IsNotMeasurableBelowThreeTokens) {
  EXPECT_EQ(why_not(repeated(50, 2), {.tokenizer = nullptr, .vocab_size = 200, .n_ctx = 7, .bos = 0}), "measurable");
  EXPECT_THAT(
      why_not(repeated(50, 2), {.tokenizer = nullptr, .vocab_size = 200, .n_ctx = 6, .bos = 0}),
      HasSubstr(
          "the task \"r\" is not measurable here: a block of 3 tokens, 2 times over, needs more room: the context holds 6 tokens"));
  EXPECT_THAT(why_not(repeated(50, 2), {.tokenizer = nullptr, .vocab_size = 2, .n_ctx = 0, .bos = {}}),
              HasSubstr("the vocabulary has 2 to draw from"));
}

TEST(RepeatedRandom, LeavesOutSpecialAndUnusedIds) {
  const Tokenizer tokenizer = testing_tokenizers::characters();  // <unk>, <s>, </s>, "▁" and 94 characters
  const PromptSet set = make_prompts(repeated(50, 2), {.tokenizer = &tokenizer, .vocab_size = 1000, .n_ctx = 0, .bos = 1}, 20, 1);
  for (const Prompt& prompt : set.prompts)
    for (size_t i = 1; i < prompt.tokens.size(); ++i)
      EXPECT_TRUE(prompt.tokens[i] > 2 && prompt.tokens[i] < 98) << prompt.tokens[i];
  EXPECT_DOUBLE_EQ(set.chance, 1.0 / 95);
}

TEST(RepeatedRandom, IsTheSameForTheSameSeedAndBeginsWithTheShorterList) {
  const Task task = repeated(20, 2);
  const PromptSet few = make_prompts(task, kNoWords, 3, 5), many = make_prompts(task, kNoWords, 30, 5),
                  other = make_prompts(task, kNoWords, 3, 6);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(same(few.prompts[i], many.prompts[i]));
    EXPECT_NE(few.prompts[i].tokens, other.prompts[i].tokens);
  }
}

TEST(ShuffleTokens, MovesAllButTheFirstAndNothingElse) {
  const PromptSet set = make_prompts(repeated(20, 2), kNoWords, 6, 5), shuffled = shuffle_tokens(set, 7, 1);
  ASSERT_EQ(shuffled.prompts.size(), 6u);
  for (size_t i = 0; i < 6; ++i) {
    const Prompt &before = set.prompts[i], &after = shuffled.prompts[i];
    EXPECT_EQ(after.tokens[0], 7);
    EXPECT_NE(after.tokens, before.tokens);
    EXPECT_TRUE(std::is_permutation(after.tokens.begin(), after.tokens.end(), before.tokens.begin()));
    EXPECT_EQ(after.roles, before.roles);
    EXPECT_EQ(after.readouts, before.readouts);
    EXPECT_EQ(after.questions, before.questions);
  }
  EXPECT_EQ(shuffled.chance, set.chance);
}

TEST(ShuffleTokens, MovesTheTwinAlike) {
  const PromptSet set = make_prompts(repeated(20, 2), kNoWords, 2, 5), shuffled = shuffle_tokens(set, 7, 1);
  const Prompt &before = set.prompts[0], &after = shuffled.prompts[0];
  for (size_t i = 1; i < after.tokens.size(); ++i) {  // a pair (token, twin's token) stays a pair
    bool found = false;
    for (size_t k = 1; k < before.tokens.size(); ++k)
      found = found || (before.tokens[k] == after.tokens[i] && (*before.corrupted)[k] == (*after.corrupted)[i]);
    EXPECT_TRUE(found) << i;
  }
}

TEST(ShuffleTokens, MovesTheFirstTokenToWhereThereIsNoBeginning) {
  const PromptSet set = make_prompts(repeated(20, 2), {.tokenizer = nullptr, .vocab_size = 200, .n_ctx = 0, .bos = {}}, 20, 5);
  const PromptSet shuffled = shuffle_tokens(set, std::nullopt, 1);
  int n_moved = 0;
  for (size_t i = 0; i < 20; ++i) n_moved += shuffled.prompts[i].tokens[0] != set.prompts[i].tokens[0];
  EXPECT_GT(n_moved, 10);
}

TEST(ShuffleTokens, DependsOnItsSeed) {
  const PromptSet set = make_prompts(repeated(20, 2), kNoWords, 2, 5);
  EXPECT_EQ(shuffle_tokens(set, 7, 1).prompts[0].tokens, shuffle_tokens(set, 7, 1).prompts[0].tokens);
  EXPECT_NE(shuffle_tokens(set, 7, 1).prompts[0].tokens, shuffle_tokens(set, 7, 2).prompts[0].tokens);
}

TEST(MakePrompts, RefusesToMakeNone) { EXPECT_THROW(make_prompts(repeated(20, 2), kNoWords, 0, 1), Error); }

}  // namespace
}  // namespace headlight
