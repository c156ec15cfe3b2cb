// CatalogueWriter: what stands in each table afterwards.
#include "storage/catalogue_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using example::key;
using example::message_of;
using example::rows;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

struct WriterTest : testing::Test {
  example::Folder folder;
  CatalogueWriter writer{folder / "a.db"};
  std::vector<std::string> read(const std::string& sql) { return rows(writer.connection(), sql); }
};

TEST_F(WriterTest, KeepsAModel) {
  EXPECT_EQ(writer.put_model(example::model("tiny")), "tiny");
  EXPECT_THAT(read("SELECT name, path, architecture, dtype, n_layers, n_heads, n_kv_heads, d_model, d_head, vocab_size, n_ctx, n_parameters "
                   "FROM model"),
              ElementsAre("tiny|models/tiny|llama|bf16|2|3|1|12|4|100|64|12345"));
  EXPECT_THAT(read("SELECT added_at FROM model"),
              ElementsAre(MatchesRegex("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.[0-9][0-9][0-9]Z")));
}

TEST_F(WriterTest, KeepsWhatAModelDoesNotHaveAsNull) {
  ModelRecord model = example::model("tiny");
  model.tokenizer_hash.clear();
  model.n_ctx.reset();
  writer.put_model(model);
  EXPECT_THAT(read("SELECT tokenizer_hash, n_ctx FROM model"), ElementsAre("-|-"));
}

TEST_F(WriterTest, RefreshesAModelByItsFingerprint) {
  ModelRecord model = example::model("tiny");
  writer.put_model(model);
  model.path = "elsewhere";
  model.name = "renamed";
  EXPECT_EQ(writer.put_model(model), "renamed");
  EXPECT_THAT(read("SELECT name, path FROM model"), ElementsAre("renamed|elsewhere"));
}

TEST_F(WriterTest, KeepsTheLastSelfTestOfAModel) {
  const ModelRecord model = example::model("tiny");
  writer.put_model(model);
  writer.put_self_test(model.fingerprint, {.n_cases = 3, .logits = 0.5, .attention = 0.25});
  writer.put_self_test(model.fingerprint, {.n_cases = 2, .logits = 0.125, .attention = 0});
  EXPECT_THAT(read("SELECT n_cases, logits, attention FROM self_test"), ElementsAre("2|0.125|0.0"));
}

TEST_F(WriterTest, TellsTwoModelsOfOneNameApart) {
  ModelRecord other = example::model("tiny");
  other.fingerprint = "0123456789abcdef0123456789abcdef";
  writer.put_model(example::model("tiny"));
  EXPECT_EQ(writer.put_model(other), "tiny@01234567");
  EXPECT_EQ(writer.put_model(other), "tiny@01234567") << "the same again";
  other.fingerprint = "01234567ffffffffffffffffffffffff";
  EXPECT_EQ(writer.put_model(other), "tiny@01234567ffffffff") << "with the same beginning";
  EXPECT_EQ(writer.put_model(example::model("tiny")), "tiny");
}

TEST_F(WriterTest, RefusesAModelWithoutANameOrFingerprint) {
  EXPECT_THAT(message_of([&] { writer.put_model({}); }), HasSubstr("needs a name"));
}

TEST_F(WriterTest, KeepsEveryBuildOfAPlugin) {
  PluginRecord plugin{.kind = "family", .id = "induction", .version = "1.0.0", .build_id = "aa", .manifest = Json::object({{"id", "induction"}})};
  writer.put_plugin(plugin);
  writer.put_plugin(plugin);
  plugin.build_id = "bb";
  writer.put_plugin(plugin);
  EXPECT_THAT(read("SELECT kind, id, version, build_id, manifest ->> 'id' FROM plugin ORDER BY build_id"),
              ElementsAre("family|induction|1.0.0|aa|induction", "family|induction|1.0.0|bb|induction"));
}

