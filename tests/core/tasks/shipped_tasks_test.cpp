// The tasks of plugins/tasks and the README beside them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/tasks/drawn_text.hpp"
#include "core/tasks/task.hpp"
#include "tests/core/tasks/mixture_wordings.hpp"
#include "tests/core/tasks/small_tokenizers.hpp"

namespace headlight {
namespace {

const std::filesystem::path kFolder = HEADLIGHT_SOURCE_DIR "/plugins/tasks";

Task shipped(const char* id) { return load_task(kFolder / (std::string(id) + ".json")); }

std::vector<tasks::DrawnText> sample(const char* id, int n) {
  const tasks::TemplateTask task = tasks::read_template_task(shipped(id).definition);
  std::vector<tasks::DrawnText> texts;
  for (int i = 0; i < n; ++i) {
    Random random(1, "sample/" + std::to_string(i));
    texts.push_back(tasks::draw_text(task, tasks::order_in_turn(static_cast<size_t>(i), task.n_orders()), random));
  }
  return texts;
}

TEST(ShippedTasks, AreAllGoodAndNamedLikeTheirFiles) {
  std::vector<std::string> problems;
  const auto found = load_tasks({kFolder}, problems);
  EXPECT_THAT(problems, testing::IsEmpty());
  std::set<std::string> ids;
  for (const Task& task : found) {
    EXPECT_TRUE(std::filesystem::exists(kFolder / (task.id + ".json"))) << task.id;
    ids.insert(task.id);
  }
  EXPECT_THAT(ids, testing::IsSupersetOf({"ioi", "repeated-random", "stories"}));
}

TEST(Ioi, HasTheWordingsOfTheMixture) {
  const std::regex wording(mixture::kIoi);
  std::set<std::string> openers, verbs;
  for (const tasks::DrawnText& text : sample("ioi", 200)) {
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(text.rendered.text, parts, wording)) << text.rendered.text;
    openers.insert(text.rendered.text.substr(0, text.rendered.text.find(' ')).substr(0, 4));
    verbs.insert(parts[parts.size() - 1]);
    ASSERT_EQ(text.answers.size(), 1u);
    ASSERT_EQ(text.wrong.size(), 1u);
    EXPECT_NE(text.answers, text.wrong);
    EXPECT_NE(text.rendered.text.find(text.answers[0].substr(1)), std::string::npos);
  }
  EXPECT_THAT(openers, testing::IsSupersetOf({"When", "Then", "Afte", "Frie"}));
  EXPECT_THAT(verbs, testing::UnorderedElementsAre("gave a", "handed a", "offered the", "showed the"));
}

TEST(Ioi, NamesBothOrdersEquallyOften) {
  int n_giver_first = 0;
  for (const tasks::DrawnText& text : sample("ioi", 200)) {
    const std::string& t = text.rendered.text;
    n_giver_first += t.find(text.wrong[0].substr(1)) < t.find(text.answers[0].substr(1));
  }
  EXPECT_EQ(n_giver_first, 100);
}

TEST(Stories, HaveTheWordingsOfTheMixture) {
  const std::regex first(mixture::kStoryFirst), middle(mixture::kStoryMiddle), last(mixture::kStoryLast);
  std::set<size_t> lengths;
  for (const tasks::DrawnText& text : sample("stories", 200)) {
    const auto sentences = mixture::sentences_of(text.rendered.text);
    lengths.insert(sentences.size());
    EXPECT_TRUE(std::regex_match(sentences.front(), first)) << sentences.front();
    EXPECT_TRUE(std::regex_match(sentences.back(), last)) << sentences.back();
    for (size_t i = 1; i + 1 < sentences.size(); ++i) EXPECT_TRUE(std::regex_match(sentences[i], middle)) << sentences[i];
  }
  EXPECT_EQ(lengths, (std::set<size_t>{4, 5, 6, 7, 8, 9}));
}

TEST(RepeatedRandomTask, IsFiftyTokensTwice) {
  const PromptSet set =
      make_prompts(shipped("repeated-random"), {.tokenizer = nullptr, .vocab_size = 500, .n_ctx = 512, .bos = 0}, 2, 1);
  EXPECT_EQ(set.prompts[0].tokens.size(), 101u);
  EXPECT_EQ(set.prompts[0].readouts.size(), 49u);
}

std::string readme() { return read_file(kFolder / "README.md"); }

TEST(TasksReadme, HasAnExampleThatWorks) {
  const std::string text = readme();
  const size_t start = text.find("```json\n") + 8;
  const Task task = parse_task(parse_json(text.substr(start, text.find("```\n", start) - start)));
  const Tokenizer tokenizer = testing_tokenizers::byte_level(
      {"In",    " this",  " story",  " the",   " capital", " of",    " is",     " According", " to",    " So",
       " here", "Here",   " France", " Paris", " Italy",   " Rome",  " Spain",  " Madrid",    " Japan", " Tokyo",
       " dog",  " slept", " The",    " old",   " Rolled",  " Night", " waited", " sang",      " cat",   " horse"});
  const PromptSet set =
      make_prompts(task, {.tokenizer = &tokenizer, .vocab_size = tokenizer.vocab_size(), .n_ctx = 0, .bos = 0}, 20, 1);
  EXPECT_EQ(set.prompts.size(), 20u);
  for (const Prompt& prompt : set.prompts) {
    EXPECT_TRUE(prompt.corrupted.has_value());
    EXPECT_EQ(prompt.roles.size(), 4u);
    EXPECT_NE(prompt.text.find(prompt.answer), std::string::npos);
  }
}

TEST(TasksReadme, DocumentsEveryField) {
  const std::string text = readme();
  std::string allowed;
  for (const char* wrong :
       {R"({"id": "x", "version": "1", "title": "x", "summary": "x", "templates": "x", "?": 1})",
        R"({"id": "x", "version": "1", "title": "x", "summary": "x", "generator": "repeated-random", "?": 1})"}) {
    try {
      parse_task(parse_json(wrong));
      FAIL();
    } catch (const Error& error) {
      allowed = error.what();
    }
    allowed = allowed.substr(allowed.find("allowed: ") + 9) + ", ";
    for (size_t end = 0; (end = allowed.find(", ")) != std::string::npos; allowed.erase(0, end + 2))
      EXPECT_NE(text.find("| `" + allowed.substr(0, end) + "` |"), std::string::npos) << allowed.substr(0, end);
  }
}

TEST(TasksReadme, ListsEveryTask) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".json") {
      EXPECT_THAT(readme(), testing::HasSubstr("[" + name + "](" + name + ")"));
    }
  }
}

