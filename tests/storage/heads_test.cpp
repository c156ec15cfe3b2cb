// Catalogue::heads and facets against the view `heads`, asked in plain SQL: the same rows in the same order for every question.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/base/random.hpp"
#include "storage/catalogue.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

// Scores with ties, missing ones and several signs.
RunSummary random_summary(Random& random) {
  RunSummary summary = example::summary();
  for (HeadResult& head : summary.heads) {
    head.score = static_cast<double>(random.below(7)) / 4 - 0.5;
    if (random.below(6) == 0) head.score.reset();
    head.q = random.below(4) == 0 ? std::nullopt : std::optional(static_cast<double>(random.below(3)) / 10);
    head.ci_low = random.uniform();
    head.ci_high = head.ci_low;
    head.null_mean = static_cast<double>(random.below(2));
    head.n = static_cast<int>(random.below(3));
    head.present = random.below(2) == 0;
  }
  if (random.below(3) == 0) summary.outputs[0].threshold.reset();
  if (random.below(5) == 0) summary.heads.resize(2);  // the run speaks of two heads only
  return summary;
}

// One catalogue for all tests of the suite.
struct HeadsTest : testing::Test {
  static inline std::unique_ptr<example::Folder> folder;

  static void SetUpTestSuite() {
    folder = std::make_unique<example::Folder>();
    CatalogueWriter writer(*folder / "a.db");
    Random random(1);
    for (const char* name : {"tiny", "Tiny-Tuned", "gpt2", "zeta"}) {
      writer.put_model(example::model(name));
      for (const char* task : {"ioi", "acronyms"}) {
        for (const char* family : {"mover", "induction", "copier"})
          if (random.below(5) > 0)
            example::scan(writer, example::key(name, family, "score", task), random.below(6) == 0 ? example::not_measurable() : random_summary(random), {family});
        example::scan(writer, example::key(name, "", "zero-ablation", task), random_summary(random), {"mover", "copier"});
      }
    }
    writer.put_model(example::model("untouched"));
  }
  static void TearDownTestSuite() { folder.reset(); }

  Catalogue catalogue{*folder / "a.db"};
};

std::string number(const std::optional<double>& value) { return value ? std::to_string(*value) : "-"; }

std::string line(const HeadRow& row) {
  return row.model + "|" + to_string(row.head) + "|" + row.family + "|" + row.method + "|" + row.task + "|" + number(row.score) + "|" +
         number(row.ci_low) + "|" + number(row.ci_high) + "|" + number(row.null_mean) + "|" + number(row.q) + "|" +
         (row.n ? std::to_string(*row.n) : "-") + "|" + number(row.threshold) + "|" + std::string(to_string(row.verdict)) + "|" + row.run;
}

std::vector<std::string> lines(const HeadPage& page) {
  std::vector<std::string> all;
  for (const HeadRow& row : page.rows) all.push_back(line(row));
  return all;
}

// The rows of the view, made into the same lines.
std::vector<std::string> view_lines(const Connection& connection, const std::string& rest) {
  Statement query = connection.prepare("SELECT * FROM heads " + rest);
  std::vector<std::string> all;
  while (query.step()) {
    HeadRow row{.model = query.text(0), .head = {.layer = query.small(2), .head = query.small(3)}, .family = query.text(4), .method = query.text(5), .task = query.text(6), .run = query.text(15)};
    row.score = query.optional_real(7);
    row.ci_low = query.optional_real(8);
    row.ci_high = query.optional_real(9);
    row.null_mean = query.optional_real(10);
    row.q = query.optional_real(11);
    if (!query.is_null(12)) row.n = query.small(12);
    row.threshold = query.optional_real(13);
    row.verdict = *parse_verdict(query.text(14));
    all.push_back(line(row));
  }
  return all;
}

struct Case {
  HeadQuery query;
  std::string where;
};