TEST_F(WriterTest, KeepsEveryWordingOfATask) {
  TaskRecord task = example::task("ioi");
  writer.put_task(task);
  task.title = "Better title";
  writer.put_task(task);
  task.content_hash = "ff";
  writer.put_task(task);
  EXPECT_THAT(read("SELECT id, title, definition FROM task"), ElementsAre("ioi|Better title|{\"id\":\"ioi\"}", "ioi|Better title|{\"id\":\"ioi\"}"));
}

TEST_F(WriterTest, SharesPromptsBetweenModelsThatSeeTheSame) {
  writer.put_task(example::task("ioi"));
  std::vector<PromptRecord> prompts = example::prompts();
  for (const char* name : {"a", "b", "c"}) {
    writer.put_model(example::model(name));
    if (std::string(name) == "c") prompts[1].token_ids[0] = 99;
    writer.put_prompts(example::model(name).fingerprint, example::task("ioi").content_hash, 7, 4, prompts, {});
  }
  EXPECT_THAT(read("SELECT count(*) FROM prompt_set"), ElementsAre("2"));
  EXPECT_THAT(read("SELECT model.name, prompt_set FROM model_prompts JOIN model ON model.id = model ORDER BY 1"), ElementsAre("a|1", "b|1", "c|2"));
  EXPECT_THAT(read("SELECT \"index\", reported, token_ids, roles, answer FROM prompt WHERE prompt_set = 1 ORDER BY 1 LIMIT 2"),
              ElementsAre("0|0|[1,50,7]|{\"end\":[2,3]}|-", "1|1|[1,51,7]|{\"end\":[2,3]}|yes"));
}

TEST_F(WriterTest, ReplacesNoPrompts) {
  writer.put_model(example::model("a"));
  writer.put_task(example::task("ioi"));
  std::vector<PromptRecord> prompts = example::prompts();
  writer.put_prompts(example::model("a").fingerprint, example::task("ioi").content_hash, 7, 4, prompts, {});
  prompts[0].answer = "another";
  writer.put_prompts(example::model("a").fingerprint, example::task("ioi").content_hash, 7, 4, prompts, {});
  EXPECT_THAT(read("SELECT answer FROM prompt WHERE \"index\" = 0"), ElementsAre("-"));
}

TEST_F(WriterTest, KeepsEveryPartOfTheKeyOfARun) {
  writer.put_model(example::model("tiny"));
  writer.put_task(example::task("ioi"));
  const RunKey run = key("tiny", "name-mover", "score");
  writer.open_run(run);
  EXPECT_THAT(read("SELECT family, family_version, method, method_version, task, parameters, seed, n_prompts, engine_version, status FROM run"),
              ElementsAre("name-mover|1.0.0|score|2.0.0|ioi|{\"window\":3}|7|4|0.1.0|running"));
  EXPECT_THAT(read("SELECT hash, tokenizer, family_build, method_build, task_hash FROM run"),
              ElementsAre(run.hash() + "|" + run.tokenizer + "|" + run.family_build + "|" + run.method_build + "|" + run.task_hash));
}

TEST_F(WriterTest, KeepsNoFamilyAsNull) {
  writer.put_model(example::model("tiny"));
  writer.put_task(example::task("ioi"));
  writer.open_run(key("tiny", "", "zero-ablation"));
  EXPECT_THAT(read("SELECT family, family_version, family_build FROM run"), ElementsAre("-|-|-"));
}

TEST_F(WriterTest, KeepsTheResultsOfARun) {
  writer.put_model(example::model("tiny"));
  example::scan(writer, key("tiny", "name-mover", "score"), example::summary({{.layer = 1, .head = 2}}), {"name-mover"});
  EXPECT_THAT(read("SELECT status, seconds, measurable, why_not, metric, metric_unit, clean_metric, accuracy, accuracy_error, chance FROM run"),
              ElementsAre("done|1.5|1|-|logit_difference|logits|2.5|0.9|0.05|0.5"));
  EXPECT_THAT(read("SELECT \"index\", name, unit, doc, threshold, threshold_source FROM output"), ElementsAre("0|score|1|The score.|0.05|a paper"));
  EXPECT_THAT(read("SELECT n, score, ci_low, ci_high, null_mean, p, q, selection_score, present FROM head_result WHERE layer = 1 AND head = 2"),
              ElementsAre("2|0.12|0.11|0.13|0.001|0.02|0.04|0.125|1"));
  EXPECT_THAT(read("SELECT sum(present), count(*) FROM head_result"), ElementsAre("1|6"));
  EXPECT_THAT(read("SELECT hex(\"values\"), length(null_values) FROM head_values WHERE layer = 1 AND head = 0"),
              ElementsAre("CDCCCC3DCDCCCC3D0000C07FCDCCCC3D|16"));
}

