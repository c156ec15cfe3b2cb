// Every mistake in a task file gets one error that names the field and says what is allowed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/tasks/task.hpp"

namespace headlight {
namespace {

const char* const kGood = R"({
  "id": "gifts", "version": "1.0.0", "title": "Gifts", "summary": "Who got it?",
  "lists": {"names": ["Ann", "Bob", "Cid"], "facts": [{"key": "France", "value": "Paris"}, {"key": "Italy", "value": "Rome"}],
            "things": ["key", "cup"]},
  "slots": {"A": "names", "B": "names", "fact": "facts", "order": [{"x": "{A}", "y": "{B}"}, {"x": "{B}", "y": "{A}"}]},
  "repeats": {"many": {"of": "{things}", "least": 1, "most": 2}},
  "templates": ["{order.x} and {order.y} were in {fact.value}. {A} gave a {things} to"],
  "roles": {"a": "{A}#1"},
  "answer": " {B}", "wrong": [" {A}"], "answer_tokens": "first",
  "corrupted": {"exchange": ["A", "B"]},
  "metric": {"kind": "logit_difference", "over": "answer"},
  "equal_length": false, "balance": ["order"]
})";

const char* const kGoodGenerator =
    R"({"id": "r", "version": "1.0.0", "title": "R", "summary": "S", "generator": "repeated-random",
  "parameters": {"n": 50, "k": 2}, "metric": {"kind": "log_prob", "over": "second_occurrence"}})";

// Sets "a.b" to the value; "null" takes the field away.
void patch(Json& json, const std::string& field, const std::string& value) {
  const auto dot = field.find('.');
  const std::string name = field.substr(0, dot);
  if (dot != std::string::npos) {
    Json inner = json.contains(name) ? json.at(name) : Json::object();
    patch(inner, field.substr(dot + 1), value);
    json.set(name, inner);
  } else if (value == "null") {
    std::erase_if(json.as_object(), [&](const Json::Member& member) { return member.first == name; });
  } else {
    json.set(name, parse_json(value));
  }
}

std::string message_of(const Json& definition) {
  try {
    parse_task(definition);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input) << error.what();
    return error.what();
  }
  return "no error";
}

struct Mistake {
  const char *field, *value, *message;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.field << " = " << mistake.value; }

class TemplateTaskField : public testing::TestWithParam<Mistake> {};

TEST_P(TemplateTaskField, IsRefusedWithItsNameAndWhatIsAllowed) {
  Json definition = parse_json(kGood);
  patch(definition, GetParam().field, GetParam().value);
  EXPECT_THAT(message_of(definition), testing::HasSubstr(GetParam().message));
}

