// Which runs a scan consists of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/scan.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::message_of;

PluginInfo family(const std::string& id, std::vector<std::string> tasks) {
  PluginInfo plugin;
  plugin.id = id;
  plugin.version = "1.0.0";
  plugin.build_id = "build-of-" + id;
  plugin.kind = PluginKind::family;
  plugin.tasks = std::move(tasks);
  plugin.parameters = {{.name = "offset", .doc = "", .is_integer = true, .default_value = 1, .min = 0, .max = 4}};
  return plugin;
}

PluginInfo method(const std::string& id, bool measures_family) {
  PluginInfo plugin = family(id, {});
  plugin.kind = PluginKind::method;
  plugin.measures_family = measures_family;
  plugin.parameters.clear();
  return plugin;
}

Task task(const std::string& id) {
  Task task;
  task.id = id;
  task.content_hash = "hash-of-" + id;
  task.definition = Json::object({{"id", id}});
  return task;
}

class ScanPlanTest : public testing::Test {
 protected:
  void SetUp() override {
    testing_support::tiny_gpt2().write(folder / "gpt2");
    testing_support::tiny_llama().write(folder / "llama");
    request.models = {{"gpt2", folder / "gpt2"}};
  }
  std::vector<std::string> runs() const {
    std::vector<std::string> names;
    for (const PlannedJob& job : plan_scan(request, plugins, tasks).jobs)
      for (const PlannedRun& run : job.runs) {
        std::string families;
        for (const PluginInfo* each : run.families) families += " " + each->id;
        names.push_back(run.names.model + " " + run.names.task + " " + run.names.method + " <" + run.names.family + ">" +
                        families);
      }
    return names;
  }
  testing_support::TemporaryFolder folder;
  ScanRequest request;
  PluginIndex plugins{.families = {family("induction", {"random"}), family("mover", {"ioi", "random"})},
                      .methods = {method("score", true), method("zero", false)},
                      .problems = {}};
  std::vector<Task> tasks = {task("ioi"), task("random"), task("unused")};
};

TEST_F(ScanPlanTest, RunsAMeasuringMethodPerFamilyAndAnotherOncePerTask) {
  EXPECT_THAT(runs(),
              ElementsAre("gpt2 ioi score <mover> mover", "gpt2 ioi zero <> mover", "gpt2 random score <induction> induction",
                          "gpt2 random score <mover> mover", "gpt2 random zero <> induction mover"));
}

TEST_F(ScanPlanTest, KeepsToWhatWasChosen) {
  request.families = {"mover"};
  request.tasks = {"random"};
  request.methods = {"score"};
  EXPECT_THAT(runs(), ElementsAre("gpt2 random score <mover> mover"));
}

TEST_F(ScanPlanTest, PutsAFamilyOnAForeignTaskOnlyWhenBothWereNamed) {
  request.methods = {"score"};
  request.tasks = {"ioi"};
  EXPECT_THAT(runs(), ElementsAre("gpt2 ioi score <mover> mover"));
  request.families = {"induction"};
  EXPECT_THAT(runs(), ElementsAre("gpt2 ioi score <induction> induction"));
}

TEST_F(ScanPlanTest, RefusesWhatLeavesNothingToDo) {
  request.tasks = {"unused"};
  EXPECT_EQ(message_of([&] { runs(); }),
            "nothing to do: no chosen family is looked for on a chosen task; see `headlight plugins`");
}

TEST_F(ScanPlanTest, NamesWhatThereIsWhenAChoiceIsUnknown) {
  request.tasks = {"oio"};
  EXPECT_EQ(message_of([&] { runs(); }), "there is no task \"oio\"; there are ioi, random, unused");
  request.tasks = {};
  request.families = {"mouver"};
  EXPECT_THAT(message_of([&] { runs(); }), HasSubstr("there is no family \"mouver\"; did you mean mover? There are induction, mover"));
  request.families = {};
  request.methods = {"one"};
  EXPECT_THAT(message_of([&] { runs(); }), HasSubstr("there is no method \"one\"; there are score, zero"));
}

TEST_F(ScanPlanTest, TakesTheSameWeightsUnderTwoNamesOnce) {
  request.models.push_back({"again", folder / "gpt2"});
  request.models.push_back({"llama", folder / "llama"});
  request.methods = {"zero"};
  request.tasks = {"ioi"};
  EXPECT_THAT(runs(), ElementsAre("gpt2 ioi zero <> mover", "llama ioi zero <> mover"));
}

TEST_F(ScanPlanTest, ReportsAModelThatCannotBeOpenedAndPlansTheOthers) {
  fs::remove(folder / "llama/model.safetensors");
  request.models.insert(request.models.begin(), {"llama", folder / "llama"});
  const ScanPlan plan = plan_scan(request, plugins, tasks);
  ASSERT_EQ(plan.problems.size(), 1u);
  EXPECT_THAT(plan.problems[0], testing::StartsWith((folder / "llama").string()));
  ASSERT_EQ(plan.models.size(), 1u);
  EXPECT_EQ(plan.models[0].name, "gpt2");
}

TEST_F(ScanPlanTest, PutsAllThatANumberDependsOnIntoTheKey) {
  const auto key = [&] { return plan_scan(request, plugins, tasks).jobs.at(0).runs.at(0).key.hash(); };
  const std::string before = key();
  EXPECT_EQ(key(), before);
  std::vector<std::string> hashes = {before};
  const auto changed = [&](auto change) {
    const ScanRequest request_before = request;
    const PluginIndex plugins_before = plugins;
    const std::vector<Task> tasks_before = tasks;
    change();
    hashes.push_back(key());
    request = request_before;
    plugins = plugins_before;
    tasks = tasks_before;
  };
  changed([&] { request.seed = 1; });
  changed([&] { request.n_prompts = 33; });
  changed([&] { request.models = {{"llama", folder / "llama"}}; });
  changed([&] { plugins.families[1].version = "1.0.1"; });
  changed([&] { plugins.families[1].build_id = "another"; });
  changed([&] { plugins.families[1].parameters[0].default_value = 2; });
  changed([&] { plugins.methods[0].version = "1.0.1"; });
  changed([&] { plugins.methods[0].build_id = "another"; });
  changed([&] { tasks[0].content_hash = "another"; });
  EXPECT_EQ(std::set<std::string>(hashes.begin(), hashes.end()).size(), hashes.size()) << "each of them makes another run";
  const std::string same = [&] {
    request.n_threads = 7;
    request.memory_bytes = 1 << 30;
    request.silence = std::chrono::seconds(3);
    plugins.families[1].path = "/elsewhere/mover.so";
    return key();
  }();
  EXPECT_EQ(same, before) << "how it is computed is not part of what it is";
}

}  // namespace
}  // namespace headlight
