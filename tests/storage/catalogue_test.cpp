// Catalogue: models, plugins, tasks, runs, detectors.
#include "storage/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

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

struct CatalogueTest : testing::Test {
  example::Folder folder;
  CatalogueWriter writer{folder / "a.db"};
  std::unique_ptr<Catalogue> catalogue;
  void SetUp() override {
    for (const char* name : {"tiny", "gpt2"}) writer.put_model(example::model(name));
    catalogue = std::make_unique<Catalogue>(folder / "a.db");
  }
};

template <typename Rows, typename Name>
std::vector<std::string> names(const Rows& rows, Name name) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.push_back(name(row));
  return all;
}

TEST_F(CatalogueTest, GivesModelsAsTheyWerePut) {
  EXPECT_THAT(names(catalogue->models(), [](const ModelRow& row) { return row.record.name; }), ElementsAre("gpt2", "tiny"));
  const ModelRow row = catalogue->model("tiny");
  const ModelRecord put = example::model("tiny");
  EXPECT_EQ(row.record.fingerprint, put.fingerprint);
  EXPECT_EQ(row.record.tokenizer_hash, put.tokenizer_hash);
  EXPECT_EQ(row.record.n_layers, put.n_layers);
  EXPECT_EQ(row.record.n_kv_heads, put.n_kv_heads);
  EXPECT_EQ(row.record.d_head, put.d_head);
  EXPECT_EQ(row.record.n_ctx, put.n_ctx);
  EXPECT_EQ(row.record.n_parameters, put.n_parameters);
  EXPECT_EQ(row.record.dtype, put.dtype);
  EXPECT_EQ(catalogue->model(put.fingerprint).record.name, "tiny");
}

TEST_F(CatalogueTest, GivesTheSelfTestOfAModelThatHasOne) {
  const std::string tiny = example::model("tiny").fingerprint;
  writer.put_self_test(tiny, {.n_cases = 3, .logits = 0.5, .attention = 0.25});
  EXPECT_FALSE(catalogue->model("gpt2").self_test);
  const auto test = catalogue->model("tiny").self_test;
  ASSERT_TRUE(test);
  EXPECT_EQ(test->n_cases, 3);
  EXPECT_EQ(test->logits, 0.5);
  EXPECT_EQ(test->attention, 0.25);
}

TEST_F(CatalogueTest, SaysWhichModelsThereAre) {
  EXPECT_EQ(message_of([&] { catalogue->model("tony"); }),
            "not_found: the catalogue " + (folder / "a.db").string() + " has no model 'tony'; did you mean tiny? There are gpt2, tiny");
  for (int i = 0; i < 20; ++i) writer.put_model(example::model("m" + std::to_string(i)));
  EXPECT_THAT(message_of([&] { catalogue->model("tony"); }), HasSubstr("m0, m1, m10, m11, m12, m13, m14, m15, m16 and 12 more"));
}

TEST_F(CatalogueTest, GivesPluginsAndTasksWithTheNewestFirst) {
  writer.put_plugin({.kind = "method", .id = "score", .version = "1.0.0", .build_id = "aa", .manifest = Json::object({{"a", 1}})});
  writer.put_plugin({.kind = "family", .id = "mover", .version = "1.0.0", .build_id = "bb", .manifest = Json::object()});
  EXPECT_THAT(names(catalogue->plugins(), [](const PluginRow& row) { return row.record.kind + " " + row.record.id; }),
              ElementsAre("family mover", "method score"));
  EXPECT_EQ(catalogue->plugins()[1].record.manifest.at("a").as_integer(), 1);

  writer.put_task(example::task("ioi"));
  usleep(2000);
  TaskRecord newer = example::task("ioi");
  newer.content_hash = "ffff";
  newer.title = "Newer";
  writer.put_task(newer);
  writer.put_task(example::task("acronyms"));
  EXPECT_THAT(names(catalogue->tasks(), [](const TaskRow& row) { return row.record.title; }), ElementsAre("Task acronyms", "Newer", "Task ioi"));
  EXPECT_EQ(catalogue->task("ioi").record.title, "Newer");
  EXPECT_EQ(catalogue->task(example::task("ioi").content_hash).record.title, "Task ioi");
  EXPECT_THAT(message_of([&] { catalogue->task("iou"); }), AllOf(StartsWith("not_found: "), HasSubstr("has no task 'iou'; did you mean ioi? There are acronyms, ioi")));
}

