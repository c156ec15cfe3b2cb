// From texts to prompts, with tokenizers made by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/tasks/task.hpp"
#include "tests/core/tasks/small_tokenizers.hpp"

namespace headlight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> words_and(const char* first) {
  return {first,  " Ann", " Bob", " Cid", " Dora", " and", " went", " gave", " a",
          " key", " cup", " to",  " the", " park", " Yes", " No",   " saw"};
}

const Tokenizer& byte_level() {
  static const Tokenizer tokenizer = testing_tokenizers::byte_level(words_and("When"));
  return tokenizer;
}
const Tokenizer& sentence_piece() {
  static const Tokenizer tokenizer = testing_tokenizers::sentence_piece(words_and(" When"));
  return tokenizer;
}
const Tokenizer& characters() {
  static const Tokenizer tokenizer = testing_tokenizers::characters();
  return tokenizer;
}

PromptContext context_of(const Tokenizer& tokenizer, int n_ctx = 0) {
  return {.tokenizer = &tokenizer, .vocab_size = tokenizer.vocab_size(), .n_ctx = n_ctx, .bos = tokenizer.id_of("<s>") ? 1 : 0};
}

Task template_task_of(const std::string& fields) {
  return parse_task(parse_json(R"({"id": "t", "version": "1.0.0", "title": "T", "summary": "S", )" + fields + "}"));
}

const char* const kGift = R"("lists": {"names": ["Ann", "Bob", "Cid", "Dora"], "things": ["key", "cup"]},
  "slots": {"IO": "names", "S": "names", "order": [{"x": "{IO}", "y": "{S}"}, {"x": "{S}", "y": "{IO}"}]}, "balance": ["order"],
  "templates": ["When {order.x} and {order.y} went to the park, {S} gave a {things} to"],
  "roles": {"io": "{IO}#1", "s1": "{S}#1", "s2": "{S}#2", "s1_next": "{S}#1+1", "before": "{S}#-1-1", "thing": "{things}#1", "last_but_one": "end-1"},
  "answer": " {IO}", "wrong": " {S}", "corrupted": {"exchange": ["IO", "S"]}, "metric": {"kind": "logit_difference"})";

std::map<std::string, std::string> role_texts(const Prompt& prompt, const Tokenizer& tokenizer) {
  std::map<std::string, std::string> texts;
  for (const Role& role : prompt.roles) {
    for (int i = role.begin; i < role.end; ++i) texts[role.name] += tokenizer.token(prompt.tokens[static_cast<size_t>(i)]);
  }
  return texts;
}

std::string not_measurable(const Task& task, const PromptContext& context, int count = 10) {
  try {
    make_prompts(task, context, count, 1);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_measurable);
    return error.what();
  }
  return "measurable";
}

TEST(TemplateTask, MeasuresTheLogitDifferenceOfItsAnswersUnlessItSaysOtherwise) {
  const std::string with = kGift, without = with.substr(0, with.find(R"(, "metric")"));
  const PromptSet named = make_prompts(template_task_of(with), context_of(byte_level()), 6, 1), unnamed = make_prompts(template_task_of(without), context_of(byte_level()), 6, 1);
  EXPECT_EQ(unnamed.metric, MetricKind::logit_difference);
  ASSERT_EQ(unnamed.prompts.size(), named.prompts.size());
  for (size_t i = 0; i < named.prompts.size(); ++i) EXPECT_EQ(unnamed.prompts[i].readouts, named.prompts[i].readouts);
}

TEST(Tokens, AreThoseOfTheTextAfterTheBeginning) {
  for (const Tokenizer* tokenizer : {&byte_level(), &sentence_piece(), &characters()}) {
    const PromptContext context = context_of(*tokenizer);
    for (const Prompt& prompt :
         make_prompts(template_task_of(R"("templates": "When Ann saw Bob", "metric": {"kind": "log_prob", "over": "all_tokens"})"),
                      context, 2, 1)
             .prompts) {
      EXPECT_EQ(prompt.text, "When Ann saw Bob");
      EXPECT_EQ(prompt.tokens[0], *context.bos);
      EXPECT_EQ(tokenizer->decode(std::vector<TokenId>(prompt.tokens.begin() + 1, prompt.tokens.end())), prompt.text);
    }
  }
}