TEST_F(WriterTest, KeepsMissingNumbersAsNull) {
  writer.put_model(example::model("tiny"));
  RunSummary summary = example::summary();
  summary.heads.resize(1);
  HeadResult& head = summary.heads[0];
  head.score = head.ci_low = head.ci_high = head.null_mean = head.p = head.q = head.selection_score = std::nullopt;
  head.null_values.clear();
  summary.clean_metric = summary.accuracy = summary.accuracy_error = summary.chance = std::nullopt;
  summary.outputs[0].threshold.reset();
  example::scan(writer, key("tiny", "name-mover", "score"), summary, {"name-mover"});
  EXPECT_THAT(read("SELECT score, ci_low, ci_high, null_mean, p, q, selection_score FROM head_result"), ElementsAre("-|-|-|-|-|-|-"));
  EXPECT_THAT(read("SELECT null_values FROM head_values"), ElementsAre("-"));
  EXPECT_THAT(read("SELECT clean_metric, accuracy, accuracy_error, chance FROM run"), ElementsAre("-|-|-|-"));
  EXPECT_THAT(read("SELECT threshold FROM output"), ElementsAre("-"));
}

TEST_F(WriterTest, DeletesStagedCellsWithTheEndOfTheRun) {
  writer.put_model(example::model("tiny"));
  writer.put_task(example::task("ioi"));
  const RunKey run = key("tiny", "", "zero-ablation");
  writer.open_run(run);
  const std::vector<CellValue> cells{{.head = {.layer = 0, .head = 1}, .prompt = 2, .value = 0.5}};
  writer.commit(run, cells);
  EXPECT_THAT(read("SELECT count(*) FROM cell"), ElementsAre("1"));
  writer.finish_run(run, example::summary());
  EXPECT_THAT(read("SELECT count(*) FROM cell"), ElementsAre("0"));
  writer.commit(run, cells);
  EXPECT_THAT(read("SELECT count(*) FROM cell"), ElementsAre("0")) << "values for a run that is done are left out";
}

TEST_F(WriterTest, KeepsWhyARunEnded) {
  writer.put_model(example::model("tiny"));
  writer.put_task(example::task("ioi"));
  const RunKey run = key("tiny", "", "zero-ablation");
  writer.open_run(run);
  writer.stop_run(run, RunStatus::failed, "out_of_memory", "9 GiB are needed, 8 GiB allowed.");
  EXPECT_THAT(read("SELECT status, error_code, error_message, ended_at IS NOT NULL FROM run"),
              ElementsAre("failed|out_of_memory|9 GiB are needed, 8 GiB allowed.|1"));
  writer.open_run(run);
  EXPECT_THAT(read("SELECT status, error_code, error_message, ended_at FROM run"), ElementsAre("running|-|-|-"));
}

TEST_F(WriterTest, StopsNoRunThatIsDone) {
  writer.put_model(example::model("tiny"));
  const RunKey run = key("tiny", "", "zero-ablation");
  example::scan(writer, run, example::summary(), {});
  writer.stop_run(run, RunStatus::interrupted, "cancelled", "Stopped.");
  EXPECT_THAT(read("SELECT status, error_code FROM run"), ElementsAre("done|-"));
  EXPECT_THAT(message_of([&] { writer.stop_run(run, RunStatus::done, "", ""); }), HasSubstr("not as done"));
}