TEST_F(CatalogueTest, GivesRunsWithTheNewestFirst) {
  example::scan(writer, key("tiny", "mover", "score"), example::summary(), {"mover"});
  example::scan(writer, key("gpt2", "mover", "score"), example::summary(), {"mover"});
  example::scan(writer, key("tiny", "", "zero-ablation"), example::summary(), {"mover", "copier"});
  const auto methods = [&](const RunQuery& query) {
    return names(catalogue->runs(query).rows, [](const RunRow& row) { return row.model + " " + row.key.method; });
  };
  EXPECT_THAT(methods({}), ElementsAre("tiny zero-ablation", "gpt2 score", "tiny score"));
  EXPECT_THAT(methods({.model = "tiny"}), ElementsAre("tiny zero-ablation", "tiny score"));
  EXPECT_THAT(methods({.family = "copier"}), ElementsAre("tiny zero-ablation")) << "a run without a family answers for it";
  EXPECT_THAT(methods({.method = "score"}), ElementsAre("gpt2 score", "tiny score"));
  EXPECT_THAT(methods({.task = "acronyms"}), IsEmpty());
  EXPECT_THAT(methods({.status = RunStatus::failed}), IsEmpty());
  EXPECT_THAT(methods({.limit = 1, .offset = 1}), ElementsAre("gpt2 score"));
  EXPECT_EQ(catalogue->runs({.limit = 1}).total, 3);
  EXPECT_THAT(message_of([&] { catalogue->runs({.offset = -1}); }), HasSubstr("must be 0 or more"));
}

TEST_F(CatalogueTest, GivesTheKeyOfARunBack) {
  for (const char* family : {"mover", ""}) {
    const RunKey put = key("tiny", family, "score");
    example::scan(writer, put, example::summary(), {"mover"});
    const RunDetail run = catalogue->run(put.hash());
    EXPECT_EQ(run.row.key.hash(), put.hash());
    EXPECT_EQ(run.row.run, put.hash());
    EXPECT_EQ(run.row.key.parameters, put.parameters);
  }
}

TEST_F(CatalogueTest, GivesARunInFull) {
  const RunKey run = key("tiny", "", "zero-ablation");
  writer.put_task(example::task("ioi"));
  writer.open_run(run);
  writer.commit(run, std::vector<CellValue>{{.head = {}, .value = 1}, {.head = {}, .prompt = 1, .value = 1}});
  writer.commit_outcomes(run, std::vector<PromptOutcome>{{.prompt = 1, .metric = 2, .accuracy = std::nullopt}});
  RunDetail detail = catalogue->run(run.hash());
  EXPECT_EQ(detail.row.status, RunStatus::running);
  EXPECT_EQ(detail.n_cells, 2);
  EXPECT_EQ(detail.row.measurable, std::nullopt);
  EXPECT_THAT(detail.outputs, IsEmpty());

  writer.finish_run(run, example::not_measurable());
  writer.put_detector(run.model, "mover", "zero-ablation", "ioi", run);
  detail = catalogue->run(run.hash());
  EXPECT_EQ(detail.row.status, RunStatus::done);
  EXPECT_EQ(detail.n_cells, 0);
  EXPECT_EQ(detail.row.measurable, false);
  EXPECT_THAT(detail.row.why_not, HasSubstr("0.51"));
  EXPECT_EQ(detail.row.accuracy, 0.51);
  EXPECT_EQ(detail.row.seconds, 1.5);
  ASSERT_EQ(detail.outputs.size(), 1u);
  EXPECT_EQ(detail.outputs[0].threshold, 0.05);
  EXPECT_EQ(detail.outputs[0].threshold_source, "a paper");
  ASSERT_EQ(detail.outcomes.size(), 1u);
  EXPECT_EQ(detail.outcomes[0].metric, 2);
  EXPECT_THAT(detail.answers, ElementsAre(DetectorName{"tiny", "mover", "zero-ablation", "ioi"}));
}