const Mistake kMistakes[] = {
    {"id", "null", "the field \"id\" is missing"},
    {"id", "7", "id: expected a string, found an integer"},
    {"id", "\"Two Words\"", "id: \"Two Words\" is not an id; allowed: lower-case letters, digits and -"},
    {"version", "1", "version: expected a string"},
    {"title", "\"\"", "title: expected a text, found an empty string"},
    {"summary", "null", "the field \"summary\" is missing"},
    {"templtes", "[]", "\"templtes\" is not a field here; allowed: id, version, title, summary, templates, lists,"},
    {"templates", "null", "a task needs a \"generator\", \"templates\" or \"data\""},
    {"generator", "\"repeated-random\"", "not both"},
    {"templates", "[]", "templates: expected a string, or an array of strings that is not empty"},
    {"templates", "[\"{A} {B}\", 3]", "templates[1]: expected a string, found an integer"},
    {"templates", "[\"\"]", "templates[0]: a template is not empty"},
    {"templates", "[\"{A} {B} {C}\"]",
     "templates[0]: {C} is neither a slot, a list nor a repeat; there are: A, B, fact, order, facts, names, things, many"},
    {"templates", "[\"{A} saw {fact}\"]", "templates[0]: {fact}: the values of \"fact\" have key, value, write {fact.FIELD}"},
    {"templates", "[\"{fact.capital}\"]", "templates[0]: {fact.capital}: the values of \"fact\" have key, value"},
    {"templates", "[\"{A.key}\"]", "templates[0]: {A.key}: the values of \"A\" have a text"},
    {"templates", "[\"{many.x}\"]", "templates[0]: {many.x}: a repeat has no fields"},
    {"templates", "[\"{names*}\"]", "templates[0]: {names*} stands for many texts: only answers can use it"},
    {"templates", "[\"{A\"]", "templates[0]: the { in \"{A\" is never closed"},
    {"lists", "[]", "lists: expected an object"},
    {"lists.names", "[]", "lists.names: expected an array of strings or of records that is not empty"},
    {"lists.two words", "[\"a\"]", "lists: \"two words\" is not a name"},
    {"lists.things", "[\"key\", 5]", "lists.things[1]: expected a string or a record"},
    {"lists.things", "[\"key\", {\"a\": \"b\"}]", "lists.things[1]: has a, but the first of the list has a text"},
    {"lists.things", "[\"{Z}\"]", "lists.things: {Z} is neither a slot, a list nor a repeat"},
    {"lists.things", "[\"a {many}\"]", "\"things\" contains itself: things -> many -> things"},
    {"lists.things", "{\"from\": 1}", "lists.things: the field \"to\" is missing"},
    {"lists.things", "{\"from\": 5, \"to\": 4}", "lists.things.to: 4 is out of range; allowed: 5 to 10004"},
    {"weights", "{\"nothing\": [1]}", "weights.nothing: there is no such list"},
    {"weights", "{\"things\": [1]}", "weights.things: expected an array of 2 numbers, one for each value of the list"},
    {"weights", "{\"things\": [1, 0]}", "weights.things[1]: a weight is above 0, found 0"},
    {"slots.A", "\"nams\"", "slots.A: there is no list \"nams\"; lists: facts, names, things"},
    {"slots.A", "5", "slots.A: expected the name of a list, or a list"},
    {"slots.names", "[\"x\"]", "slots.names: a list has this name already"},
    {"slots.A", "[\"{B}\", \"{A}\"]", "\"A\" contains itself: A -> A"},
    {"lists.names", "[\"Ann\", \"Ann\"]", "slots: A, B need different values of the list \"names\", which has only 1"},
    {"repeats.many", "{\"of\": \"{things}\", \"least\": 1}", "repeats.many: the field \"most\" is missing"},
    {"repeats.many", "{\"of\": \"{things}\", \"least\": 3, \"most\": 2}",
     "repeats.many.most: 2 is out of range; allowed: 3 to 10000"},
    {"repeats.many", "{\"of\": \"{thing}\", \"least\": 1, \"most\": 2}", "repeats.many.of: {thing} is neither a slot"},
    {"repeats.many.times", "2",
     "repeats.many: \"times\" is not a field here; allowed: of, least, most, between, ending, distinct"},
    {"repeats.many.between", "2", "repeats.many.between: expected a string, found an integer"},
    {"repeats.many.distinct", "[\"tings\"]", "repeats.many.distinct: there is no list \"tings\""},
    {"repeats.A", "{\"of\": \"a\", \"least\": 1, \"most\": 2}", "repeats.A: a slot or list has this name already"},
    {"roles", "[]", "roles: expected an object"},
    {"roles.a", "1", "roles.a: expected a string"},
    {"roles.a", "\"{Z}#1\"", "roles.a: {Z} is neither a slot, a list nor a repeat"},
    {"roles.a", "\"A#1\"",
     "roles.a: \"A#1\" is not a place; allowed: \"{slot}#1\" (first), \"{slot}#-1\" (last), \"{slot}#*\" (all), each with +n or -n "
     "tokens"},
    {"roles.a", "\"{A}#0\"", "roles.a: \"{A}#0\" is not a place"},
    {"roles.a", "\"{A}#-2\"", "roles.a: \"{A}#-2\" is not a place"},
    {"roles.a", "\"{A}#1+\"", "roles.a: \"{A}#1+\" is not a place"},
    {"roles.a", "\"{A|cap}#1\"", "roles.a: \"{A|cap}#1\" is not a place"},
    {"roles.a", "\"{A}#\"", "roles.a: \"{A}#\" is not a place"},
    {"roles.a", "\"end+1\"", "roles.a: \"end+1\" is not a place"},
    {"roles.a", "\"{A}#5\"", "roles.a: {A}#5 is in none of 50 texts that were drawn to try it"},
    {"roles.end", "\"{A}#1\"", "roles.end: \"end\" is always the last token"},
    {"answer", "null", "answer: a metric over the answer needs one"},
    {"answer", "[]", "answer: expected a string, or an array of strings that is not empty"},
    {"answer", "\"\"", "answer: an answer is not empty"},
    {"answer", "\" {things}\"", "answer: {things} would be drawn anew here; only slots can stand here: A, B, fact, order"},
    {"answer", "\" {many*}\"", "answer: {many*}: only slots, and lists whose values have no placeholders, can be listed"},
    {"answer", "\"{names*}{things*}\"", "answer: {things*} stands for many texts, which is for answers, once in each"},
    {"wrong", "null", "wrong: a logit difference needs wrong answers"},
    {"wrong", "[\" {A}\", \" {C}\"]", "wrong[1]: {C} is neither a slot"},
    {"answer_tokens", "\"all\"", "answer_tokens: \"all\" is not known; allowed: first, single"},
    {"corrupted", "{\"shuffle\": []}", "corrupted.shuffle: expected \"all\", or an array of roles"},
    {"corrupted", "{\"shuffle\": [\"b\"]}", "corrupted.shuffle: there is no role \"b\"; roles: a, end"},
    {"label", "\"{things}\"", "label: {things} would be drawn anew here"},
    {"group", "\"\"", "group: expected a text, found an empty string"},
    {"closed_book", "{\"template\": \"Who?\"}", "closed_book: the field \"answer\" is missing"},
    {"closed_book", "{\"template\": \"{Z}\", \"answer\": \" x\"}", "closed_book.template: {Z} is neither a slot"},
    {"arcs", "{}", "arcs: expected an array of arcs"},
    {"arcs", "[{\"relation\": \"nsubj\", \"dependent\": \"{A}#1\"}]", "arcs[0]: the field \"head\" is missing"},
    {"arcs", "[{\"relation\": \"x\", \"dependent\": \"{A}#*\", \"head\": \"{B}#1\"}]", "arcs[0].dependent: an arc's end is one place"},
    {"arcs", "[{\"relation\": \"x\", \"dependent\": \"{A}\", \"head\": \"{B}#1\"}]", "arcs[0].dependent: \"{A}\" is not a place"},
    {"data", "{\"rows\": []}", "a task with \"data\" has neither a \"generator\" nor \"templates\""},
    {"roles.a", "[\"{A}#1\", 2]", "roles.a[1]: expected a string"},
    {"corrupted", "{}", "corrupted: expected exactly one of exchange, redraw, set, shuffle; found 0"},
    {"corrupted", "{\"swap\": []}", "corrupted: \"swap\" is not a field here; allowed: exchange, redraw, set"},
    {"corrupted", "{\"exchange\": [\"A\"]}", "corrupted.exchange: expected two slots, found 1"},
    {"corrupted", "{\"exchange\": [\"A\", \"fact\"]}", "corrupted.exchange: A and fact do not draw from the same list"},
    {"corrupted", "{\"exchange\": [\"A\", \"A\"]}", "corrupted.exchange[1]: \"A\" stands twice"},
    {"corrupted", "{\"redraw\": [\"Z\"]}", "corrupted.redraw[0]: there is no slot \"Z\"; slots: A, B, fact, order"},
    {"corrupted", "{\"redraw\": [\"A\", \"B\"]}", "the list of the slot \"B\" has too few values"},
    {"corrupted", "{\"set\": {\"Z\": \"x\"}}", "corrupted.set.Z: there is no slot \"Z\""},
    {"corrupted", "{\"set\": {\"fact\": \"x\"}}", "corrupted.set.fact: the values of \"fact\" are records"},
    {"corrupted", "{\"set\": {\"A\": \"{names}\"}}", "corrupted.set.A: {names} would be drawn anew here"},
    {"metric", "\"log_prob\"", "metric: expected an object with the fields kind, over"},
    {"metric.kind", "\"loss\"", "metric.kind: \"loss\" is not known; allowed: logit_difference, log_prob, probability, rank, accuracy, kl"},
    {"metric.kind", "null", "metric: the field \"kind\" is missing"},
    {"metric.over", "\"everything\"",
     "metric.over: \"everything\" is not known; allowed: answer, all_tokens, second_occurrence, or a role: a, end"},
    {"metric.over", "\"all_tokens\"", "answer: the metric is over all_tokens: leave \"answer\" out"},
    {"equal_length", "1", "equal_length: expected a boolean"},
    {"balance", "\"order\"", "balance: expected an array"},
    {"balance", "[\"ordre\"]", "balance[0]: there is no slot \"ordre\""},
    {"balance", "[\"order\", \"order\"]", "balance[1]: \"order\" stands twice"},
    {"balance", "[\"A\", \"B\"]", "balance[1]: B and A share a list"},
};
INSTANTIATE_TEST_SUITE_P(Mistakes, TemplateTaskField, testing::ValuesIn(kMistakes));

