// What texts a grammar draws, before any tokenizer sees them.
#include "core/tasks/drawing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/tasks/drawn_text.hpp"

namespace headlight::tasks {
namespace {

TemplateTask task_of(const std::string& fields) {
  return read_template_task(parse_json(
      R"({"id": "t", "version": "1.0.0", "title": "T", "summary": "S", "metric": {"kind": "log_prob", "over": "all_tokens"}, )" +
      fields + "}"));
}

TemplateTask answering(const std::string& fields) {
  return read_template_task(parse_json(
      R"({"id": "t", "version": "1.0.0", "title": "T", "summary": "S", "metric": {"kind": "log_prob"}, )" + fields + "}"));
}

std::vector<DrawnText> draws(const TemplateTask& task, int n) {
  std::vector<DrawnText> texts;
  for (int i = 0; i < n; ++i) {
    Random random(1, "t/" + std::to_string(i));
    texts.push_back(draw_text(task, static_cast<size_t>(i) % task.n_orders(), random));
  }
  return texts;
}

std::multiset<std::string> texts_of(const TemplateTask& task, int n) {
  std::multiset<std::string> texts;
  for (const DrawnText& draw : draws(task, n)) texts.insert(draw.rendered.text);
  return texts;
}

TEST(Slot, HasOneValueWhereverItStands) {
  const auto task = task_of(R"("lists": {"n": ["1", "2", "3"]}, "slots": {"A": "n"}, "templates": ["{A}{A}{A}"])");
  for (const std::string& text : texts_of(task, 30)) EXPECT_THAT(text, testing::AnyOf("111", "222", "333"));
}

TEST(Slot, HasAnotherValueThanThoseThatShareItsList) {
  const auto task = task_of(
      R"("lists": {"n": ["1", "2", "3"]}, "slots": {"A": "n", "B": "n", "C": "n", "D": ["1", "2", "3"]}, "templates": ["{A}{B}{C}{D}"])");
  const auto texts = texts_of(task, 400);
  EXPECT_EQ((std::set<std::string>(texts.begin(), texts.end()).size()), 6u * 3u);
  for (const std::string& text : texts) EXPECT_TRUE(text[0] != text[1] && text[1] != text[2] && text[0] != text[2]) << text;
}

TEST(Slot, IsDifferentAsARecordAndInWhatItsPhrasesSay) {
  const auto task = task_of(
      R"("lists": {"bit": ["0", "1"], "word": ["{bit}{bit}"]}, "slots": {"A": "word", "B": "word", "C": "word", "D": "word"},
                               "templates": ["{A} {B} {C} {D}"])");
  for (const std::string& text : texts_of(task, 20))
    EXPECT_EQ((std::set<std::string>{text.substr(0, 2), text.substr(3, 2), text.substr(6, 2), text.substr(9, 2)}.size()), 4u)
        << text;
}

TEST(Record, KeepsItsFieldsTogether) {
  const auto task = task_of(R"("slots": {"fact": [{"key": "France", "value": "Paris"}, {"key": "Italy", "value": "Rome"}]},
                               "templates": ["{fact.value} is in {fact.key}, {fact.value}"])");
  for (const std::string& text : texts_of(task, 20))
    EXPECT_THAT(text, testing::AnyOf("Paris is in France, Paris", "Rome is in Italy, Rome"));
}

TEST(List, GivesANewValueAtEveryPlace) {
  const auto texts = texts_of(task_of(R"("lists": {"n": ["1", "2"]}, "templates": ["{n}{n}"])"), 200);
  EXPECT_EQ((std::set<std::string>(texts.begin(), texts.end())), (std::set<std::string>{"11", "12", "21", "22"}));
  EXPECT_GT(texts.count("12"), 25u);
}

TEST(List, OfRecordsGivesOneRecordToAPhrase) {
  const auto task =
      task_of(R"("lists": {"pair": [{"a": "hot", "b": "cold"}, {"a": "big", "b": "small"}], "line": ["{pair.a} -> {pair.b}"]},
                               "templates": ["{line}; {line}"])");
  const auto texts = texts_of(task, 100);
  EXPECT_EQ((std::set<std::string>(texts.begin(), texts.end())),
            (std::set<std::string>{"hot -> cold; hot -> cold", "hot -> cold; big -> small", "big -> small; hot -> cold",
                                   "big -> small; big -> small"}));
}

TEST(List, IsDrawnByItsWeights) {
  const auto texts =
      texts_of(task_of(R"("lists": {"n": ["1", "2", "3"]}, "weights": {"n": [6, 3, 1]}, "templates": ["{n}"])"), 2000);
  EXPECT_NEAR(static_cast<double>(texts.count("1")), 1200, 90);  // four standard deviations
  EXPECT_NEAR(static_cast<double>(texts.count("2")), 600, 84);
  EXPECT_NEAR(static_cast<double>(texts.count("3")), 200, 54);
}

TEST(List, CanBeARangeOfNumbers) {
  const auto texts = texts_of(task_of(R"("lists": {"n": {"from": 8, "to": 11, "digits": 2}}, "templates": ["{n}"])"), 100);
  EXPECT_EQ((std::set<std::string>(texts.begin(), texts.end())), (std::set<std::string>{"08", "09", "10", "11"}));
}

TEST(Repeat, IsDrawnBetweenItsBounds) {
  const auto task =
      task_of(R"("repeats": {"r": {"of": "x", "least": 0, "most": 3, "between": "-", "ending": "!"}}, "templates": ["<{r}>"])");
  const auto texts = texts_of(task, 200);
  EXPECT_EQ((std::set<std::string>(texts.begin(), texts.end())), (std::set<std::string>{"<>", "<x!>", "<x-x!>", "<x-x-x!>"}));
}

TEST(Repeat, DrawsDistinctValuesThatNoSlotHas) {
  const auto task =
      task_of(R"("lists": {"pair": [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}, {"a": "3", "b": "z"}]}, "slots": {"q": "pair"},
      "repeats": {"demos": {"of": "{pair.a}{pair.b}", "least": 2, "most": 2, "distinct": ["pair"]}}, "templates": ["{demos} {q.a}{q.b}"])");
  for (const std::string& text : texts_of(task, 50)) {
    EXPECT_EQ((std::set<std::string>{text.substr(0, 2), text.substr(3, 2), text.substr(6, 2)}),
              (std::set<std::string>{"1x", "2y", "3z"}))
        << text;
  }
}

TEST(Repeat, SaysWhenDistinctValuesRunOut) {
  const auto task = task_of(
      R"("lists": {"n": ["1", "2"]}, "repeats": {"r": {"of": "{n}", "least": 3, "most": 3, "distinct": "n"}}, "templates": ["{r}"])");
  EXPECT_THROW(draws(task, 1), Error);
}

TEST(Filter, CapitalisesAndShortens) {
  const auto task = task_of(
      R"("slots": {"A": ["éa dog"], "B": ["a dog"], "C": ["9x"]}, "templates": ["{B|cap}, {C|cap}, {A|initial}, {B|initial}."])");
  EXPECT_EQ(draws(task, 1)[0].rendered.text, "A dog, 9x, é, a.");
}

TEST(Occurrences, AreCodePointsOfEveryNameAtEveryDepth) {
  const auto task = task_of(R"("lists": {"the": ["der {N}"]}, "slots": {"N": ["Bär"], "order": [{"x": "{N}"}]},
                               "templates": ["Für {order.x} und {the|cap} {N|initial}"])");
  const Rendered rendered = draws(task, 1)[0].rendered;
  EXPECT_EQ(rendered.text, "Für Bär und Der Bär B");
  std::multimap<std::string, std::pair<int, int>> places;
  for (const Occurrence& place : rendered.occurrences) places.emplace(place.name, std::pair(place.begin, place.end));
  const std::multimap<std::string, std::pair<int, int>> expected{
      {"N", {4, 7}}, {"N", {16, 19}}, {"N", {20, 21}}, {"order.x", {4, 7}}, {"the", {12, 19}}};
  EXPECT_EQ(places, expected);
}

TEST(Answers, CanBeSpreadOverAListOrAField) {
  const auto task =
      answering(R"("lists": {"letters": ["A", "B", "C"]}, "slots": {"y": [{"year": "17", "later": ["18", "19"]}], "L": "letters"},
      "templates": ["{y.year} {L}"], "answer": ["{y.later*}", " {L}"], "wrong": " {letters*}")");
  const DrawnText draw = draws(task, 1)[0];
  const std::string letter = draw.rendered.text.substr(3);
  EXPECT_THAT(draw.answers, testing::ElementsAre("18", "19", " " + letter));
  EXPECT_EQ(draw.wrong.size(), 2u);  // the answer is none of them
  EXPECT_THAT(draw.wrong, testing::Not(testing::Contains(" " + letter)));
}

TEST(Answers, KnowFilters) {
  const auto task = answering(R"("slots": {"W": ["Bank"]}, "templates": ["The {W} ("], "answer": "{W|initial}")");
  EXPECT_THAT(draws(task, 1)[0].answers, testing::ElementsAre("B"));
}

TEST(Balance, UsesTemplatesAndSlotsInTurn) {
  const auto task = task_of(R"("slots": {"A": ["1", "2", "3"]}, "templates": ["a{A}", "b{A}"], "balance": ["templates", "A"])");
  EXPECT_EQ(task.n_orders(), 6u);
  EXPECT_EQ(texts_of(task, 6), (std::multiset<std::string>{"a1", "a2", "a3", "b1", "b2", "b3"}));
}

TEST(Balance, GivesBothHalvesAndBothParitiesEveryOrder) {
  for (const size_t n : {2u, 3u, 4u, 5u}) {
    std::map<size_t, int> first_half, even;
    const size_t total = 4 * n;
    for (size_t i = 0; i < total; ++i) {
      first_half[order_in_turn(i, n)] += i < total / 2;
      even[order_in_turn(i, n)] += i % 2 == 0;
    }
    for (size_t order = 0; order < n; ++order) {
      EXPECT_EQ(first_half[order], 2) << n;
      EXPECT_EQ(even[order], 2) << n;
    }
  }
}

const char* const kTwo =
    R"("lists": {"n": ["1", "2", "3", "4"], "m": ["a", "b"]}, "slots": {"A": "n", "B": "n", "C": ["{A}!"]}, "templates": ["{A}{B}{C}{m}{m}"], )";

std::pair<std::string, std::string> with_twin(const TemplateTask& task, int i) {
  Random random(2, std::to_string(i));
  const DrawnText clean = draw_text(task, 0, random);
  return {clean.rendered.text, draw_twin(task, clean, random).text};
}

TEST(Twin, ExchangesSlotsAndKeepsTheRestOfTheDraw) {
  const auto task = task_of(std::string(kTwo) + R"("corrupted": {"exchange": ["A", "B"]})");
  for (int i = 0; i < 20; ++i) {
    const auto [clean, twin] = with_twin(task, i);
    EXPECT_EQ(twin, std::string({clean[1], clean[0], clean[1], '!'}) + clean.substr(4));
  }
}

TEST(Twin, RedrawsSlotsUnlikeAllThatWereDrawn) {
  const auto task = task_of(std::string(kTwo) + R"("corrupted": {"redraw": ["A", "B"]})");
  for (int i = 0; i < 20; ++i) {
    const auto [clean, twin] = with_twin(task, i);
    EXPECT_EQ((std::set<char>{clean[0], clean[1], twin[0], twin[1]}.size()), 4u) << clean << " " << twin;
    EXPECT_EQ(clean.substr(4), twin.substr(4));
  }
}

TEST(Twin, SetsSlotsToTexts) {
  const auto task = task_of(std::string(kTwo) + R"("corrupted": {"set": {"A": "<{B}>"}})");
  const auto [clean, twin] = with_twin(task, 0);
  const std::string b(1, clean[1]);
  EXPECT_EQ(twin, "<" + b + ">" + b + "<" + b + ">!" + clean.substr(4));
}

}  // namespace
}  // namespace headlight::tasks