TEST(Roles, AreTheirTokensInByteLevelBpe) {
  const auto texts = role_texts(make_prompts(template_task_of(kGift), context_of(byte_level()), 2, 1).prompts[0], byte_level());
  EXPECT_EQ(texts.at("s1"), texts.at("s2"));
  EXPECT_NE(texts.at("io"), texts.at("s1"));
  EXPECT_THAT(texts.at("io"), testing::AnyOf("ĠAnn", "ĠBob", "ĠCid", "ĠDora"));
  EXPECT_THAT(texts.at("thing"), testing::AnyOf("Ġkey", "Ġcup"));
  EXPECT_THAT(texts.at("s1_next"), testing::AnyOf("Ġand", "Ġwent"));
  EXPECT_EQ(texts.at("before"), ",");
  EXPECT_EQ(texts.at("end"), "Ġto");
  EXPECT_EQ(texts.at("last_but_one"), texts.at("thing"));
}

TEST(Roles, AreTheirTokensInSentencePiece) {
  const auto texts = role_texts(make_prompts(template_task_of(kGift), context_of(sentence_piece()), 2, 1).prompts[0], sentence_piece());
  EXPECT_THAT(texts.at("io"), testing::AnyOf("▁Ann", "▁Bob", "▁Cid", "▁Dora"));
  EXPECT_EQ(texts.at("s1"), texts.at("s2"));
  EXPECT_EQ(texts.at("before"), ",");
}

TEST(Roles, AreAllTheirCharactersWhereTokensAreCharacters) {
  std::string template_task = kGift;
  template_task.replace(template_task.find("\"answer\""), std::string::npos, R"("metric": {"kind": "log_prob", "over": "s2"})");
  const PromptSet set = make_prompts(template_task_of(template_task), context_of(characters()), 2, 1);
  const auto texts = role_texts(set.prompts[0], characters());
  EXPECT_THAT(texts.at("s2"), testing::AnyOf("Ann", "Bob", "Cid", "Dora"));
  EXPECT_EQ(texts.at("s1_next"), "▁");
  EXPECT_EQ(texts.at("before"), "▁");
  EXPECT_EQ(texts.at("end"), "o");
}

TEST(Roles, AreByName) {
  const PromptSet set = make_prompts(template_task_of(kGift), context_of(byte_level()), 2, 1);
  std::vector<std::string> names;
  for (const Role& role : set.prompts[0].roles) names.push_back(role.name);
  EXPECT_THAT(names, ElementsAre("before", "end", "io", "last_but_one", "s1", "s1_next", "s2", "thing"));
}

TEST(Roles, ThatAPromptLacksDropIt) {
  const Task task = template_task_of(R"("slots": {"A": ["Ann"]}, "templates": ["When {A} saw", "When Bob saw"], "roles": {"a": "{A}#1"},
                               "metric": {"kind": "log_prob", "over": "all_tokens"})");
  const PromptSet set = make_prompts(task, context_of(byte_level()), 10, 1);
  EXPECT_EQ(set.prompts.size(), 10u);
  EXPECT_GT(set.n_tried, 10);
  EXPECT_THAT(set.notes, ElementsAre(std::to_string(set.n_tried - 10) + " of " + std::to_string(set.n_tried) +
                                     " prompts dropped: it has no role \"a\""));
}