class GeneratorField : public testing::TestWithParam<Mistake> {};

TEST_P(GeneratorField, IsRefusedWithItsNameAndWhatIsAllowed) {
  Json definition = parse_json(kGoodGenerator);
  patch(definition, GetParam().field, GetParam().value);
  EXPECT_THAT(message_of(definition), testing::HasSubstr(GetParam().message));
}

const Mistake kGeneratorMistakes[] = {
    {"generator", "\"random\"", "generator: \"random\" is not known; allowed: haystack, markov-chain, repeated-random"},
    {"generator", "3", "generator: expected a string"},
    {"parameters.n", "2", "parameters.n: 2 is out of range; allowed: 3 to 100000"},
    {"parameters.k", "1", "parameters.k: 1 is out of range; allowed: 2 to 1000"},
    {"parameters.m", "1", "parameters: \"m\" is not a field here; allowed: n, k"},
    {"metric.kind", "\"logit_difference\"", "metric.kind: \"logit_difference\" is not known; allowed: log_prob, probability, rank, accuracy, kl"},
    {"metric.over", "\"answer\"", "metric.over: \"answer\" is not known; allowed: second_occurrence"},
    {"slots", "{}", "\"slots\" is not a field here; allowed: id, version, title, summary, generator, parameters, metric"},
};
INSTANTIATE_TEST_SUITE_P(Mistakes, GeneratorField, testing::ValuesIn(kGeneratorMistakes));

