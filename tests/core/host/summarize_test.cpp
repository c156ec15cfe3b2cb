#include "core/host/summarize.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/stats/summary.hpp"

namespace headlight {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

constexpr int kPrompts = 8;  // 0-3 select, 4-7 are reported
const double kMissing = std::numeric_limits<double>::quiet_NaN();

// 2 layers of 2 heads; the output's threshold is 0.5.
RunFacts facts(NullKind null_kind) {
  return {.n_layers = 2,
          .n_heads = 2,
          .n_prompts = kPrompts,
          .null_kind = null_kind,
          .outputs =
              {{.name = "score", .doc = "d", .unit = "share", .min = -10, .max = 10, .threshold = 0.5, .threshold_source = "s"}},
          .metric = "log_prob",
          .chance = 0.25,
          .seconds = 1.5,
          .seed = 7};
}

// The cells of one head: a value a prompt, NaN for none.
void add(std::vector<CellValue>& cells, HeadId head, const std::vector<double>& by_prompt, Part part = Part::value,
         int replicate = 0, int output = 0) {
  for (size_t p = 0; p < by_prompt.size(); ++p)
    if (!std::isnan(by_prompt[p]))
      cells.push_back({.part = part,
                       .output = output,
                       .head = head,
                       .prompt = static_cast<int>(p),
                       .replicate = replicate,
                       .value = by_prompt[p]});
}

std::vector<PromptOutcome> outcomes(double accuracy) {
  std::vector<PromptOutcome> list;
  for (int p = 0; p < kPrompts; ++p) list.push_back({.prompt = p, .metric = -1.0 - p, .accuracy = accuracy});
  return list;
}

HeadResult of(const RunSummary& summary, HeadId head, int output = 0) {
  for (const HeadResult& result : summary.heads)
    if (result.head == head && result.output == output) return result;
  throw std::runtime_error("no such head");
}

const std::vector<double> kLow = {0.1, 0.12, 0.08, 0.11, 0.1, 0.09, 0.12, 0.1},
                          kHigh = {0.9, 0.8, 0.85, 0.95, 0.9, 0.92, 0.88, 0.9};

// One high head among low ones, under a low null of three random models.
std::vector<CellValue> one_high_head() {
  std::vector<CellValue> cells;
  add(cells, {0, 0}, kLow);
  add(cells, {0, 1}, kHigh);
  add(cells, {1, 0}, kLow);
  add(cells, {1, 1}, kLow);
  for (int replicate = 0; replicate < 3; ++replicate)
    for (const HeadId head : {HeadId{0, 0}, HeadId{0, 1}, HeadId{1, 0}, HeadId{1, 1}})
      add(cells, head, std::vector<double>(kPrompts, 0.1 + 0.01 * replicate + 0.005 * head.head), Part::null_value, replicate);
  return cells;
}

TEST(Summary, SelectsOnOneHalfAndReportsTheOther) {
  std::vector<CellValue> cells;
  add(cells, {0, 1}, {1, 2, 3, 4, 10, 20, 30, 40});
  const HeadResult& head = of(summarize(facts(NullKind::random_weights), cells, {}), {0, 1});
  EXPECT_THAT(head.selection_score, Optional(2.5));
  EXPECT_THAT(head.score, Optional(25));
  EXPECT_EQ(head.n, 4);
  EXPECT_THAT(head.values, ElementsAre(1, 2, 3, 4, 10, 20, 30, 40));
  ASSERT_TRUE(head.ci_low && head.ci_high);
  EXPECT_THAT(*head.ci_low, testing::AllOf(testing::Ge(10), testing::Lt(25)));
  EXPECT_THAT(*head.ci_high, testing::AllOf(testing::Le(40), testing::Gt(25)));
}

TEST(Summary, IsTheSameEveryTimeAndItsIntervalsFollowTheSeed) {
  std::vector<CellValue> cells;
  add(cells, {0, 1}, {1, 2, 3, 4, 10.5, 20, 30.25, 47});
  RunFacts run = facts(NullKind::random_weights);
  const HeadResult first = of(summarize(run, cells, {}), {0, 1});
  EXPECT_EQ(of(summarize(run, cells, {}), {0, 1}).ci_low, first.ci_low);
  std::reverse(cells.begin(), cells.end());
  EXPECT_EQ(of(summarize(run, cells, {}), {0, 1}).ci_low, first.ci_low) << "in whatever order the cells come";
  EXPECT_EQ(of(summarize(run, cells, {}), {0, 1}).score, first.score);
}

TEST(Summary, LeavesOutWhatIsNotMeasured) {
  std::vector<CellValue> cells;
  add(cells, {0, 0}, {1, kMissing, 3, kMissing, kMissing, 20, kMissing, 40});
  add(cells, {1, 0}, {1, 2, 3, 4, kMissing, kMissing, kMissing, kMissing});
  add(cells, {1, 1}, {kMissing, kMissing, kMissing, kMissing, 5, kMissing, kMissing, kMissing});
  const RunSummary summary = summarize(facts(NullKind::random_weights), cells, {});
  ASSERT_EQ(summary.heads.size(), 4u) << "every head has a row";

  const HeadResult& some = of(summary, {0, 0});
  EXPECT_THAT(some.selection_score, Optional(2));
  EXPECT_THAT(some.score, Optional(30));
  EXPECT_EQ(some.n, 2);
  EXPECT_TRUE(std::isnan(some.values[1]));
  EXPECT_EQ(some.values[2], 3);

  const HeadResult& none = of(summary, {0, 1});
  EXPECT_EQ(none.score, std::nullopt);
  EXPECT_EQ(none.selection_score, std::nullopt);
  EXPECT_EQ(none.ci_low, std::nullopt);
  EXPECT_EQ(none.null_mean, std::nullopt);
  EXPECT_EQ(none.q, std::nullopt);
  EXPECT_EQ(none.n, 0);
  EXPECT_FALSE(none.present);
  EXPECT_THAT(none.values, testing::Each(testing::IsNan()));

  const HeadResult& selected_only = of(summary, {1, 0});
  EXPECT_THAT(selected_only.selection_score, Optional(2.5));
  EXPECT_EQ(selected_only.score, std::nullopt);
  EXPECT_FALSE(selected_only.present);

  const HeadResult& once = of(summary, {1, 1});
  EXPECT_THAT(once.score, Optional(5));
  EXPECT_EQ(once.ci_low, std::nullopt) << "one prompt has no interval";
}

TEST(Summary, TakesANumberThatIsNoneForMissing) {
  std::vector<CellValue> cells = one_high_head();
  cells.push_back({.head = {1, 1}, .prompt = 6, .value = kMissing});  // as the catalogue gives back what it holds as NULL
  const HeadResult& head = of(summarize(facts(NullKind::random_weights), cells, {}), {1, 1});
  EXPECT_EQ(head.n, 3);
  EXPECT_THAT(head.score, Optional(DoubleNear((kLow[4] + kLow[5] + kLow[7]) / 3, 1e-12)));
}

TEST(RandomWeightsNull, IsThePopulationOfAllRandomHeads) {
  const RunSummary summary = summarize(facts(NullKind::random_weights), one_high_head(), outcomes(1));
  std::vector<double> population;
  for (int replicate = 0; replicate < 3; ++replicate)
    for (int head = 0; head < 4; ++head) population.push_back(0.1 + 0.01 * replicate + 0.005 * (head % 2));
  std::vector<double> p;
  for (const HeadId head : {HeadId{0, 0}, HeadId{0, 1}, HeadId{1, 0}, HeadId{1, 1}}) {
    p.push_back(*prediction_p(*of(summary, head).score, population));
    EXPECT_THAT(of(summary, head).p, Optional(DoubleNear(p.back(), 1e-12)));
    EXPECT_THAT(of(summary, head).null_mean, Optional(DoubleNear(0.11 + 0.005 * head.head, 1e-12))) << "of its own random twins";
    EXPECT_THAT(of(summary, head).null_values,
                testing::Each(testing::FloatNear(static_cast<float>(0.11 + 0.005 * head.head), 1e-6f)));
  }
  const std::vector<double> q = false_discovery_q(p);
  for (size_t i = 0; i < 4; ++i) EXPECT_THAT(summary.heads[i].q, Optional(DoubleNear(q[i], 1e-12)));
  EXPECT_TRUE(of(summary, {0, 1}).present);
  for (const HeadId head : {HeadId{0, 0}, HeadId{1, 0}, HeadId{1, 1}}) EXPECT_FALSE(of(summary, head).present);
}

TEST(RandomWeightsNull, OfTooFewDrawsSaysNothing) {
  std::vector<CellValue> cells;
  add(cells, {0, 1}, kHigh);
  add(cells, {0, 1}, kLow, Part::null_value, 0);
  add(cells, {0, 0}, kLow, Part::null_value, 0);
  const RunSummary summary = summarize(facts(NullKind::random_weights), cells, outcomes(1));
  EXPECT_EQ(of(summary, {0, 1}).p, std::nullopt);
  EXPECT_EQ(of(summary, {0, 1}).q, std::nullopt);
  EXPECT_FALSE(of(summary, {0, 1}).present) << "without a null nothing is present";
}

TEST(ShuffledTokensNull, IsAPairedTestOnTheReportedPrompts) {
  std::vector<CellValue> cells;
  add(cells, {0, 1}, kHigh);
  add(cells, {1, 0}, kHigh);
  const std::vector<double> shuffled = {9, 9, 9, 9, 0.1, 0.3, 0.2, 0.15};  // the selecting prompts do not matter
  add(cells, {0, 1}, shuffled, Part::null_value);
  add(cells, {1, 0}, {0.9, 0.8, 0.85, 0.95, 0.95, 0.89, 0.91, 0.9}, Part::null_value);
  const RunSummary summary = summarize(facts(NullKind::shuffled_tokens), cells, outcomes(1));
  const auto reported = [](const std::vector<double>& all) { return std::vector<double>(all.begin() + 4, all.end()); };
  EXPECT_THAT(of(summary, {0, 1}).p,
              Optional(DoubleNear(*paired_t_test(reported(kHigh), reported(shuffled), Tail::greater), 1e-12)));
  EXPECT_THAT(of(summary, {0, 1}).null_mean, Optional(DoubleNear(0.1875, 1e-12)));
  EXPECT_TRUE(of(summary, {0, 1}).present);
  EXPECT_GT(*of(summary, {1, 0}).p, 0.05) << "as high when shuffled";
  EXPECT_FALSE(of(summary, {1, 0}).present);
  EXPECT_EQ(of(summary, {0, 0}).p, std::nullopt);
}

// Effects: 2 layers of 3 heads.
RunFacts effect_facts(int n_heads = 3) {
  RunFacts run = facts(NullKind::other_heads);
  run.n_heads = n_heads;
  return run;
}

TEST(OtherHeadsNull, IsTheMedianOfTheOtherHeadsOfTheLayer) {
  std::vector<CellValue> cells;
  add(cells, {0, 0}, std::vector<double>(kPrompts, -0.1));
  add(cells, {0, 1}, {-2, -2.1, -1.9, -2, -2.2, -2, -1.8, -2});
  add(cells, {0, 2}, std::vector<double>(kPrompts, 0.3));
  for (int head = 0; head < 3; ++head) add(cells, {1, head}, std::vector<double>(kPrompts, 7));  // another layer
  const RunSummary summary = summarize(effect_facts(), cells, outcomes(1));
  EXPECT_THAT(of(summary, {0, 1}).null_mean, Optional(DoubleNear(0.1, 1e-12))) << "median of -0.1 and 0.3";
  EXPECT_THAT(of(summary, {0, 1}).score, Optional(DoubleNear(-2, 1e-12))) << "effects keep their sign";
  const std::vector<double> sizes = {2.2, 2, 1.8, 2}, control(4, 0.2);
  EXPECT_THAT(of(summary, {0, 1}).p, Optional(DoubleNear(*paired_t_test(sizes, control, Tail::greater), 1e-12)))
      << "sizes are compared";
  EXPECT_TRUE(of(summary, {0, 1}).present);
  for (const HeadId head : {HeadId{0, 0}, HeadId{0, 2}}) EXPECT_FALSE(of(summary, head).present) << to_string(head);
  for (int head = 0; head < 3; ++head) EXPECT_FALSE(of(summary, {1, head}).present) << "not beyond the others, however large";
}

TEST(OtherHeadsNull, NeedsTheSameSignInBothHalves) {
  for (const double selecting : {-2.0, 2.0}) {
    std::vector<CellValue> cells;
    for (const int head : {0, 2}) add(cells, {0, head}, std::vector<double>(kPrompts, 0.05));
    add(cells, {0, 1}, {selecting, selecting, selecting, selecting, -2, -2.1, -1.9, -2});
    const HeadResult& head = of(summarize(effect_facts(), cells, outcomes(1)), {0, 1});
    EXPECT_LE(*head.q, 0.05);
    EXPECT_EQ(head.present, selecting < 0);
  }
}

TEST(OtherHeadsNull, LeavesOutHeadsThatAreNotMeasured) {
  std::vector<CellValue> cells;
  add(cells, {0, 0}, std::vector<double>(kPrompts, 0.2));
  add(cells, {0, 1}, std::vector<double>(kPrompts, -2));
  const RunSummary summary = summarize(effect_facts(), cells, outcomes(1));
  EXPECT_THAT(of(summary, {0, 1}).null_mean, Optional(DoubleNear(0.2, 1e-12)));
  EXPECT_EQ(of(summary, {0, 2}).score, std::nullopt);
  EXPECT_EQ(of(summary, {0, 2}).p, std::nullopt);
}

TEST(OtherHeadsNull, OfLayersWithOneHeadIsTheOtherLayers) {
  std::vector<CellValue> cells;
  add(cells, {0, 0}, std::vector<double>(kPrompts, 0.2));
  add(cells, {1, 0}, std::vector<double>(kPrompts, -2));
  const RunSummary summary = summarize(effect_facts(1), cells, outcomes(1));
  EXPECT_THAT(of(summary, {1, 0}).null_mean, Optional(DoubleNear(0.2, 1e-12)));
  EXPECT_TRUE(of(summary, {1, 0}).present);
  EXPECT_FALSE(of(summary, {0, 0}).present);
}

TEST(Present, NeedsTheThresholdOnBothHalvesAndASmallQ) {
  struct Case {
    double selecting, reported;
    bool present;
  };
  for (const Case& c : {Case{0.9, 0.9, true}, Case{0.5, 0.5, true}, Case{0.49, 0.9, false}, Case{0.9, 0.49, false}}) {
    std::vector<CellValue> cells = one_high_head();
    for (CellValue& cell : cells)
      if (cell.part == Part::value && cell.head == HeadId{0, 1}) cell.value = cell.prompt < 4 ? c.selecting : c.reported;
    EXPECT_EQ(of(summarize(facts(NullKind::random_weights), cells, outcomes(1)), {0, 1}).present, c.present)
        << c.selecting << ", " << c.reported;
  }
  std::vector<CellValue> cells = one_high_head();
  for (CellValue& cell : cells)
    if (cell.part == Part::null_value && cell.head.layer == 1) cell.value = 1;  // random heads reach as high
  const HeadResult& head = of(summarize(facts(NullKind::random_weights), cells, outcomes(1)), {0, 1});
  EXPECT_GT(*head.q, 0.05);
  EXPECT_FALSE(head.present);
}

TEST(Present, IsSaidOfTheFirstOutputAloneAndOnlyWithAThreshold) {
  RunFacts run = facts(NullKind::random_weights);
  run.outputs.push_back(run.outputs.front());
  run.outputs[1].name = "second";
  std::vector<CellValue> cells = one_high_head();
  for (CellValue cell : one_high_head()) {
    cell.output = 1;
    cells.push_back(cell);
  }
  RunSummary summary = summarize(run, cells, outcomes(1));
  ASSERT_EQ(summary.heads.size(), 8u);
  EXPECT_TRUE(of(summary, {0, 1}, 0).present);
  EXPECT_FALSE(of(summary, {0, 1}, 1).present);
  EXPECT_EQ(of(summary, {0, 1}, 1).q, of(summary, {0, 1}, 0).q) << "each output is corrected for itself";
  run.outputs[0].threshold = std::nullopt;
  EXPECT_FALSE(of(summarize(run, cells, outcomes(1)), {0, 1}, 0).present);
}

TEST(Measurable, IsWhatTheModelSolves) {
  const RunSummary summary = summarize(facts(NullKind::random_weights), one_high_head(), outcomes(1));
  EXPECT_TRUE(summary.measurable);
  EXPECT_EQ(summary.why_not, "");
  EXPECT_THAT(summary.accuracy, Optional(1));
  EXPECT_THAT(summary.chance, Optional(0.25));
  EXPECT_THAT(summary.clean_metric, Optional(DoubleNear(-4.5, 1e-12)));
}

TEST(Measurable, IsNotWhatTheModelGuesses) {
  const RunSummary summary = summarize(facts(NullKind::random_weights), one_high_head(), outcomes(0.25));
  EXPECT_FALSE(summary.measurable);
  EXPECT_EQ(summary.why_not, "the model does not solve the task: accuracy 0.25 where guessing gives 0.25");
  EXPECT_FALSE(of(summary, {0, 1}).present);
  EXPECT_TRUE(of(summary, {0, 1}).score) << "the numbers stay";
}

TEST(Measurable, IsATaskWithoutAnswers) {
  std::vector<PromptOutcome> without;
  for (int p = 0; p < kPrompts; ++p) without.push_back({.prompt = p, .metric = -2, .accuracy = std::nullopt});
  const RunSummary summary = summarize(facts(NullKind::random_weights), one_high_head(), without);
  EXPECT_TRUE(summary.measurable);
  EXPECT_EQ(summary.accuracy, std::nullopt);
  EXPECT_EQ(summary.chance, std::nullopt);
  EXPECT_THAT(summary.clean_metric, Optional(-2));
  EXPECT_TRUE(of(summary, {0, 1}).present);
}

TEST(Summary, OfAnEffectHasTheUnitOfTheMetric) {
  RunFacts run = facts(NullKind::other_heads);
  run.outputs[0].unit = "metric";
  for (const auto& [metric, unit] :
       {std::pair("logit_difference", "logits"), std::pair("log_prob", "nats"), std::pair("probability", "1"),
        std::pair("rank", "ranks"), std::pair("accuracy", "1"), std::pair("kl", "nats")}) {
    run.metric = metric;
    const RunSummary summary = summarize(run, {}, {});
    EXPECT_EQ(summary.outputs.at(0).unit, unit);
    EXPECT_EQ(summary.metric_unit, unit);
    EXPECT_EQ(summary.metric, metric);
  }
  EXPECT_EQ(summarize(facts(NullKind::random_weights), {}, {}).outputs.at(0).unit, "share");
}

// Output 0 is the best of 1 and 2; no head has output 1.
TEST(BestOutput, IsComparedWithTheBestOfTheNullWhereAnOutputIsNeverMeasured) {
  RunFacts run = facts(NullKind::shuffled_tokens);
  run.outputs[0].best_of_first = 1;
  run.outputs[0].best_of_count = 2;
  for (const char* name : {"unmeasured", "measured"})
    run.outputs.push_back({.name = name, .doc = "d", .unit = "share", .min = -10, .max = 10, .threshold = {}, .threshold_source = ""});
  std::vector<CellValue> cells;
  for (const HeadId head : {HeadId{0, 0}, HeadId{0, 1}, HeadId{1, 0}, HeadId{1, 1}}) {
    add(cells, head, head == HeadId{0, 1} ? kHigh : kLow, Part::value, 0, 2);
    add(cells, head, kLow, Part::null_value, 0, 2);
  }
  const RunSummary summary = summarize(run, cells, outcomes(1));
  const HeadResult best = of(summary, {0, 1}), measured = of(summary, {0, 1}, 2);
  EXPECT_EQ(best.score, measured.score);
  EXPECT_EQ(best.null_mean, measured.null_mean);
  EXPECT_THAT(best.null_mean, Optional(DoubleNear(0.1025, 1e-9)));
  EXPECT_EQ(best.q, measured.q);
  EXPECT_TRUE(best.present);
  EXPECT_EQ(of(summary, {0, 1}, 1).score, std::nullopt);
}

// Output 3 is made of 1 and 2 over the prompts of each half.
RunFacts facts_with(Across across) {
  RunFacts run = facts(NullKind::random_weights);
  for (const char* name : {"x", "y", "made"})
    run.outputs.push_back({.name = name, .doc = "d", .unit = "1", .min = -10, .max = 10, .threshold = {}, .threshold_source = ""});
  run.outputs[3].across = across;
  return run;
}

TEST(AcrossPrompts, IsACorrelationOfEachHalfAndOfTheRandomModels) {
  const RunFacts run = facts_with({.kind = AcrossKind::correlation, .first = 1, .second = 2, .count = 1});
  std::vector<CellValue> cells;
  const HeadId head{0, 1};
  add(cells, head, {1, 2, 4, 7, 1, 2, 3, 4}, Part::value, 0, 1);
  add(cells, head, {2, 1, 5, 6, 8, 6, 4, 2}, Part::value, 0, 2);  // 0.894 in the selecting half, -1 in the reported one
  add(cells, head, {1, 2, 3, 4, 1, 2, 3, 4}, Part::null_value, 0, 1);
  add(cells, head, {0, 0, 0, 1, 1, 2, 3, 4}, Part::null_value, 0, 2);
  const RunSummary summary = summarize(run, cells, outcomes(1));
  const HeadResult made = of(summary, head, 3);
  EXPECT_THAT(made.selection_score, Optional(DoubleNear(0.8997354108424372, 1e-9)));
  EXPECT_THAT(made.score, Optional(DoubleNear(-1, 1e-9)));
  EXPECT_THAT(made.null_mean, Optional(DoubleNear(1, 1e-9)));
  EXPECT_EQ(made.n, 4);
  EXPECT_EQ(of(summary, {0, 0}, 3).score, std::nullopt) << "without values there is nothing to make";
}

TEST(AcrossPrompts, IsTheLeastOfOutputsByTheSelectingHalf) {
  const RunFacts run = facts_with({.kind = AcrossKind::least, .first = 1, .second = 1, .count = 2});
  std::vector<CellValue> cells;
  add(cells, {0, 1}, {1, 1, 1, 1, 5, 5, 5, 5}, Part::value, 0, 1);
  add(cells, {0, 1}, {2, 2, 2, 2, 3, 3, 3, 3}, Part::value, 0, 2);
  const HeadResult made = of(summarize(run, cells, outcomes(1)), {0, 1}, 3);
  EXPECT_THAT(made.selection_score, Optional(1));
  EXPECT_THAT(made.score, Optional(5));
}

TEST(Summary, OfNothingIsEmptyAndNotWrong) {
  const RunSummary summary = summarize(facts(NullKind::random_weights), {}, {});
  EXPECT_EQ(summary.clean_metric, std::nullopt);
  for (const HeadResult& head : summary.heads) {
    EXPECT_EQ(head.score, std::nullopt);
    EXPECT_THAT(head.null_values, IsEmpty());
  }
}

}  // namespace
}  // namespace headlight