TEST(Roles, OutsideThePromptDropIt) {
  const Task task = template_task_of(
      R"("slots": {"A": ["Ann"]}, "templates": ["When {A}"], "roles": {"a": "{A}#1+1"}, "metric": {"kind": "log_prob", "over": "all_tokens"})");
  EXPECT_THAT(not_measurable(task, context_of(byte_level())), HasSubstr("its role \"a\" is outside the prompt"));
}

TEST(Answer, IsReadAtTheLastPosition) {
  for (const Tokenizer* tokenizer : {&byte_level(), &sentence_piece()}) {
    const PromptSet set = make_prompts(template_task_of(kGift), context_of(*tokenizer), 4, 1);
    EXPECT_EQ(set.metric, MetricKind::logit_difference);
    EXPECT_EQ(set.chance, 0.5);
    for (const Prompt& prompt : set.prompts) {
      const auto texts = role_texts(prompt, *tokenizer);
      const int last = static_cast<int>(prompt.tokens.size()) - 1;
      const TokenId answer = tokenizer->id_of(texts.at("io")).value(), wrong = tokenizer->id_of(texts.at("s1")).value();
      EXPECT_THAT(prompt.readouts, ElementsAre(Readout{last, answer, 1}, Readout{last, wrong, -1}));
      EXPECT_THAT(prompt.questions, ElementsAre(Question{last, {answer}, {wrong}}));
      EXPECT_THAT(texts.at("io"), testing::EndsWith(prompt.answer));
      EXPECT_NE(prompt.answer[0], ' ');
    }
  }
}

TEST(Answer, WeighsManyAnswersAndWrongOnes) {
  const auto readouts = [](const char* kind) {
    const Task task = template_task_of(
        R"("templates": "When", "answer": [" Ann", " Bob"], "wrong": [" Cid", " Dora", " key", " cup"], "metric": {"kind": ")" +
        std::string(kind) + "\"}");
    const PromptSet set = make_prompts(task, context_of(byte_level()), 2, 1);
    std::vector<double> weights;
    for (const Readout& readout : set.prompts[0].readouts) weights.push_back(readout.weight);
    return weights;
  };
  EXPECT_THAT(readouts("logit_difference"), ElementsAre(0.5, 0.5, -0.25, -0.25, -0.25, -0.25));
  EXPECT_THAT(readouts("log_prob"), ElementsAre(0.5, 0.5));
  EXPECT_THAT(readouts("probability"), ElementsAre(1, 1));
  EXPECT_THAT(readouts("rank"), ElementsAre(0.5, 0.5));
  EXPECT_THAT(readouts("kl"), ElementsAre(0.5, 0.5));
}

TEST(Answer, IsReadByTheLogitDifferenceWhereNoMetricIsNamed) {
  const Task task = template_task_of(R"("templates": "When", "answer": " Ann", "wrong": " Bob")");
  EXPECT_EQ(make_prompts(task, context_of(byte_level()), 2, 1).metric, MetricKind::logit_difference);
}

TEST(Answer, WithoutWrongOnesIsTheBestOfAllTokens) {
  const Task task = template_task_of(
      R"("slots": {"A": [" Ann", " Bob"]}, "templates": "When", "answer": "{A}", "metric": {"kind": "probability"}, "balance": ["A"])");
  const PromptSet set = make_prompts(task, context_of(byte_level()), 10, 1);
  EXPECT_TRUE(set.prompts[0].questions[0].wrong.empty());
  EXPECT_EQ(set.chance, 0.5);  // the same name every time
}

