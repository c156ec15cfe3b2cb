#include "core/host/job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/job_run.hpp"
#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;
using testing_support::message_of;

TEST(Job, ComesBackAsItWasSent) {
  Job job{.model = "/models/a model",
          .task = Json::object({{"id", "ioi"}}),
          .seed = 1234567890123,
          .n_prompts = 32,
          .n_threads = 3,
          .memory_bytes = std::int64_t{1} << 40,
          .wants_patterns = true,
          .runs = {}};
  job.runs.push_back(
      {.label = "induction / score / ioi",
       .family = "/plugins/induction.so",
       .method = "/plugins/score.so",
       .family_parameters = {0.1, -1e300},
       .method_parameters = {},
       .committed = {{.part = Part::null_value, .output = 1, .head = {2, 3}, .prompt = 4, .replicate = 2, .value = 0.3}}});
  job.runs.push_back({.label = "zero-ablation / ioi",
                      .family = "",
                      .method = "/plugins/zero-ablation.so",
                      .family_parameters = {},
                      .method_parameters = {2},
                      .committed = {}});
  job.runs.push_back({.label = "x",
                      .family = "",
                      .method = "/plugins/x.so",
                      .family_parameters = {},
                      .method_parameters = {},
                      .committed = std::vector<CellValue>(3, {.head = {1, 1}, .prompt = 9, .value = 1.5})});
  std::string blob;
  const Json json = parse_json(to_text(to_json(job, blob)));
  const Job back = job_from(json, blob);
  EXPECT_EQ(back.model, job.model);
  EXPECT_EQ(back.task, job.task);
  EXPECT_EQ(back.seed, job.seed);
  EXPECT_EQ(back.n_prompts, job.n_prompts);
  EXPECT_EQ(back.n_threads, job.n_threads);
  EXPECT_EQ(back.memory_bytes, job.memory_bytes);
  EXPECT_EQ(back.wants_patterns, job.wants_patterns);
  ASSERT_EQ(back.runs.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.runs[i].label, job.runs[i].label);
    EXPECT_EQ(back.runs[i].family, job.runs[i].family);
    EXPECT_EQ(back.runs[i].method, job.runs[i].method);
    EXPECT_EQ(back.runs[i].family_parameters, job.runs[i].family_parameters);
    EXPECT_EQ(back.runs[i].method_parameters, job.runs[i].method_parameters);
    EXPECT_EQ(back.runs[i].committed, job.runs[i].committed);
  }
}

TEST(Job, HalvesItsPromptsIntoSelectingAndReported) {
  const auto n_reported = [](int n) {
    int reported = 0;
    for (int p = 0; p < n; ++p) reported += is_reported(p, n);
    return reported;
  };
  EXPECT_EQ(n_reported(32), 16);
  EXPECT_EQ(n_reported(7), 4) << "the odd one is reported";
  EXPECT_FALSE(is_reported(0, 2));
  EXPECT_TRUE(is_reported(1, 2));
}

// ---- What a plugin may emit.

WorkerRun run_with_range(double min, double max) {
  WorkerRun run;
  run.method.info.id = "patching";
  run.method.info.outputs = {
      {.name = "effect", .doc = "", .unit = "", .min = min, .max = max, .threshold = {}, .threshold_source = ""}};
  return run;
}
std::string emitting(WorkerRun run, int output, double value) {
  return message_of([&] { run.emit(Part::value, 0, output, {3, 1}, 7, value); });
}

TEST(EmittedValue, IsKeptWithItsNames) {
  WorkerRun run = run_with_range(0, 1);
  run.emit(Part::null_value, 2, 0, {3, 1}, 7, 0.25);
  EXPECT_THAT(run.pending,
              testing::ElementsAre(
                  CellValue{.part = Part::null_value, .output = 0, .head = {3, 1}, .prompt = 7, .replicate = 2, .value = 0.25}));
}

TEST(EmittedValue, MustBeANumber) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(emitting(run_with_range(0, 1), 0, value),
              "patching gives effect of L3H1 on prompt 7 as a number that is none (NaN or infinite)");
}

TEST(EmittedValue, MustLieInItsDeclaredRange) {
  EXPECT_EQ(emitting(run_with_range(-1, 1), 0, 1.5),
            "patching gives effect of L3H1 on prompt 7 as 1.5, outside its declared range -1 to 1");
  EXPECT_EQ(emitting(run_with_range(-1, 1), 0, -1.001),
            "patching gives effect of L3H1 on prompt 7 as -1.001, outside its declared range -1 to 1");
  EXPECT_EQ(emitting(run_with_range(-1, 1), 0, 1), "no error");
}

TEST(EmittedValue, MayPassItsRangeByRounding) {
  EXPECT_EQ(emitting(run_with_range(0, 1), 0, 1 + 1e-6), "no error");
  EXPECT_EQ(emitting(run_with_range(0, 1e9), 0, -1e-6), "no error");
  EXPECT_THAT(emitting(run_with_range(0, 1e9), 0, -1e-3), HasSubstr("outside its declared range"));
}

TEST(EmittedValue, MustBelongToADeclaredOutput) {
  EXPECT_EQ(emitting(run_with_range(0, 1), 1, 0.5), "patching emits output 1 but declares 1");
  EXPECT_EQ(emitting(run_with_range(0, 1), -1, 0.5), "patching emits output -1 but declares 1");
}

}  // namespace
}  // namespace headlight