TEST_F(WriterTest, SaysWhichCallIsMissing) {
  const RunKey run = key("tiny", "", "zero-ablation");
  EXPECT_THAT(message_of([&] { writer.commit(run, {}); }), AllOf(HasSubstr("internal: "), HasSubstr("open_run comes first")));
  EXPECT_THAT(message_of([&] { writer.open_run(run); }), HasSubstr("put_task comes first"));
  writer.put_task(example::task("ioi"));
  EXPECT_THAT(message_of([&] { writer.open_run(run); }), HasSubstr("put_model comes first"));
  EXPECT_THAT(read("SELECT count(*) FROM run"), ElementsAre("0"));
}

TEST_F(WriterTest, LinksOneRunToSeveralFamilies) {
  writer.put_model(example::model("tiny"));
  example::scan(writer, key("tiny", "", "zero-ablation"), example::summary(), {"name-mover", "induction"});
  EXPECT_THAT(read("SELECT family, method, task, run, measures_family FROM detector ORDER BY family"),
              ElementsAre("induction|zero-ablation|ioi|1|0", "name-mover|zero-ablation|ioi|1|0"));
  EXPECT_THAT(read("SELECT count(*) FROM detector_head"), ElementsAre("12"));
}

TEST_F(WriterTest, ReplacesTheRunOfADetector) {
  writer.put_model(example::model("tiny"));
  RunKey run = key("tiny", "name-mover", "score");
  example::scan(writer, run, example::summary({{.layer = 0, .head = 0}}), {"name-mover"});
  run.seed = 8;
  example::scan(writer, run, example::summary({{.layer = 1, .head = 1}, {.layer = 1, .head = 2}}), {"name-mover"});
  EXPECT_THAT(read("SELECT run FROM detector"), ElementsAre("2"));
  EXPECT_THAT(read("SELECT layer, head FROM detector_head WHERE verdict = 2 ORDER BY layer, head"), ElementsAre("1|1", "1|2"));
}

TEST_F(WriterTest, ShowsNothingOfADetectorWhoseRunIsNotDone) {
  writer.put_model(example::model("tiny"));
  RunKey run = key("tiny", "name-mover", "score");
  example::scan(writer, run, example::summary(), {"name-mover"});
  run.seed = 8;
  writer.open_run(run);
  writer.put_detector(run.model, "name-mover", "score", "ioi", run);
  EXPECT_THAT(read("SELECT * FROM detector_head"), IsEmpty());
  EXPECT_THAT(read("SELECT * FROM detector_summary"), IsEmpty());
  writer.finish_run(run, example::summary());
  EXPECT_THAT(read("SELECT * FROM detector_head"), SizeIs(6));
}

TEST_F(WriterTest, SumsUpTheHeadsOfADetector) {
  writer.put_model(example::model("tiny"));
  example::scan(writer, key("tiny", "name-mover", "score"), example::summary({{.layer = 1, .head = 1}, {.layer = 1, .head = 2}}), {"name-mover"});
  EXPECT_THAT(read("SELECT verdict, n_heads, n_scored, min_score, max_score FROM detector_summary ORDER BY verdict"),
              ElementsAre("2|2|2|0.11|0.12", "4|4|4|0.0|0.1"));
}

TEST_F(WriterTest, CountsWhatChangesTheCatalogue) {
  const auto n_changes = [&] { return writer.connection().integer("SELECT n FROM change"); };
  writer.put_model(example::model("tiny"));
  const RunKey run = key("tiny", "name-mover", "score");
  writer.put_task(example::task("ioi"));
  writer.open_run(run);
  const auto before = n_changes();
  writer.commit(run, {});
  EXPECT_EQ(n_changes(), before) << "a commit shows nowhere";
  writer.finish_run(run, example::summary());
  EXPECT_EQ(n_changes(), before + 1);
  writer.put_detector(run.model, "name-mover", "score", "ioi", run);
  EXPECT_EQ(n_changes(), before + 2);
  writer.put_detector(run.model, "name-mover", "score", "ioi", run);
  EXPECT_EQ(n_changes(), before + 2) << "nothing new";
}

}  // namespace
}  // namespace headlight
