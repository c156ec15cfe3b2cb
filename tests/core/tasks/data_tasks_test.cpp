// Tasks whose prompts are a user's own: rows, JSON lines, tables and sentences with their grammar.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/tasks/conllu.hpp"
#include "core/tasks/csv.hpp"
#include "core/tasks/task.hpp"
#include "tests/core/tasks/small_tokenizers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kHead = R"({"id": "own", "version": "1.0.0", "title": "Own", "summary": "S", )";

const Tokenizer& own_tokenizer() {
  static const Tokenizer tokenizer = testing_tokenizers::byte_level({"Ann", " saw", " Bob", " the", " key", " Cid", " it", " didn", " Yes", " No"});
  return tokenizer;
}

PromptSet prompts_of(const Task& task, int count = 10, const Tokenizer& with = own_tokenizer()) {
  return make_prompts(task, {.tokenizer = &with, .vocab_size = with.vocab_size(), .n_ctx = 0, .bos = 0}, count, 1);
}

Task rows(const std::string& text, const std::string& metric = R"({"kind": "log_prob", "over": "all_tokens"})") {
  return parse_task(parse_json(kHead + "\"metric\": " + metric + ", \"data\": {\"rows\": " + text + "}}"));
}

std::string message_of(const std::function<void()>& doing) {
  try {
    doing();
  } catch (const Error& error) {
    EXPECT_TRUE(error.code() == ErrorCode::bad_input || error.code() == ErrorCode::corrupt) << error.what();
    return error.what();
  }
  return "no error";
}

class DataFile : public testing::Test {
 protected:
  // The task whose prompts stand in a file of this name and content.
  Task task(const std::string& name, const std::string& content) {
    std::ofstream(folder_.path() / name) << content;
    std::ofstream(folder_.path() / "own.json") << kHead << R"("metric": {"kind": "log_prob", "over": "all_tokens"}, "data": {"file": ")" << name << "\"}}";
    return load_task(folder_.path() / "own.json");
  }

  testing_support::TemporaryFolder folder_;
};

TEST(DataRows, BecomePromptsEachOnce) {
  const Task task = rows(R"([{"text": "Ann saw Bob", "answer": " Yes", "wrong": " No", "label": "a", "group": "g", "roles": {"who": ["Bob", "Ann"], "verb": [4, 7]}},
      {"text": "Ann saw the key", "answer": [" No"], "wrong": " Yes", "corrupted": "Ann saw the Cid"}])",
                         R"({"kind": "logit_difference"})");
  const PromptSet set = prompts_of(task, 2);
  ASSERT_EQ(set.prompts.size(), 2u);
  const bool is_first = set.prompts[0].text == "Ann saw Bob";
  const Prompt &a = set.prompts[is_first ? 0 : 1], &b = set.prompts[is_first ? 1 : 0];
  EXPECT_THAT(a.roles, ElementsAre(Role{"end", 3, 4}, Role{"verb", 2, 3}, Role{"who", 1, 2}, Role{"who", 3, 4}));
  EXPECT_EQ(a.label, "a");
  EXPECT_EQ(a.group, "g");
  EXPECT_FALSE(a.corrupted.has_value());
  EXPECT_THAT(b.roles, ElementsAre(Role{"end", 4, 5}));
  ASSERT_TRUE(b.corrupted.has_value());
  EXPECT_EQ(b.corrupted->back(), own_tokenizer().id_of("ĠCid"));
  EXPECT_EQ(b.questions.at(0).answers, std::vector<TokenId>{*own_tokenizer().id_of("ĠNo")});
  EXPECT_THAT(prompts_of(task, 9).notes, testing::Contains("only 2 of 9 prompts could be made"));
}

