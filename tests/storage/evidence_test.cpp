// Catalogue: one head in full, grids, and two models side by side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "storage/catalogue.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::key;
using example::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr HeadId kLast{.layer = 1, .head = 2};

struct EvidenceTest : testing::Test {
  example::Folder folder;
  CatalogueWriter writer{folder / "a.db"};
  std::unique_ptr<Catalogue> catalogue;
  void SetUp() override {
    for (const char* name : {"tiny", "tuned"}) writer.put_model(example::model(name));
    catalogue = std::make_unique<Catalogue>(folder / "a.db");
  }
};

TEST_F(EvidenceTest, OfAHeadHoldsEveryDetectorWithItsValues) {
  RunSummary scored = example::summary({kLast});
  scored.outputs.push_back({.name = "copying", .unit = "logits", .doc = "", .threshold = std::nullopt, .threshold_source = ""});
  example::scan(writer, key("tiny", "mover", "score"), scored, {"mover"});
  example::scan(writer, key("tiny", "", "ablation"), example::summary({kLast}), {"mover", "copier"});

  const HeadEvidence evidence = catalogue->head("tiny", kLast);
  EXPECT_EQ(evidence.model.record.name, "tiny");
  ASSERT_EQ(evidence.detectors.size(), 3u);
  std::vector<std::string> found;
  for (const DetectorEvidence& detector : evidence.detectors)
    found.push_back(detector.name.family + " " + detector.name.method + " " + std::string(to_string(detector.verdict)));
  EXPECT_THAT(found, ElementsAre("copier ablation causal", "mover score confirmed", "mover ablation confirmed"))
      << "the statistic comes before the effects";

  const DetectorEvidence& mover = evidence.detectors[1];
  EXPECT_TRUE(mover.measures_family);
  EXPECT_EQ(mover.run.key.hash(), key("tiny", "mover", "score").hash());
  ASSERT_EQ(mover.outputs.size(), 2u);
  EXPECT_EQ(mover.outputs[0].output.name, "score");
  const HeadResult& result = mover.outputs[0].result;
  EXPECT_DOUBLE_EQ(*result.score, 0.12);
  EXPECT_DOUBLE_EQ(*result.selection_score, 0.125);
  EXPECT_TRUE(result.present);
  ASSERT_EQ(result.values.size(), 4u);
  EXPECT_FLOAT_EQ(result.values[3], 0.12f);
  EXPECT_TRUE(std::isnan(result.values[2]));
  EXPECT_THAT(result.null_values, ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(mover.outputs[1].output.name, "copying");
  EXPECT_FALSE(mover.outputs[1].result.score) << "the run gave no number for this output";
  EXPECT_THAT(mover.outputs[1].result.values, IsEmpty());
}

TEST_F(EvidenceTest, OfAHeadShowsThatNothingCouldBeMeasured) {
  example::scan(writer, key("tiny", "mover", "score"), example::not_measurable(), {"mover"});
  const HeadEvidence evidence = catalogue->head("tiny", kLast);
  ASSERT_EQ(evidence.detectors.size(), 1u);
  EXPECT_EQ(evidence.detectors[0].verdict, Verdict::not_measurable);
  EXPECT_FALSE(evidence.detectors[0].outputs[0].result.score);
}

TEST_F(EvidenceTest, OfAHeadThatTheModelDoesNotHaveIsRefused) {
  EXPECT_EQ(message_of([&] { catalogue->head("tiny", {.layer = 2, .head = 0}); }),
            "not_found: the model 'tiny' has no head L2H0: its layers are 0 to 1 with heads 0 to 2");
  EXPECT_THAT(message_of([&] { catalogue->head("tony", {}); }), HasSubstr("has no model 'tony'"));
}

TEST_F(EvidenceTest, OfAGridHasAPlaceForEveryHead) {
  RunSummary summary = example::summary({kLast});
  summary.heads.erase(summary.heads.begin());  // L0H0
  summary.heads[0].q.reset();                  // of L0H1
  const RunKey run = key("tiny", "mover", "score");
  example::scan(writer, run, summary, {"mover"});
  const Grid grid = catalogue->grid({"tiny", "mover", "score", "ioi"});
  EXPECT_EQ(grid.n_layers, 2);
  EXPECT_EQ(grid.n_heads, 3);
  EXPECT_EQ(grid.run, run.hash());
  EXPECT_EQ(grid.output.name, "score");
  ASSERT_EQ(grid.score.size(), 6u);
  EXPECT_TRUE(std::isnan(grid.score[0]));
  EXPECT_TRUE(std::isnan(grid.q[1]));
  EXPECT_THAT(std::vector<float>(grid.score.begin() + 1, grid.score.end()), ElementsAre(0.01f, 0.02f, 0.1f, 0.11f, 0.12f));
  EXPECT_THAT(grid.present, ElementsAre(false, false, false, false, false, true));
  EXPECT_EQ(grid.verdict[5], Verdict::correlational);
  EXPECT_EQ(grid.verdict[0], Verdict::absent);
}

TEST_F(EvidenceTest, OfAGridMayBeOfAnotherOutput) {
  RunSummary summary = example::summary();
  summary.outputs.push_back({.name = "copying", .unit = "logits", .doc = "", .threshold = std::nullopt, .threshold_source = ""});
  HeadResult other = summary.heads[5];
  other.output = 1;
  other.score = 3.5;
  summary.heads.push_back(other);
  const RunKey run = key("tiny", "mover", "score");
  example::scan(writer, run, summary, {"mover"});
  const Grid grid = catalogue->grid({"tiny", "mover", "score", "ioi"}, "copying");
  EXPECT_EQ(grid.output.unit, "logits");
  EXPECT_FLOAT_EQ(grid.score[5], 3.5f);
  EXPECT_TRUE(std::isnan(grid.score[4]));
  EXPECT_THAT(message_of([&] { catalogue->grid({"tiny", "mover", "score", "ioi"}, "nope"); }), HasSubstr("has no output 'nope'; it has score, copying"));
}

TEST_F(EvidenceTest, OfAGridIsRefusedWhereThereAreNoNumbers) {
  EXPECT_THAT(message_of([&] { catalogue->grid({"tiny", "mover", "score", "ioi"}); }),
              AllOf(StartsWith("not_found: "), HasSubstr("no numbers for mover by score on ioi in tiny; scan it with `headlight scan")));
  writer.put_task(example::task("ioi"));
  const RunKey run = key("tiny", "mover", "score");
  writer.open_run(run);
  writer.put_detector(run.model, "mover", "score", "ioi", run);
  EXPECT_THAT(message_of([&] { catalogue->grid({"tiny", "mover", "score", "ioi"}); }), HasSubstr("run " + run.hash() + " is running"));
}

TEST_F(EvidenceTest, OfTwoModelsIsSetSideBySide) {
  RunSummary tuned = example::summary({kLast});
  tuned.heads[4].score = 0.61;  // L1H1: 0.11 in the other
  tuned.heads[1].score = -0.19;  // L0H1: 0.01 in the other
  tuned.heads[0].score.reset();
  example::scan(writer, key("tiny", "mover", "score"), example::summary(), {"mover"});
  example::scan(writer, key("tuned", "mover", "score"), tuned, {"mover"});
  example::scan(writer, key("tiny", "copier", "score"), example::summary(), {"copier"});

  const ComparisonPage page = catalogue->compare({.model_a = "tiny", .model_b = "tuned"});
  EXPECT_EQ(page.total, 12);
  ASSERT_EQ(page.rows.size(), 12u);
  EXPECT_EQ(to_string(page.rows[0].head), "L1H1");
  EXPECT_NEAR(*page.rows[0].difference, 0.5, 1e-12);
  EXPECT_NEAR(*page.rows[0].a->ci_low, 0.10, 1e-12);
  EXPECT_EQ(to_string(page.rows[1].head), "L0H1");
  EXPECT_NEAR(*page.rows[1].difference, -0.2, 1e-12);
  EXPECT_EQ(page.rows[1].b->run, key("tuned", "mover", "score").hash());
  EXPECT_FALSE(page.rows[11].difference) << "no number in one of the two: last";

  const ComparisonPage copier = catalogue->compare({.model_a = "tiny", .model_b = "tuned", .family = "copier", .largest_first = false, .limit = 2, .offset = 1});
  EXPECT_EQ(copier.total, 6);
  ASSERT_EQ(copier.rows.size(), 2u);
  EXPECT_EQ(to_string(copier.rows[0].head), "L0H1");
  EXPECT_TRUE(copier.rows[0].a);
  EXPECT_FALSE(copier.rows[0].b);
  EXPECT_THAT(message_of([&] { catalogue->compare({.model_a = "tiny", .model_b = "tony"}); }), HasSubstr("has no model 'tony'"));
}

TEST_F(EvidenceTest, OfAModelWithItselfShowsNoDifference) {
  example::scan(writer, key("tiny", "mover", "score"), example::summary(), {"mover"});
  for (const ComparisonRow& row : catalogue->compare({.model_a = "tiny", .model_b = "tiny"}).rows) EXPECT_EQ(row.difference, 0.0);
}

}  // namespace
}  // namespace headlight