std::vector<Case> cases() {
  return {{{}, "true"},
          {{.family = "mover"}, "family = 'mover'"},
          {{.model = "tiny"}, "model = 'tiny'"},
          {{.model = "gpt2", .method = "score"}, "model = 'gpt2' AND method = 'score'"},
          {{.task = "ioi"}, "task = 'ioi'"},
          {{.model = "tiny", .family = "copier", .method = "zero-ablation", .task = "acronyms"},
           "model = 'tiny' AND family = 'copier' AND method = 'zero-ablation' AND task = 'acronyms'"},
          {{.verdict = Verdict::confirmed}, "verdict = 'confirmed'"},
          {{.method = "score", .verdict = Verdict::not_measurable}, "method = 'score' AND verdict = 'not measurable'"},
          {{.min_score = 0.25}, "score >= 0.25"},
          {{.min_score = -10}, "score IS NOT NULL"},
          {{.min_score = 99}, "false"},
          {{.family = "mover", .verdict = Verdict::correlational, .min_score = 0.5}, "family = 'mover' AND verdict = 'correlational' AND score >= 0.5"},
          {{.head = HeadId{.layer = 1, .head = 2}}, "head = 'L1H2'"},
          {{.min_score = 0.0, .head = HeadId{.layer = 0, .head = 1}}, "head = 'L0H1' AND score >= 0"},
          {{.head = HeadId{.layer = 9, .head = 9}}, "false"},
          {{.search = "TINY"}, "model LIKE '%tiny%'"},
          {{.search = " tiny  mover "}, "model LIKE '%tiny%' AND family = 'mover'"},
          {{.search = "ioi l1h0"}, "task = 'ioi' AND head = 'L1H0'"},
          {{.search = "L1H0 L1H1"}, "false"},
          {{.search = "o"}, "model || family || method || task LIKE '%o%'"},
          {{.search = "%"}, "false"},
          {{.model = "nobody"}, "false"},
          {{.model = "untouched"}, "false"}};
}

const std::map<HeadField, std::string>& sort_columns() {
  static const std::map<HeadField, std::string> columns{
      {HeadField::model, "model"},   {HeadField::head, "layer * 1000 + \"index\""}, {HeadField::layer, "layer"},
      {HeadField::index, "\"index\""}, {HeadField::family, "family"},               {HeadField::method, "method"},
      {HeadField::task, "task"},     {HeadField::score, "score"},                   {HeadField::ci_low, "ci_low"},
      {HeadField::ci_high, "ci_high"}, {HeadField::null_mean, "null_mean"},         {HeadField::q, "q"},
      {HeadField::n, "n"},
      {HeadField::verdict,
       "CASE verdict WHEN 'confirmed' THEN 1 WHEN 'correlational' THEN 2 WHEN 'causal' THEN 3 WHEN 'absent' THEN 4 ELSE 5 END"}};
  return columns;
}