TEST(Chance, IsThatOfTheBetterGuess) {
  const auto chance = [](const char* answers) {
    return make_prompts(
               template_task_of(
                   R"("templates": "When", "wrong": [" Yes", " No", " cup"], "metric": {"kind": "logit_difference"}, "balance": ["A"], "answer": "{A}", "slots": {"A": )" +
                   std::string(answers) + "}"),
               context_of(byte_level()), 12, 1)
        .chance;
  };
  EXPECT_DOUBLE_EQ(chance(R"([" Yes", " No", " cup"])"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(chance(R"([" Yes", " No", " Yes"])"), 2.0 / 3);
}

TEST(Answer, ThatBeginsLikeAWrongOneDropsThePrompt) {
  EXPECT_THAT(not_measurable(template_task_of(kGift), context_of(characters())),
              HasSubstr("prompts dropped: an answer and a wrong answer begin with the same token"));
}

TEST(Answer, OfMoreThanOneTokenDropsThePromptWhereOneIsAsked) {
  const std::string two =
      R"("slots": {"A": [" Ann", " zap"]}, "templates": "When", "answer": "{A}", "metric": {"kind": "log_prob"})";
  const PromptSet first = make_prompts(template_task_of(two), context_of(byte_level()), 10, 1);
  const PromptSet single = make_prompts(template_task_of(two + R"(, "answer_tokens": "single")"), context_of(byte_level()), 10, 1);
  EXPECT_EQ(first.n_tried, 10);
  EXPECT_GT(single.n_tried, 10);
  EXPECT_THAT(single.notes, ElementsAre(HasSubstr("an answer or wrong answer is more than one token")));
  for (const Prompt& prompt : single.prompts) EXPECT_EQ(prompt.answer, "Ann");
}

TEST(Answer, ThatMergesWithThePromptDropsIt) {
  const Task task = template_task_of(R"("templates": "When A", "answer": "nn", "metric": {"kind": "log_prob"})");
  EXPECT_THAT(not_measurable(task, context_of(byte_level())), HasSubstr("an answer merges with the last token of the prompt"));
}

TEST(Twin, HasItsRolesAtTheSameTokensAndTheNamesExchanged) {
  for (const Tokenizer* tokenizer : {&byte_level(), &sentence_piece()}) {
    for (const Prompt& prompt : make_prompts(template_task_of(kGift), context_of(*tokenizer), 20, 1).prompts) {
      ASSERT_TRUE(prompt.corrupted.has_value());
      ASSERT_EQ(prompt.corrupted->size(), prompt.tokens.size());
      Prompt twin = prompt;
      twin.tokens = *prompt.corrupted;
      auto expected = role_texts(prompt, *tokenizer);
      const auto found = role_texts(twin, *tokenizer);
      std::swap(expected["io"], expected["s1"]);
      expected["s2"] = expected["s1"];
      EXPECT_EQ(found, expected);
    }
  }
}

TEST(Twin, WithOtherLengthsOrPlacesDropsThePrompt) {
  const std::string head =
      R"("lists": {"n": ["Ann", "zap"]}, "slots": {"A": "n", "B": "n"}, "metric": {"kind": "log_prob", "over": "all_tokens"}, "corrupted": {"exchange": ["A", "B"]}, )";
  EXPECT_THAT(not_measurable(template_task_of(head + R"("templates": "When {A}")"), context_of(byte_level())),
              HasSubstr("its twin has another number of tokens"));
  EXPECT_THAT(not_measurable(template_task_of(head + R"("templates": "When {A} {B}", "roles": {"b": "{B}#1"})"), context_of(byte_level())),
              HasSubstr("its twin has the roles at other tokens"));
  EXPECT_EQ(not_measurable(template_task_of(head + R"("templates": "When {A} {B}")"), context_of(byte_level())), "measurable");
}

TEST(Twin, ThatIsTheSameDropsThePrompt) {
  const Task task = template_task_of(
      R"("slots": {"A": ["Ann"]}, "templates": "When {A}", "metric": {"kind": "log_prob", "over": "all_tokens"}, "corrupted": {"set": {"A": "Ann"}})");
  EXPECT_THAT(not_measurable(task, context_of(byte_level())), HasSubstr("its twin is the same"));
}

TEST(Twin, IsRedrawnUntilItFits) {
  const Task task = template_task_of(
      R"("slots": {"A": ["Ann", "zap", "zip", "zup", "Bob"]}, "templates": "When {A}", "metric": {"kind": "log_prob", "over": "all_tokens"},
                               "corrupted": {"redraw": ["A"]}, "equal_length": false)");
  const PromptSet set = make_prompts(task, context_of(byte_level()), 30, 1);
  EXPECT_EQ(set.n_tried, 30);
  for (const Prompt& prompt : set.prompts) EXPECT_EQ(prompt.corrupted->size(), prompt.tokens.size());
}

TEST(Balance, IsKeptByThePromptsThatAreLeft) {
  const Task task = template_task_of(std::string(kGift) + R"(, "equal_length": true)");
  const PromptSet set = make_prompts(task, context_of(byte_level()), 40, 1);
  int n_io_first = 0;
  for (const Prompt& prompt : set.prompts) {
    const auto role = [&](const char* name) {
      return std::find_if(prompt.roles.begin(), prompt.roles.end(), [&](const Role& r) { return r.name == name; })->begin;
    };
    n_io_first += role("io") < role("s1");
  }
  EXPECT_EQ(n_io_first, 20);
}

TEST(EqualLength, KeepsTheCommonestAndBeginsWithTheShorterList) {
  const Task task = template_task_of(
      R"("slots": {"A": ["Ann", "Bob", "Cid", "zap"]}, "templates": ["When {A} saw", "When {A} saw", "When {A} went to the park"],
                               "metric": {"kind": "log_prob", "over": "all_tokens"}, "equal_length": true)");
  const PromptSet many = make_prompts(task, context_of(byte_level()), 50, 1),
                  few = make_prompts(task, context_of(byte_level()), 7, 1);
  EXPECT_EQ(many.prompts.size(), 50u);
  for (const Prompt& prompt : many.prompts) EXPECT_EQ(prompt.tokens.size(), 4u) << prompt.text;
  EXPECT_THAT(many.notes, ElementsAre(HasSubstr("it has not 4 tokens, the commonest length")));
  for (size_t i = 0; i < few.prompts.size(); ++i) EXPECT_EQ(few.prompts[i].tokens, many.prompts[i].tokens);
}

TEST(Prompts, AreTheSameForTheSameSeedAndBeginWithTheShorterList) {
  const Task task = template_task_of(kGift);
  const PromptSet few = make_prompts(task, context_of(byte_level()), 5, 3),
                  many = make_prompts(task, context_of(byte_level()), 40, 3),
                  other = make_prompts(task, context_of(byte_level()), 40, 4);
  int n_different = 0;
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(few.prompts[i].tokens, many.prompts[i].tokens);
    EXPECT_EQ(few.prompts[i].roles, many.prompts[i].roles);
    EXPECT_EQ(few.prompts[i].corrupted, many.prompts[i].corrupted);
    n_different += few.prompts[i].tokens != other.prompts[i].tokens;
  }
  EXPECT_GT(n_different, 0);
}

TEST(AllTokens, AreReadGivenWhatIsBeforeThem) {
  const PromptSet set =
      make_prompts(template_task_of(R"("templates": "When Ann saw", "metric": {"kind": "log_prob", "over": "all_tokens"})"),
                   context_of(byte_level()), 2, 1);
  const auto& t = set.prompts[0].tokens;
  EXPECT_THAT(set.prompts[0].readouts,
              ElementsAre(Readout{0, t[1], 1.0 / 3}, Readout{1, t[2], 1.0 / 3}, Readout{2, t[3], 1.0 / 3}));
  EXPECT_THAT(set.prompts[0].questions, ElementsAre(Question{0, {t[1]}, {}}, Question{1, {t[2]}, {}}, Question{2, {t[3]}, {}}));
  EXPECT_DOUBLE_EQ(set.chance, 1.0 / 3);
}

TEST(SecondOccurrence, IsReadWhereAPairOfTokensComesAgain) {
  const Task task = template_task_of(
      R"("templates": "When Ann saw Bob to When Ann saw Cid", "metric": {"kind": "log_prob", "over": "second_occurrence"})");
  const PromptSet set = make_prompts(task, context_of(sentence_piece()), 2, 1);
  const auto& t = set.prompts[0].tokens;  // <s> When Ann saw Bob to When Ann saw Cid
  ASSERT_EQ(t.size(), 10u);
  EXPECT_THAT(set.prompts[0].readouts, ElementsAre(Readout{6, t[7], 0.5}, Readout{7, t[8], 0.5}));
  const Task never = template_task_of(R"("templates": "When Ann", "metric": {"kind": "log_prob", "over": "second_occurrence"})");
  EXPECT_THAT(not_measurable(never, context_of(byte_level())), HasSubstr("no token is what the metric reads"));
}

TEST(RoleMetric, ReadsTheTokensOfTheRole) {
  const Task task = template_task_of(
      R"("slots": {"A": ["zap"]}, "templates": "When {A} saw {A} to", "roles": {"again": "{A}#2"}, "metric": {"kind": "probability", "over": "again"})");
  const Prompt prompt = make_prompts(task, context_of(byte_level()), 2, 1).prompts[0];
  const Role again = prompt.roles[0];
  ASSERT_EQ(again.end - again.begin, 3);  // "z", "a", "p"; the space before them is a token of its own
  ASSERT_EQ(prompt.readouts.size(), 3u);
  EXPECT_EQ(prompt.readouts[0], (Readout{again.begin - 1, prompt.tokens[static_cast<size_t>(again.begin)], 1.0 / 3}));
}

TEST(Context, CutsTextsWhoseTokensAreAllRead) {
  const Task task = template_task_of(
      R"("templates": "When Ann and Bob went to the park, Cid gave a key to", "metric": {"kind": "log_prob", "over": "all_tokens"})");
  const PromptSet set = make_prompts(task, context_of(byte_level(), 9), 2, 1);
  EXPECT_EQ(set.prompts[0].tokens.size(), 9u);
  EXPECT_EQ(set.prompts[0].text, "When Ann and Bob went to the park");
  EXPECT_EQ(set.prompts[0].roles[0], (Role{"end", 8, 9}));
  EXPECT_THAT(set.notes, ElementsAre("2 of 2 prompts cut to the context of 9 tokens"));
  EXPECT_THAT(not_measurable(task, context_of(byte_level(), 7)), HasSubstr("longer than the context of 7 tokens"));
}

TEST(Context, DropsQuestionsThatDoNotFit) {
  EXPECT_THAT(not_measurable(template_task_of(kGift), context_of(byte_level(), 10)), HasSubstr("longer than the context of 10 tokens"));
}

TEST(Texts, ThatTheTokenizerCannotExpressAreDroppedAndCounted) {
  const Task task = template_task_of(
      R"("slots": {"A": ["Ann", "Zoë"]}, "templates": "When {A} saw", "metric": {"kind": "log_prob", "over": "all_tokens"})");
  const PromptSet set = make_prompts(task, context_of(sentence_piece()), 10, 1);
  EXPECT_EQ(set.prompts.size(), 10u);
  for (const Prompt& prompt : set.prompts) EXPECT_EQ(prompt.text, "When Ann saw");
  EXPECT_THAT(set.notes, ElementsAre(HasSubstr("prompts dropped: the tokenizer cannot express the text")));
}

TEST(Texts, NeedATokenizer) {
  EXPECT_THAT(not_measurable(template_task_of(kGift), {.tokenizer = nullptr, .vocab_size = 100, .n_ctx = 0, .bos = {}}),
              HasSubstr("the task \"t\" is not measurable here: it is made of texts, and the model has no tokenizer"));
}

TEST(Texts, BeyondTheVocabularyOfTheModelAreDropped) {
  PromptContext context = context_of(byte_level());
  context.vocab_size = 100;
  EXPECT_THAT(not_measurable(template_task_of(kGift), context), HasSubstr("a token is beyond the model's vocabulary"));
}

TEST(Prompts, ThatAreFewerThanAskedForAreNoted) {
  const Task task =
      template_task_of(R"("slots": {"A": ["Ann", "Bob", "zap"]}, "templates": "When", "answer": " {A}", "answer_tokens": "single",
                               "metric": {"kind": "log_prob"}, "balance": ["A"])");
  const PromptSet set = make_prompts(task, context_of(byte_level()), 10, 1);
  EXPECT_EQ(set.prompts.size(), 2u);
  EXPECT_EQ(set.n_tried, 400);
  EXPECT_THAT(set.notes, ElementsAre("398 of 400 prompts dropped: an answer or wrong answer is more than one token",
                                     "only 2 of 10 prompts could be made"));
}

TEST(Prompts, CanBeOneWhenOneIsAskedFor) {
  EXPECT_EQ(make_prompts(template_task_of(kGift), context_of(byte_level()), 1, 1).prompts.size(), 1u);
}

}  // namespace
}  // namespace headlight
