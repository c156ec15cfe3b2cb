// What a scan that is taken up again finds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;

// In the order of committed().
std::vector<CellValue> some_cells() {
  return {{.part = Part::value, .output = 0, .head = {.layer = 0, .head = 1}, .prompt = 0, .value = 0.1},
          {.part = Part::value, .output = 0, .head = {.layer = 0, .head = 1}, .prompt = 2, .value = -1e300},
          {.part = Part::value, .output = 0, .head = {.layer = 1, .head = 0}, .prompt = 1, .value = 5e-324},
          {.part = Part::value, .output = 1, .head = {.layer = 0, .head = 0}, .prompt = 0, .value = 1.0 / 3},
          {.part = Part::null_value, .output = 0, .head = {.layer = 0, .head = 0}, .prompt = 3, .replicate = 0, .value = 2},
          {.part = Part::null_value, .output = 0, .head = {.layer = 0, .head = 0}, .prompt = 1, .replicate = 1, .value = 3}};
}

struct ResumeTest : testing::Test {
  example::Folder folder;
  RunKey run = example::key("tiny", "", "zero-ablation");
  std::unique_ptr<CatalogueWriter> writer;

  void SetUp() override {
    reopen();
    writer->put_model(example::model("tiny"));
    writer->put_task(example::task("ioi"));
  }
  void reopen() {
    writer.reset();
    writer = std::make_unique<CatalogueWriter>(folder / "a.db");
  }
};

TEST_F(ResumeTest, ANewRunHasNothing) {
  const RunProgress progress = writer->open_run(run);
  EXPECT_FALSE(progress.existed);
  EXPECT_EQ(progress.status, RunStatus::running);
  EXPECT_THAT(writer->committed(run), IsEmpty());
  EXPECT_THAT(writer->committed_outcomes(run), IsEmpty());
}

TEST_F(ResumeTest, CommittedValuesComeBackInOrder) {
  writer->open_run(run);
  std::vector<CellValue> cells = some_cells();
  std::swap(cells[0], cells[4]);
  writer->commit(run, std::span(cells).first(3));
  writer->commit(run, std::span(cells).subspan(3));
  reopen();
  const RunProgress progress = writer->open_run(run);
  EXPECT_TRUE(progress.existed);
  EXPECT_EQ(progress.status, RunStatus::running);
  EXPECT_THAT(writer->committed(run), ElementsAreArray(some_cells()));
}

TEST_F(ResumeTest, AValueThatIsThereStays) {
  writer->open_run(run);
  writer->commit(run, some_cells());
  std::vector<CellValue> again = some_cells();
  for (CellValue& cell : again) cell.value += 1;
  writer->commit(run, again);
  EXPECT_THAT(writer->committed(run), ElementsAreArray(some_cells()));
}

TEST_F(ResumeTest, NotANumberComesBackAsSuch) {
  writer->open_run(run);
  const std::vector<CellValue> cells{{.head = {}, .value = std::numeric_limits<double>::quiet_NaN()}, {.head = {}, .prompt = 1, .value = std::numeric_limits<double>::infinity()}};
  writer->commit(run, cells);
  ASSERT_EQ(writer->committed(run).size(), 2u);
  EXPECT_TRUE(std::isnan(writer->committed(run)[0].value));
  EXPECT_TRUE(std::isinf(writer->committed(run)[1].value));
}

TEST_F(ResumeTest, OutcomesComeBackInOrder) {
  writer->open_run(run);
  const std::vector<PromptOutcome> outcomes{{.prompt = 2, .metric = 1.5, .accuracy = 1.0}, {.prompt = 0, .metric = -0.5, .accuracy = std::nullopt}};
  writer->commit_outcomes(run, outcomes);
  writer->commit_outcomes(run, outcomes);
  reopen();
  const std::vector<PromptOutcome> found = writer->committed_outcomes(run);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].prompt, 0);
  EXPECT_EQ(found[0].metric, -0.5);
  EXPECT_FALSE(found[0].accuracy);
  EXPECT_EQ(found[1].accuracy, 1.0);
}

TEST_F(ResumeTest, AFailedRunBeginsAgainWithWhatItHad) {
  writer->open_run(run);
  writer->commit(run, some_cells());
  writer->stop_run(run, RunStatus::failed, "plugin", "It crashed.");
  reopen();
  EXPECT_EQ(writer->open_run(run).status, RunStatus::failed);
  EXPECT_THAT(writer->committed(run), ElementsAreArray(some_cells()));
  reopen();
  EXPECT_EQ(writer->open_run(run).status, RunStatus::running);
}

TEST_F(ResumeTest, ARunThatIsDoneStaysDone) {
  example::scan(*writer, run, example::summary(), {"induction"});
  reopen();
  const RunProgress progress = writer->open_run(run);
  EXPECT_TRUE(progress.existed);
  EXPECT_EQ(progress.status, RunStatus::done);
  EXPECT_EQ(writer->open_run(run).status, RunStatus::done);
  EXPECT_EQ(writer->connection().integer("SELECT count(*) FROM head_result"), 6);
}

TEST_F(ResumeTest, OtherKeysAreOtherRuns) {
  writer->open_run(run);
  writer->commit(run, some_cells());
  RunKey other = run;
  other.engine_version = "0.2.0";
  EXPECT_FALSE(writer->open_run(other).existed);
  EXPECT_THAT(writer->committed(other), IsEmpty());
  writer->finish_run(other, example::summary());
  EXPECT_THAT(writer->committed(run), ElementsAreArray(some_cells())) << "the end of one run leaves the other's cells alone";
}

TEST_F(ResumeTest, ASecondWriterTakesTheRunUp) {
  writer->open_run(run);
  writer->commit(run, some_cells());
  CatalogueWriter second(folder / "a.db");
  EXPECT_TRUE(second.open_run(run).existed);
  EXPECT_THAT(second.committed(run), ElementsAreArray(some_cells()));
  second.finish_run(run, example::summary());
  writer->commit(run, some_cells());
  EXPECT_EQ(writer->open_run(run).status, RunStatus::done);
  EXPECT_EQ(writer->connection().integer("SELECT count(*) FROM cell"), 0);
}

}  // namespace
}  // namespace headlight