TEST_F(HeadsTest, AreThoseOfTheViewForEveryFilterAndOrder) {
  int n_rows = 0;
  for (Case& each : cases())
    for (const auto& [field, column] : sort_columns())
      for (const bool descending : {false, true}) {
        each.query.order = {.field = field, .descending = descending};
        each.query.limit.reset();
        const std::string order = " ORDER BY " + column + (descending ? " DESC" : " ASC") + " NULLS LAST, model, layer, \"index\", family, method, task";
        const std::vector<std::string> expected = view_lines(catalogue.connection(), "WHERE " + each.where + order);
        const HeadPage page = catalogue.heads(each.query);
        ASSERT_EQ(lines(page), expected) << each.where << order;
        ASSERT_EQ(page.total, static_cast<std::int64_t>(expected.size())) << each.where;
        n_rows += static_cast<int>(expected.size());
      }
  EXPECT_GT(n_rows, 10'000);
}

TEST_F(HeadsTest, ComeInPagesThatJoinWithoutGapOrOverlap) {
  for (const HeadField field : {HeadField::score, HeadField::q, HeadField::model, HeadField::head, HeadField::verdict})
    for (const bool descending : {false, true}) {
      HeadQuery query{.order = {.field = field, .descending = descending}, .limit = std::nullopt};
      const std::vector<std::string> all = lines(catalogue.heads(query));
      std::vector<std::string> joined;
      for (query.limit = 7, query.offset = 0;; query.offset += 7) {
        const HeadPage page = catalogue.heads(query);
        EXPECT_EQ(page.total, static_cast<std::int64_t>(all.size()));
        if (page.rows.empty()) break;
        for (const std::string& row : lines(page)) joined.push_back(row);
      }
      EXPECT_EQ(joined, all) << to_string(field);
    }
}

TEST(Heads, OfLargeModelsComeInPagesToo) {
  const example::Folder folder;
  CatalogueWriter writer(folder / "a.db");
  Random random(5);
  for (const char* name : {"a", "b"}) {
    ModelRecord model = example::model(name);
    model.n_layers = 10;
    model.n_heads = 20;
    writer.put_model(model);
    RunSummary summary = example::summary();
    const HeadResult pattern = summary.heads[0];
    summary.heads.clear();
    for (int i = 0; i < 200; ++i) {
      HeadResult& head = summary.heads.emplace_back(pattern);
      head.head = {.layer = i / 20, .head = i % 20};
      head.score = static_cast<double>(random.below(40)) / 10;
      if (random.below(10) == 0) head.score.reset();
      head.q = random.uniform();
      head.present = random.below(4) == 0;
    }
    example::scan(writer, example::key(name, "mover", "score"), summary, {"mover"});
  }
  Catalogue catalogue(folder / "a.db");
  for (const auto& [field, column] : sort_columns())
    for (const bool descending : {false, true}) {
      const std::string order = column + (descending ? " DESC" : " ASC") + " NULLS LAST, model, layer, \"index\"";
      for (const int offset : {0, 5, 60, 300, 390}) {
        const HeadQuery query{.order = {.field = field, .descending = descending}, .limit = 45, .offset = offset};
        ASSERT_EQ(lines(catalogue.heads(query)),
                  view_lines(catalogue.connection(), "ORDER BY " + order + " LIMIT 45 OFFSET " + std::to_string(offset)))
            << order;
      }
    }
}

TEST_F(HeadsTest, MayBeNone) {
  EXPECT_THAT(catalogue.heads({.limit = 0}).rows, IsEmpty());
  EXPECT_GT(catalogue.heads({.limit = 0}).total, 0);
  EXPECT_THAT(catalogue.heads({.offset = INT64_MAX}).rows, IsEmpty());
  EXPECT_THAT(example::message_of([&] { catalogue.heads({.limit = -1}); }), HasSubstr("must be 0 or more"));
}

TEST_F(HeadsTest, AreSortedByTheListedFieldsOnly) {
  EXPECT_EQ(parse_head_order("score"), (HeadOrder{.field = HeadField::score, .descending = true}));
  EXPECT_EQ(parse_head_order("q"), (HeadOrder{.field = HeadField::q, .descending = false}));
  EXPECT_EQ(parse_head_order("q:desc"), (HeadOrder{.field = HeadField::q, .descending = true}));
  EXPECT_EQ(parse_head_order("model:asc"), (HeadOrder{.field = HeadField::model, .descending = false}));
  for (const char* text : {"", "Score", "score:down", "score desc", "p; DROP TABLE run"})
    EXPECT_EQ(example::message_of([&] { parse_head_order(text); }),
              "bad_input: heads cannot be sorted by '" + std::string(text) +
                  "'. Use one of model, head, layer, index, family, method, task, score, ci_low, ci_high, null_mean, q, n, verdict, if need "
                  "be with a direction: score:asc, q:desc");
}

std::vector<std::string> facet_lines(const std::vector<FacetValue>& values) {
  std::vector<std::string> all;
  for (const FacetValue& value : values)
    if (value.n > 0) all.push_back(value.value + "|" + std::to_string(value.n));
  return all;
}

std::vector<std::string> counted(const Connection& connection, const std::string& column, const std::string& where) {
  return example::rows(connection, "SELECT " + column + ", count(*) FROM heads WHERE " + where + " GROUP BY 1 ORDER BY 2 DESC, 1");
}

TEST_F(HeadsTest, AreCountedByFacetUnderEveryFilter) {
  for (const Case& each : cases()) {
    if (!each.query.model.empty() || !each.query.family.empty() || !each.query.method.empty() || !each.query.task.empty() || each.query.verdict)
      continue;
    const Facets facets = catalogue.facets(each.query);
    EXPECT_EQ(facet_lines(facets.models), counted(catalogue.connection(), "model", each.where)) << each.where;
    EXPECT_EQ(facet_lines(facets.families), counted(catalogue.connection(), "family", each.where)) << each.where;
    EXPECT_EQ(facet_lines(facets.methods), counted(catalogue.connection(), "method", each.where)) << each.where;
    EXPECT_EQ(facet_lines(facets.tasks), counted(catalogue.connection(), "task", each.where)) << each.where;
    EXPECT_THAT(facet_lines(facets.verdicts), testing::UnorderedElementsAreArray(counted(catalogue.connection(), "verdict", each.where))) << each.where;
  }
}

TEST_F(HeadsTest, AreCountedByAFacetAsIfItsOwnConditionWereNotThere) {
  const HeadQuery query{.model = "tiny", .family = "mover", .verdict = Verdict::confirmed};
  const Facets facets = catalogue.facets(query);
  const auto& connection = catalogue.connection();
  EXPECT_EQ(facet_lines(facets.models), counted(connection, "model", "family = 'mover' AND verdict = 'confirmed'"));
  EXPECT_EQ(facet_lines(facets.families), counted(connection, "family", "model = 'tiny' AND verdict = 'confirmed'"));
  EXPECT_EQ(facet_lines(facets.methods), counted(connection, "method", "model = 'tiny' AND family = 'mover' AND verdict = 'confirmed'"));
  EXPECT_THAT(facet_lines(facets.verdicts), testing::UnorderedElementsAreArray(counted(connection, "verdict", "model = 'tiny' AND family = 'mover'")));
  ASSERT_EQ(facets.verdicts.size(), 5u);
  EXPECT_EQ(facets.verdicts[0].value, "confirmed");
  EXPECT_EQ(facets.verdicts[4].value, "not measurable");
}

TEST(Heads, OfAnEmptyCatalogueAreNone) {
  const example::Folder folder;
  CatalogueWriter(folder / "a.db");
  Catalogue catalogue(folder / "a.db");
  EXPECT_EQ(catalogue.heads({}).total, 0);
  EXPECT_THAT(catalogue.facets({}).models, IsEmpty());
}

TEST(Heads, ShowAtOnceWhatAScanHasAdded) {
  const example::Folder folder;
  CatalogueWriter writer(folder / "a.db");
  writer.put_model(example::model("tiny"));
  Catalogue catalogue(folder / "a.db");
  EXPECT_EQ(catalogue.heads({}).total, 0);
  example::scan(writer, example::key("tiny", "mover", "score"), example::summary({{.layer = 0, .head = 0}}), {"mover"});
  EXPECT_EQ(catalogue.heads({}).total, 6);
  EXPECT_EQ(catalogue.heads({.verdict = Verdict::correlational}).total, 1);
  example::scan(writer, example::key("tiny", "", "zero-ablation"), example::summary({{.layer = 0, .head = 0}}), {"mover"});
  EXPECT_EQ(catalogue.heads({.verdict = Verdict::confirmed}).total, 2);
  ModelRecord renamed = example::model("tiny");
  renamed.name = "small";
  writer.put_model(renamed);
  EXPECT_EQ(catalogue.heads({.model = "small"}).total, 12);
}

}  // namespace
}  // namespace headlight
