// The views that people query with any SQLite client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::key;
using example::rows;
using testing::ElementsAre;
using testing::IsEmpty;

struct ViewsTest : testing::Test {
  example::Folder folder;
  CatalogueWriter writer{folder / "a.db"};
  std::vector<std::string> read(const std::string& sql) { return rows(writer.connection(), sql); }
  void SetUp() override { writer.put_model(example::model("tiny")); }
};

TEST_F(ViewsTest, HeadsHasThePromisedColumns) {
  EXPECT_THAT(read("SELECT name FROM pragma_table_info('heads')"),
              ElementsAre("model", "head", "layer", "index", "family", "method", "task", "score", "ci_low", "ci_high", "null_mean", "q", "n",
                          "threshold", "verdict", "run"));
}

TEST_F(ViewsTest, HeadsHasOneRowPerHeadAndDetector) {
  const RunKey scored = key("tiny", "mover", "score"), ablated = key("tiny", "", "zero-ablation");
  example::scan(writer, scored, example::summary({{.layer = 1, .head = 2}}), {"mover"});
  example::scan(writer, ablated, example::summary(), {"mover", "copier"});
  EXPECT_THAT(read("SELECT count(*) FROM heads"), ElementsAre("18"));
  EXPECT_THAT(read("SELECT * FROM heads WHERE head = 'L1H2' ORDER BY family, method"),
              ElementsAre("tiny|L1H2|1|2|copier|zero-ablation|ioi|0.12|0.11|0.13|0.001|0.04|2|0.05|absent|" + ablated.hash(),
                          "tiny|L1H2|1|2|mover|score|ioi|0.12|0.11|0.13|0.001|0.04|2|0.05|correlational|" + scored.hash(),
                          "tiny|L1H2|1|2|mover|zero-ablation|ioi|0.12|0.11|0.13|0.001|0.04|2|0.05|correlational|" + ablated.hash()));
}

TEST_F(ViewsTest, HeadsShowsWhatCouldNotBeMeasured) {
  const RunKey run = key("tiny", "mover", "score");
  example::scan(writer, run, example::not_measurable(), {"mover"});
  EXPECT_THAT(read("SELECT * FROM heads WHERE layer = 0 AND \"index\" = 1"),
              ElementsAre("tiny|L0H1|0|1|mover|score|ioi|-|-|-|-|-|-|0.05|not measurable|" + run.hash()));
}

TEST_F(ViewsTest, HeadOutputsHasTheOtherOutputs) {
  RunSummary summary = example::summary();
  summary.outputs.push_back({.name = "copying", .unit = "logits", .doc = "", .threshold = 1.5, .threshold_source = "guess"});
  HeadResult other = summary.heads[5];
  other.output = 1;
  other.score = 3.5;
  summary.heads.push_back(other);
  const RunKey run = key("tiny", "mover", "score");
  example::scan(writer, run, summary, {"mover"});
  EXPECT_THAT(read("SELECT * FROM head_outputs"),
              ElementsAre("tiny|L1H2|1|2|mover|score|ioi|copying|logits|3.5|0.11|0.13|0.001|0.04|2|1.5|absent|" + run.hash()));
  EXPECT_THAT(read("SELECT count(*) FROM heads"), ElementsAre("6"));
}

TEST_F(ViewsTest, EvidenceSetsStatisticAndEffectsSideBySide) {
  RunSummary effect = example::summary({{.layer = 1, .head = 2}});
  for (HeadResult& head : effect.heads) head.score = 2.5;
  const RunKey scored = key("tiny", "mover", "score"), ablated = key("tiny", "", "zero-ablation"), patched = key("tiny", "", "patching");
  example::scan(writer, scored, example::summary({{.layer = 1, .head = 2}}), {"mover"});
  example::scan(writer, ablated, effect, {"mover"});
  example::scan(writer, patched, example::summary(), {"mover"});
  EXPECT_THAT(read("SELECT model, family, task, layer, \"index\", verdict, statistic_method, statistic, statistic_present, effect_method, effect, "
                   "effect_present, statistic_run, effect_run FROM evidence WHERE head = 'L1H2' ORDER BY effect_method"),
              ElementsAre("tiny|mover|ioi|1|2|confirmed|score|0.12|1|patching|0.12|0|" + scored.hash() + "|" + patched.hash(),
                          "tiny|mover|ioi|1|2|confirmed|score|0.12|1|zero-ablation|2.5|1|" + scored.hash() + "|" + ablated.hash()));
}

TEST_F(ViewsTest, EvidenceShowsAStatisticWithoutAnEffect) {
  example::scan(writer, key("tiny", "mover", "score"), example::summary(), {"mover"});
  EXPECT_THAT(read("SELECT statistic_method, statistic, effect_method, effect FROM evidence WHERE head = 'L1H1'"), ElementsAre("score|0.11|-|-"));
}

TEST_F(ViewsTest, EvidenceShowsAnEffectWithoutAStatistic) {
  example::scan(writer, key("tiny", "", "zero-ablation"), example::summary(), {"mover"});
  EXPECT_THAT(read("SELECT statistic_method, statistic, effect_method, effect FROM evidence WHERE head = 'L1H1'"),
              ElementsAre("-|-|zero-ablation|0.11"));
}

TEST_F(ViewsTest, EvidenceHasARowForEveryHead) {
  example::scan(writer, key("tiny", "mover", "score"), example::summary(), {"mover"});
  example::scan(writer, key("tiny", "", "zero-ablation"), example::summary(), {"mover", "copier"});
  EXPECT_THAT(read("SELECT family, count(*) FROM evidence GROUP BY family ORDER BY family"), ElementsAre("copier|6", "mover|6"));
}

TEST_F(ViewsTest, RunsShowsEveryRun) {
  example::scan(writer, key("tiny", "mover", "score"), example::not_measurable(), {"mover"});
  const RunKey failed = key("tiny", "", "zero-ablation");
  writer.open_run(failed);
  writer.stop_run(failed, RunStatus::failed, "plugin", "It crashed.");
  EXPECT_THAT(read("SELECT model, family, method, task, status, measurable, accuracy, error_code, error_message, seed, n_prompts FROM runs "
                   "ORDER BY method"),
              ElementsAre("tiny|mover|score|ioi|done|0|0.51|-|-|7|4", "tiny|-|zero-ablation|ioi|failed|-|-|plugin|It crashed.|7|4"));
}

TEST_F(ViewsTest, ModelsSaysHowMuchIsKnown) {
  example::scan(writer, key("tiny", "mover", "score"), example::summary(), {"mover"});
  writer.open_run(key("tiny", "", "zero-ablation"));
  writer.put_model(example::model("other"));
  EXPECT_THAT(read("SELECT model, architecture, n_layers, n_heads, n_runs_done, n_runs_open, n_detectors FROM models ORDER BY model"),
              ElementsAre("other|llama|2|3|0|0|0", "tiny|llama|2|3|1|1|1"));
}

TEST_F(ViewsTest, AreEmptyWithoutRuns) {
  for (const char* view : {"heads", "head_outputs", "evidence", "runs"}) EXPECT_THAT(read(std::string("SELECT * FROM ") + view), IsEmpty());
}

}  // namespace
}  // namespace headlight