TEST_F(CatalogueTest, SaysWhatARunTookOfTheModel) {
  RunSummary watched = example::summary(), edited = example::summary();
  watched.work = {.forwards = 16, .forwards_shared = 12};
  edited.work = {.rows = 600, .rows_full = 2400};
  const RunKey score = key("tiny", "mover", "score"), ablation = key("tiny", "", "zero-ablation");
  example::scan(writer, score, watched, {"mover"});
  example::scan(writer, ablation, edited, {"mover"});
  const RunWork family = catalogue->run(score.hash()).row.work, method = catalogue->run(ablation.hash()).row.work;
  EXPECT_EQ(family.forwards, 16);
  EXPECT_EQ(family.forwards_shared, 12);
  EXPECT_EQ(family.rows, std::nullopt);
  EXPECT_EQ(method.forwards, std::nullopt);
  EXPECT_EQ(method.rows, 600);
  EXPECT_EQ(method.rows_full, 2400);
}

TEST_F(CatalogueTest, FindsARunByTheBeginningOfItsHash) {
  const RunKey run = key("tiny", "", "zero-ablation");
  example::scan(writer, run, example::summary(), {});
  EXPECT_EQ(catalogue->run(run.hash().substr(0, 6)).row.run, run.hash());
  EXPECT_THAT(message_of([&] { catalogue->run(run.hash().substr(0, 5)); }), AllOf(StartsWith("bad_input: "), HasSubstr("at least 6 digits")));
  EXPECT_THAT(message_of([&] { catalogue->run("zzzzzz"); }), AllOf(StartsWith("not_found: "), HasSubstr("has no run 'zzzzzz'")));
  EXPECT_THAT(message_of([&] { catalogue->run("______"); }), StartsWith("not_found: "));
}

TEST_F(CatalogueTest, RefusesABeginningThatSeveralRunsShare) {
  example::scan(writer, key("tiny", "", "zero-ablation"), example::summary(), {});
  example::scan(writer, key("tiny", "", "mean-ablation"), example::summary(), {});
  writer.connection().execute("UPDATE run SET hash = 'abcdef' || substr(hash, 7)");
  EXPECT_THAT(message_of([&] { catalogue->run("abcdef"); }), AllOf(StartsWith("bad_input: "), HasSubstr("is the beginning of several runs")));
}

TEST_F(CatalogueTest, ListsDetectorsWithTheirVerdicts) {
  example::scan(writer, key("tiny", "mover", "score"), example::summary({{.layer = 1, .head = 2}}), {"mover"});
  example::scan(writer, key("tiny", "", "zero-ablation"), example::summary(), {"mover", "copier"});
  const RunKey open = key("tiny", "", "patching");
  writer.open_run(open);
  writer.put_detector(open.model, "mover", "patching", "ioi", open);
  const auto rows = catalogue->detectors({});
  EXPECT_THAT(names(rows, [](const DetectorRow& row) { return row.name.family + " " + row.name.method; }),
              ElementsAre("copier zero-ablation", "mover patching", "mover score", "mover zero-ablation"));
  EXPECT_THAT(rows[1].n_heads, IsEmpty());
  EXPECT_EQ(rows[1].status, RunStatus::running);
  EXPECT_THAT(rows[2].n_heads, ElementsAre(std::pair(Verdict::correlational, 1), std::pair(Verdict::absent, 5)));
  EXPECT_TRUE(rows[2].measures_family);
  EXPECT_FALSE(rows[3].measures_family);
  EXPECT_DOUBLE_EQ(rows[2].max_score.value(), 0.12);
  EXPECT_LE(rows[2].min_score.value(), 0.12);
  EXPECT_EQ(catalogue->detectors({.model = "tiny", .family = "copier"}).size(), 1u);
  EXPECT_THAT(catalogue->detectors({.model = "gpt2"}), IsEmpty());
}

}  // namespace
}  // namespace headlight