TEST(DataRows, AreRefusedWithTheirPlace) {
  const auto why = [](const std::string& text) { return message_of([&] { rows(text, R"({"kind": "log_prob"})"); }); };
  EXPECT_THAT(why("[]"), HasSubstr("data.rows: expected an array of at least two rows"));
  EXPECT_THAT(why(R"([{"text": "a", "answer": "b"}, {"answer": "b"}])"), HasSubstr("data.rows[1]: the field \"text\" is missing"));
  EXPECT_THAT(why(R"([{"text": "a", "answer": "b"}, {"text": "a"}])"), HasSubstr("data.rows[1]: a metric over the answer needs an \"answer\" in every row"));
  EXPECT_THAT(why(R"([{"text": "a", "answer": "b", "roles": {"x": "c"}}, {"text": "a"}])"), HasSubstr("data.rows[0].roles.x: \"c\" is not in the text"));
  EXPECT_THAT(why(R"([{"text": "a", "answer": "b", "roles": {"x": [0, 2]}}, {"text": "a"}])"), HasSubstr("[0, 2] is no place in a text of 1 characters"));
}

TEST_F(DataFile, OfJsonLinesIsPartOfTheTask) {
  const Task one = task("x.jsonl", "{\"text\": \"Ann saw Bob\"}\n\n{\"text\": \"Ann saw Cid\"}\n");
  EXPECT_EQ(prompts_of(one).prompts.size(), 2u);
  EXPECT_EQ(one.definition["data"]["rows"].size(), 2u);
  EXPECT_NE(task("x.jsonl", "{\"text\": \"Ann saw Bob\"}\n{\"text\": \"Ann saw it\"}\n").content_hash, one.content_hash);
  EXPECT_THAT(message_of([&] { task("x.jsonl", "{\"text\": \"a\"}\n{\"text\"\n"); }), HasSubstr("data.file: x.jsonl: line 2"));
}

TEST_F(DataFile, OfATableHasARowForEachLine) {
  const PromptSet set = prompts_of(task("x.csv", "text,label\r\n\"Ann saw \"\"Bob\"\"\",yes\r\nAnn saw it,\r\n"));
  std::map<std::string, std::string> labels;
  for (const Prompt& prompt : set.prompts) labels[prompt.text] = prompt.label;
  EXPECT_THAT(labels, ElementsAre(testing::Pair("Ann saw \"Bob\"", "yes"), testing::Pair("Ann saw it", "")));
  EXPECT_THAT(message_of([&] { task("x.csv", "a,b\n1,2\n"); }), HasSubstr("the table has the columns a, b; expected text"));
  EXPECT_THAT(message_of([&] { task("x.csv", "text,label\n1\n"); }), HasSubstr("row 2 has 1 fields, but the first row has 2"));
}

TEST_F(DataFile, OfAnsweredQuestionsHasARowForEachAnswer) {
  const Tokenizer shipped = Tokenizer::open(HEADLIGHT_SOURCE_DIR "/models/mixture-tiny");  // it can write a new line
  const PromptSet set =
      prompts_of(task("x.csv", "Type,Question,Correct Answers,Incorrect Answers\nx,Who saw it?,Ann; Bob saw it,Cid;\n"), 10, shipped);
  std::map<std::string, std::string> labels;
  for (const Prompt& prompt : set.prompts) {
    labels[prompt.text] = prompt.label;
    EXPECT_EQ(prompt.group, "Who saw it?");
  }
  EXPECT_THAT(labels, ElementsAre(testing::Pair("Q: Who saw it?\nA: Ann", "true"), testing::Pair("Q: Who saw it?\nA: Bob saw it", "true"),
                                  testing::Pair("Q: Who saw it?\nA: Cid", "false")));
}