// The other small pieces of JSON in the README, each put into a task.
TEST(TasksReadme, HasFragmentsThatWork) {
  const Json head = parse_json(R"({"id": "x", "version": "1.0.0", "title": "x", "summary": "x"})");
  Json examples = head;
  examples.set("lists",
               parse_json(R"({"pairs": [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}, {"a": "3", "b": "z"}, {"a": "4", "b": "u"},
      {"a": "5", "b": "v"}, {"a": "6", "b": "w"}, {"a": "7", "b": "s"}, {"a": "8", "b": "t"}, {"a": "9", "b": "r"}]})"));
  examples.set("slots", parse_json(R"({"q": "pairs"})"))
      .set("templates", "{examples}{q.a} ->")
      .set("answer", " {q.b}")
      .set("metric", parse_json(R"({"kind": "log_prob"})"));
  Json right = head;
  right.set("metric", parse_json(R"({"kind": "logit_difference"})"));
  const std::string text = readme();
  for (auto [task, start] :
       {std::pair(&examples, "    \"repeats\": {\"examples\""), std::pair(&right, "    \"slots\": {\"right\"")}) {
    const size_t at = text.find(start);
    ASSERT_NE(at, std::string::npos) << start;
    const Json fields = parse_json("{" + text.substr(at, text.find("\n\n", at) - at) + "}");
    for (const auto& [name, value] : fields.as_object()) task->set(name, value);
  }
  Json slots = right.at("slots");
  right.set("slots", slots.set("x", Json::Array{"cup"}).set("y", Json::Array{"key"}).set("question", Json::Array{"Which?"}));
  const size_t gate = text.find("    \"closed_book\"");
  ASSERT_NE(gate, std::string::npos);
  Json gated = parse_json(text.substr(text.find("```json\n") + 8, text.find("```\n", text.find("```json\n")) - text.find("```json\n") - 8));
  gated.set("closed_book", parse_json("{" + text.substr(gate, text.find("\n\n", gate) - gate) + "}").at("closed_book"));
  EXPECT_NO_THROW(parse_task(gated));
  EXPECT_NO_THROW(parse_task(examples));
  EXPECT_NO_THROW(parse_task(right));
}

}  // namespace
}  // namespace headlight