TEST(ParseTask, TakesTheGoodOnes) {
  EXPECT_EQ(message_of(parse_json(kGood)), "no error");
  EXPECT_EQ(message_of(parse_json(kGoodGenerator)), "no error");
}

TEST(ParseTask, RefusesWhatIsNoObject) { EXPECT_THAT(message_of(parse_json("[]")), testing::HasSubstr("expected an object")); }

TEST(ParseTask, RefusesTextsThatGrowBeyondAllBounds) {
  Json definition = parse_json(kGood);
  patch(definition, "repeats",
        R"({"many": {"of": "{more}", "least": 9000, "most": 9000}, "more": {"of": "x", "least": 9000, "most": 9000}})");
  patch(definition, "templates", R"(["{A} {A} {B} {many}"])");
  EXPECT_THAT(message_of(definition), testing::HasSubstr("grows beyond"));
  patch(definition, "repeats", R"({"many": {"of": ")" + std::string(10'000, 'x') + R"(", "least": 9000, "most": 9000}})");
  EXPECT_THAT(message_of(definition), testing::HasSubstr("grows beyond 8 MiB"));
}

TEST(ParseTask, RefusesListsThatStandTooDeepInEachOther) {
  Json definition = parse_json(kGood), lists = definition["lists"];
  for (int i = 0; i < 50'000; ++i) lists.as_object().emplace_back("deep" + std::to_string(i), Json(Json::Array{"{deep" + std::to_string(i + 1) + "}"}));
  lists.as_object().emplace_back("deep50000", Json(Json::Array{"x"}));
  definition.set("lists", lists);
  EXPECT_THAT(message_of(definition), testing::HasSubstr("contains what contains others, more than 100 deep"));
}

TEST(ParseTask, RefusesRangesWhoseNumbersWouldFillTheMemory) {
  Json definition = parse_json(kGood), lists = definition["lists"];
  for (const char* name : {"r", "s", "t", "u", "v", "w"}) lists.set(name, parse_json(R"({"from": 0, "to": 9999})"));
  definition.set("lists", lists);
  EXPECT_THAT(message_of(definition), testing::HasSubstr("with these, the task's ranges have 60000 numbers; at most 50000 are read"));
}

TEST(ParseTask, RefusesSlotsThatMultiplyEachOther) {
  Json definition = parse_json(kGood), slots = Json::object();
  for (char c = 'a'; c < 'z'; ++c)
    slots.set(std::string(1, c),
              Json::Array{std::string{'{', static_cast<char>(c + 1), '}', '{', static_cast<char>(c + 1), '}'}});
  slots.set("z", Json::Array{""}).set("A", "names").set("B", "names");
  definition.set("slots", slots);
  patch(definition, "templates", R"(["{A} {A} {B} {a}"])");
  patch(definition, "balance", "null");
  EXPECT_THAT(message_of(definition), testing::HasSubstr("slots stand in each other too often"));
}

TEST(ContentHash, IgnoresTheOrderOfFieldsAndNothingElse) {
  const Json one = parse_json(kGood);
  Json::Object turned(one.as_object().rbegin(), one.as_object().rend());
  Json other = one;
  other.set("version", "1.0.1");
  EXPECT_EQ(parse_task(one).content_hash, parse_task(Json(turned)).content_hash);
  EXPECT_NE(parse_task(one).content_hash, parse_task(other).content_hash);
  EXPECT_EQ(parse_task(one).content_hash.size(), 32u);
}

class TaskFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / "headlight_task_files";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "mine");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(TaskFiles, AreNamedInErrors) {
  const auto file = folder_ / "bad.json";
  write_file(file, R"({"id": "x"})");
  try {
    load_task(file);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), file.string() + ": the field \"version\" is missing");
  }
}