const std::string kSentences =
    "# text = Ann didn't see it.\n1\tAnn\tAnn\tPROPN\t_\t_\t4\tnsubj\t_\t_\n2-3\tdidn't\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "2\tdid\tdo\tAUX\t_\t_\t4\taux\t_\t_\n3\tn't\tnot\tPART\t_\t_\t4\tadvmod\t_\t_\n4\tsee\tsee\tVERB\t_\t_\t0\troot\t_\t_\n"
    "5\tit\tit\tPRON\t_\t_\t4\tobj\t_\tSpaceAfter=No\n6\t.\t.\tPUNCT\t_\t_\t4\tpunct\t_\t_\n\n"
    "1\tBob\tBob\tPROPN\t_\t_\t2\tnsubj\t_\t_\n2\tsaw\tsee\tVERB\t_\t_\t0\troot\t_\t_\n2.1\tx\tx\tX\t_\t_\t_\t_\t_\t_\n";

TEST_F(DataFile, OfSentencesHasWordsAndArcs) {
  const PromptSet set = prompts_of(task("x.conllu", kSentences));
  ASSERT_EQ(set.prompts.size(), 2u);
  for (const Prompt& prompt : set.prompts) {
    const auto text_of = [&](int begin, int end) {
      std::string text;
      for (int i = begin; i < end; ++i) text += prompt.pieces[static_cast<size_t>(i)];
      return text;
    };
    std::set<std::string> arcs;
    for (const Arc& arc : prompt.arcs) arcs.insert(arc.relation + text_of(arc.dependent_begin, arc.dependent_end) + text_of(arc.head_begin, arc.head_end));
    if (prompt.text == "Bob saw") {
      EXPECT_THAT(arcs, ElementsAre("nsubjBob saw"));
    } else {
      EXPECT_EQ(prompt.text, "Ann didn't see it.");
      EXPECT_THAT(arcs, ElementsAre("advmod didn't see", "aux didn't see", "nsubjAnn see", "obj it see", "punct. see"));
    }
  }
}

TEST(Conllu, IsRefusedWithItsLine) {
  EXPECT_THAT(message_of([] { tasks::read_conllu("1\ta\n"); }), HasSubstr("line 1: expected 10 columns with tabs between them, found 2"));
  EXPECT_THAT(message_of([] { tasks::read_conllu("2\ta\t_\t_\t_\t_\t0\troot\t_\t_\n"); }), HasSubstr("line 1: ID is 2, expected 1"));
  EXPECT_THAT(message_of([] { tasks::read_conllu("1\ta\t_\t_\t_\t_\tx\troot\t_\t_\n"); }), HasSubstr("HEAD is \"x\", which is no number"));
  EXPECT_THAT(message_of([] { tasks::read_conllu("\n1\ta\t_\t_\t_\t_\t7\tdep\t_\t_\n"); }), HasSubstr("line 2: HEAD is 7, but the sentence has 1 words"));
}

TEST(Csv, KeepsCommasQuotesAndLinesInQuotedFields) {
  EXPECT_THAT(tasks::read_csv("a,\"b,\"\"c\"\"\nd\"\n\n,e,\n"), ElementsAre(ElementsAre("a", "b,\"c\"\nd"), ElementsAre("", "e", "")));
  EXPECT_THAT(message_of([] { tasks::read_csv("a\n\"b\n"); }), HasSubstr("line 2: a quote that is never closed"));
  EXPECT_THAT(message_of([] { tasks::read_csv("a\"b\n"); }), HasSubstr("line 1: a quote inside a field"));
}

TEST_F(DataFile, StaysInTheTasksFolderAndHasAKnownEnding) {
  EXPECT_THAT(message_of([&] { task("x.txt", "a"); }), HasSubstr("the ending \".txt\" is not known; allowed: .jsonl, .csv, .conllu"));
  std::ofstream(folder_.path() / "own.json") << kHead << R"("metric": {"kind": "log_prob"}, "data": {"file": "../x.csv"}})";
  EXPECT_THAT(message_of([&] { load_task(folder_.path() / "own.json"); }), HasSubstr("data.file: \"../x.csv\" is not in the task's folder"));
}

}  // namespace
}  // namespace headlight
