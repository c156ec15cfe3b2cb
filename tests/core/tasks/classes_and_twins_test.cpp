// What tasks with templates give beside the prompt: classes and groups, the closed-book question, arcs, shuffled twins; and which
// values count as the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/tasks/task.hpp"
#include "tests/core/tasks/small_tokenizers.hpp"

namespace headlight {
namespace {

using testing::ElementsAre;

const Tokenizer& tokenizer() {
  static const Tokenizer tokenizer =
      testing_tokenizers::byte_level({"Ann", "Bob", "Cid", " Ann", " Bob", " Cid", " saw", " red", " blue", " the", " key", " cup", " is"});
  return tokenizer;
}

PromptSet prompts_of(const std::string& fields, int count = 20) {
  const Task task = parse_task(parse_json(R"({"id": "t", "version": "1.0.0", "title": "T", "summary": "S", )" + fields + "}"));
  return make_prompts(task, {.tokenizer = &tokenizer(), .vocab_size = tokenizer().vocab_size(), .n_ctx = 0, .bos = 0}, count, 1);
}

const std::string kMetric = R"("metric": {"kind": "log_prob"})";

TEST(Prompts, CarryTheirClassAndGroup) {
  const PromptSet set = prompts_of(R"("slots": {"who": ["Ann", "Bob"], "color": [{"name": " red"}, {"name": " blue"}]}, "templates": "{who} saw",
      "answer": "{color.name}", "label": "{color.name}!", "group": "{who}", )" + kMetric);
  for (const Prompt& prompt : set.prompts) {
    EXPECT_EQ(prompt.label, " " + prompt.answer + "!");
    EXPECT_EQ(prompt.group + " saw", prompt.text);
    EXPECT_FALSE(prompt.gate.has_value());
  }
}

TEST(Prompts, WhoseClosedBookQuestionTheModelDoesNotAnswerAreReplacedAndCounted) {
  const Task task = parse_task(parse_json(R"({"id": "t", "version": "1.0.0", "title": "T", "summary": "S",
      "lists": {"facts": [{"k": "Ann", "v": " red"}, {"k": "Bob", "v": " blue"}, {"k": "Cid", "v": " red"}]}, "slots": {"f": "facts", "order": [" the", " key"]},
      "balance": ["order"], "templates": "{f.k} saw{order}", "answer": "{f.v}", "closed_book": {"template": "{f.k} is", "answer": "{f.v}"}, )" + kMetric + "}"));
  PromptContext context{.tokenizer = &tokenizer(), .vocab_size = tokenizer().vocab_size(), .n_ctx = 0, .bos = 0};
  int n_refused = 0;
  context.knows = [&](const Gate& gate) {
    const bool knows = gate.text != "Bob is";
    n_refused += !knows;
    return knows;
  };
  const PromptSet set = make_prompts(task, context, 20, 1);
  ASSERT_EQ(set.prompts.size(), 20u);
  int n_the = 0;
  for (const Prompt& prompt : set.prompts) {
    EXPECT_FALSE(prompt.text.starts_with("Bob")) << prompt.text;
    n_the += prompt.text.ends_with(" the");
  }
  EXPECT_EQ(n_the, 10) << "what is balanced stays so";
  ASSERT_GT(n_refused, 0);
  EXPECT_EQ(set.n_tried, 20 + n_refused);
  EXPECT_THAT(set.notes, ElementsAre(std::to_string(n_refused) + " of " + std::to_string(set.n_tried) +
                                     " prompts dropped: the model does not answer their closed-book question"));
  context.knows = [](const Gate&) { return false; };
  EXPECT_THAT([&] { make_prompts(task, context, 20, 1); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("0 of 20 prompts could be made; 600 of 600 prompts dropped: the model does not")));
}

TEST(Prompts, CarryTheClosedBookQuestion) {
  const PromptSet set = prompts_of(R"("lists": {"facts": [{"k": "Ann", "v": " red"}, {"k": "Bob", "v": " blue"}]}, "slots": {"f": "facts", "g": "facts"},
      "templates": "{f.k}{g.v} {f.k}", "answer": "{g.v}", "wrong": "{f.v}", "closed_book": {"template": "{f.k} is", "answer": "{f.v}"}, )" + kMetric);
  for (const Prompt& prompt : set.prompts) {
    const Gate& gate = prompt.gate.value();
    EXPECT_EQ(gate.text, prompt.text.substr(0, 3) + " is");
    EXPECT_EQ(gate.tokens, (std::vector<TokenId>{0, *tokenizer().id_of(gate.text.substr(0, 3)), *tokenizer().id_of("Ġis")}));
    EXPECT_EQ(gate.question.position, 2);
    EXPECT_EQ(gate.question.answers, prompt.questions[0].wrong);
    EXPECT_TRUE(gate.question.wrong.empty());
  }
}

TEST(Prompts, HaveTheArcsWhosePlacesAreThere) {
  const PromptSet set = prompts_of(R"("slots": {"S": ["Ann", "Bob"], "V": [" saw"], "O": [" key", " cup"]}, "templates": ["{S}{V}", "{S}{V} the{O}"],
      "arcs": [{"relation": "nsubj", "dependent": "{S}#1", "head": "{V}#1"}, {"relation": "obj", "dependent": "{O}#1", "head": "{V}#1"}],
      "balance": ["templates"], "metric": {"kind": "log_prob", "over": "all_tokens"})");
  for (const Prompt& prompt : set.prompts) {
    const Arc subject{.relation = "nsubj", .dependent_begin = 1, .dependent_end = 2, .head_begin = 2, .head_end = 3};
    const Arc object{.relation = "obj", .dependent_begin = 4, .dependent_end = 5, .head_begin = 2, .head_end = 3};
    EXPECT_EQ(prompt.arcs, prompt.tokens.size() == 3 ? std::vector<Arc>{subject} : (std::vector<Arc>{subject, object}));
  }
}

const std::string kLabels = R"("slots": {"X": [" red"], "Y": [" blue"]}, "templates": "Ann{X} Bob{Y} Cid{X} Ann{Y} Bob",
    "roles": {"label": ["{X}#*", "{Y}#*"]}, "answer": "{X}", "wrong": "{Y}", )";

TEST(Twins, CanHaveTheTokensOfARoleShuffled) {
  const PromptSet set = prompts_of(kLabels + R"("corrupted": {"shuffle": ["label"]}, )" + kMetric);
  std::map<std::vector<TokenId>, int> seen;
  for (const Prompt& prompt : set.prompts) {
    const auto& twin = prompt.corrupted.value();
    EXPECT_NE(twin, prompt.tokens);
    EXPECT_TRUE(std::is_permutation(twin.begin(), twin.end(), prompt.tokens.begin()));
    for (int i = 0; i < static_cast<int>(twin.size()); ++i) {
      const bool is_label = std::any_of(prompt.roles.begin(), prompt.roles.end(),
                                        [&](const Role& role) { return role.name == "label" && i >= role.begin && i < role.end; });
      if (!is_label) {
        EXPECT_EQ(twin[static_cast<size_t>(i)], prompt.tokens[static_cast<size_t>(i)]);
      }
    }
    ++seen[twin];
  }
  EXPECT_GT(seen.size(), 2u);
}

TEST(Twins, CanHaveAllTokensShuffledButTheFirstAndTheLast) {
  for (const Prompt& prompt : prompts_of(kLabels + R"("corrupted": {"shuffle": "all"}, )" + kMetric).prompts) {
    const auto& twin = prompt.corrupted.value();
    EXPECT_NE(twin, prompt.tokens);
    EXPECT_TRUE(std::is_permutation(twin.begin(), twin.end(), prompt.tokens.begin()));
    EXPECT_EQ(twin.front(), prompt.tokens.front());
    EXPECT_EQ(twin.back(), prompt.tokens.back());
  }
}

TEST(Slots, WithRecordsDifferInTheirPlainFields) {
  const PromptSet set = prompts_of(R"("lists": {"kinds": [{"name": " red", "member": "{people}"}, {"name": " blue", "member": "{people}"}], "people": ["Ann", "Bob", "Cid"]},
      "slots": {"A": "kinds", "B": "kinds"}, "templates": "{A.member}{A.name} {B.member}{B.name}", "answer": " key", )" + kMetric, 40);
  for (const Prompt& prompt : set.prompts) {
    EXPECT_NE(prompt.text.find(" red"), std::string::npos) << prompt.text;
    EXPECT_NE(prompt.text.find(" blue"), std::string::npos) << prompt.text;
  }
}

TEST(Answers, CanBeARangeOfNumbers) {
  const PromptSet set = prompts_of(R"("slots": {"n": [{"of": "3", "later": {"from": 4, "to": 6}, "rest": {"from": 0, "to": 3}}]}, "templates": "{n.of}",
      "answer": "{n.later*}", "wrong": "{n.rest*}", "metric": {"kind": "logit_difference"})", 2);
  EXPECT_EQ(set.prompts[0].answer, "4 / 5 / 6");
  EXPECT_EQ(set.prompts[0].questions[0].wrong.size(), 4u);
}

TEST(BalancedSlots, MayHoldRepeatsOfWhatOtherSlotsDoNotHave) {
  const PromptSet set = prompts_of(R"("lists": {"people": ["Ann", "Bob", "Cid"]}, "slots": {"who": "people", "kind": [{"shown": "{others}"}]}, "balance": ["kind"],
      "repeats": {"others": {"of": "{people}", "least": 2, "most": 2, "distinct": ["people"]}}, "templates": "{kind.shown} saw {who}", "answer": " key", )" + kMetric);
  for (const Prompt& prompt : set.prompts) {
    const std::string who = prompt.text.substr(prompt.text.size() - 3);
    EXPECT_EQ(prompt.text.find(who), prompt.text.size() - 3) << prompt.text;
  }
}

}  // namespace
}  // namespace headlight