TEST_F(TaskFiles, AreSortedByIdAndBadOnesAreReported) {
  Json second = parse_json(kGood);
  second.set("id", "also");
  write_file(folder_ / "a.json", kGood);
  write_file(folder_ / "b.json", to_text(second));
  write_file(folder_ / "broken.json", "{");
  write_file(folder_ / "notes.txt", "no task");
  std::vector<std::string> problems;
  const auto tasks = load_tasks({folder_}, problems);
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].id, "also");
  EXPECT_EQ(tasks[1].id, "gifts");
  EXPECT_THAT(problems, testing::ElementsAre(testing::HasSubstr("broken.json: not valid JSON")));
}

TEST_F(TaskFiles, OfALaterFolderDoNotReplaceEarlierOnes) {
  Json mine = parse_json(kGood);
  mine.set("title", "Mine");
  write_file(folder_ / "gifts.json", kGood);
  write_file(folder_ / "mine" / "gifts.json", to_text(mine));
  std::vector<std::string> problems;
  const auto tasks = load_tasks({folder_, folder_ / "mine"}, problems);
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(tasks[0].title, "Gifts");
  EXPECT_THAT(problems, testing::ElementsAre(testing::AllOf(testing::HasSubstr("mine/gifts.json: left out"),
                                                            testing::HasSubstr("has the id \"gifts\" already"))));
}

TEST_F(TaskFiles, OfAFolderThatIsNotThereAreNone) {
  std::vector<std::string> problems;
  EXPECT_TRUE(load_tasks({folder_ / "nowhere"}, problems).empty());
  EXPECT_TRUE(problems.empty());
}

}  // namespace
}  // namespace headlight
