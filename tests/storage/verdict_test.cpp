#include "storage/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::key;
using example::rows;
using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

constexpr HeadId kFirstHead{.layer = 0, .head = 0}, kSecondHead{.layer = 0, .head = 1}, kThirdHead{.layer = 1, .head = 2};

TEST(Verdict, FollowsFromStatisticAndEffect) {
  EXPECT_EQ(decide_verdict(true, true, true), Verdict::confirmed);
  EXPECT_EQ(decide_verdict(true, false, true), Verdict::correlational);
  EXPECT_EQ(decide_verdict(false, true, true), Verdict::causal);
  EXPECT_EQ(decide_verdict(false, false, true), Verdict::absent);
  for (const bool statistic : {false, true})
    for (const bool effect : {false, true}) EXPECT_EQ(decide_verdict(statistic, effect, false), Verdict::not_measurable);
}

TEST(Verdict, IsReadInThreeSpellings) {
  for (const Verdict verdict : kVerdicts) EXPECT_EQ(parse_verdict(to_string(verdict)), verdict);
  EXPECT_EQ(parse_verdict("not-measurable"), Verdict::not_measurable);
  EXPECT_EQ(parse_verdict("not_measurable"), Verdict::not_measurable);
  EXPECT_EQ(parse_verdict("Confirmed"), std::nullopt);
}

struct VerdictTest : testing::Test {
  example::Folder folder;
  CatalogueWriter writer{folder / "a.db"};
  void SetUp() override { writer.put_model(example::model("tiny")); }

  void score(const RunSummary& summary, const std::string& family = "mover") {
    example::scan(writer, key("tiny", family, "score"), summary, {family});
  }
  void ablate(const RunSummary& summary, const std::string& method = "zero-ablation", const std::vector<std::string>& families = {"mover"}) {
    example::scan(writer, key("tiny", "", method), summary, families);
  }
  // The verdict of the three heads, the same on all detectors of the family.
  std::vector<std::string> verdicts(const std::string& family = "mover") {
    std::vector<std::string> words;
    for (const HeadId head : {kFirstHead, kSecondHead, kThirdHead}) {
      const auto found = rows(writer.connection(), "SELECT DISTINCT verdict FROM heads WHERE family = '" + family + "' AND head = '" + to_string(head) + "'");
      EXPECT_THAT(found, SizeIs(1));
      words.push_back(found.empty() ? "" : found[0]);
    }
    return words;
  }
};

TEST_F(VerdictTest, OfTheStatisticAloneIsCorrelationalOrAbsent) {
  score(example::summary({kFirstHead}));
  EXPECT_THAT(verdicts(), ElementsAre("correlational", "absent", "absent"));
}

TEST_F(VerdictTest, OfAnEffectAloneIsCausalOrAbsent) {
  ablate(example::summary({kSecondHead}));
  EXPECT_THAT(verdicts(), ElementsAre("absent", "causal", "absent"));
}

TEST_F(VerdictTest, OfBothIsConfirmed) {
  score(example::summary({kFirstHead, kThirdHead}));
  ablate(example::summary({kSecondHead, kThirdHead}));
  EXPECT_THAT(verdicts(), ElementsAre("correlational", "causal", "confirmed"));
}

TEST_F(VerdictTest, DoesNotDependOnTheOrderOfTheRuns) {
  ablate(example::summary({kSecondHead, kThirdHead}));
  score(example::summary({kFirstHead, kThirdHead}));
  EXPECT_THAT(verdicts(), ElementsAre("correlational", "causal", "confirmed"));
}

TEST_F(VerdictTest, TakesTheEffectOfAnyMethod) {
  score(example::summary({kFirstHead, kSecondHead}));
  ablate(example::summary({kFirstHead}));
  ablate(example::summary({kSecondHead, kThirdHead}), "activation-patching");
  EXPECT_THAT(verdicts(), ElementsAre("confirmed", "confirmed", "causal"));
}

TEST_F(VerdictTest, OfAnUnmeasurableStatisticIsNotMeasurableForEveryHead) {
  score(example::not_measurable());
  ablate(example::summary({kSecondHead}));
  EXPECT_THAT(verdicts(), Each("not measurable"));
  EXPECT_EQ(writer.connection().integer("SELECT count(*) FROM heads WHERE method = 'score' AND score IS NULL"), 6);
}

TEST_F(VerdictTest, OfAnUnmeasurableEffectIsNotMeasurableForEveryHead) {
  score(example::summary({kFirstHead}));
  ablate(example::not_measurable());
  EXPECT_THAT(verdicts(), Each("not measurable"));
}

TEST_F(VerdictTest, BelongsToTheFamily) {
  score(example::summary({kFirstHead}), "mover");
  score(example::summary({kSecondHead}), "copier");
  ablate(example::summary({kFirstHead, kSecondHead}), "zero-ablation", {"mover", "copier"});
  EXPECT_THAT(verdicts("mover"), ElementsAre("confirmed", "causal", "absent"));
  EXPECT_THAT(verdicts("copier"), ElementsAre("causal", "confirmed", "absent"));
}

TEST_F(VerdictTest, BelongsToTheTask) {
  score(example::summary({kFirstHead}));
  example::scan(writer, key("tiny", "", "zero-ablation", "acronyms"), example::summary({kFirstHead}), {"mover"});
  EXPECT_THAT(rows(writer.connection(), "SELECT task, verdict FROM heads WHERE head = 'L0H0' ORDER BY task"),
              ElementsAre("acronyms|causal", "ioi|correlational"));
}

TEST_F(VerdictTest, OfTheDetectorsFirstOutputOnly) {
  RunSummary summary = example::summary({kFirstHead});
  summary.outputs.push_back({.name = "second", .unit = "1", .doc = "", .threshold = std::nullopt, .threshold_source = ""});
  for (int i = 0; i < 6; ++i) {
    HeadResult other = summary.heads[static_cast<size_t>(i)];
    other.output = 1;
    other.present = true;
    summary.heads.push_back(other);
  }
  score(summary);
  EXPECT_THAT(verdicts(), ElementsAre("correlational", "absent", "absent"));
}

TEST_F(VerdictTest, IgnoresRunsThatAreNotDone) {
  score(example::summary({kFirstHead}));
  const RunKey run = key("tiny", "", "zero-ablation");
  writer.open_run(run);
  writer.put_detector(run.model, "mover", "zero-ablation", "ioi", run);
  writer.stop_run(run, RunStatus::failed, "plugin", "It crashed.");
  EXPECT_THAT(verdicts(), ElementsAre("correlational", "absent", "absent"));
  writer.open_run(run);
  writer.finish_run(run, example::summary({kFirstHead}));
  EXPECT_THAT(verdicts(), ElementsAre("confirmed", "absent", "absent"));
}

}  // namespace
}  // namespace headlight
