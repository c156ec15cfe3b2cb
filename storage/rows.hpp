// What the catalogue gives out, apart from heads. Times are UTC, ISO 8601; "" or nothing where there is no value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/results.hpp"
#include "storage/verdict.hpp"

namespace headlight {

struct ModelRow {
  ModelRecord record;
  std::string added_at, seen_at;
  int n_runs_done = 0, n_runs_open = 0, n_detectors = 0;
  std::optional<SelfTest> self_test;  // none where the model brought no reference
};

struct PluginRow {
  PluginRecord record;
  std::string seen_at;
};

struct TaskRow {
  TaskRecord record;
  std::string seen_at;
};

struct RunRow {
  std::string run;    // hash of the key
  std::string model;  // name; key.model is its fingerprint
  RunKey key;
  RunStatus status = RunStatus::running;
  std::string started_at;
  std::string updated_at;  // last sign of life: a running run whose time is old has been killed
  std::string ended_at;
  std::optional<double> seconds;
  std::string error_code, error_message;
  std::optional<bool> measurable;  // none until done
  std::string why_not;
  std::string metric, metric_unit;
  std::optional<double> clean_metric, accuracy, accuracy_error, chance;
  RunWork work;
  std::optional<int> n_kept;            // prompts that passed the task's filters; none before they were made
  std::optional<PromptMaking> making;   // none before they were made, or where an older program made them
};

struct RunQuery {
  std::string model = {}, family = {}, method = {}, task = {};  // exact; "" is any
  std::optional<RunStatus> status = {};
  std::optional<std::int64_t> limit = 100;
  std::int64_t offset = 0;
};

struct RunPage {
  std::vector<RunRow> rows;  // newest first
  std::int64_t total = 0;
};

// (model, family, method, task): what is asked of a model.
struct DetectorName {
  std::string model = {}, family = {}, method = {}, task = {};
  auto operator<=>(const DetectorName&) const = default;
};

struct DetectorRow {
  DetectorName name;
  std::string run;
  RunStatus status = RunStatus::running;
  bool measures_family = false;  // its numbers are the family's statistic; otherwise effects of editing the head
  std::map<Verdict, int> n_heads = {};  // none until done
  std::optional<double> min_score = {}, max_score = {};
};

struct RunDetail {
  RunRow row;
  std::vector<OutputRecord> outputs;
  std::vector<PromptOutcome> outcomes;
  std::vector<DetectorName> answers;  // which detectors it answers for
  std::int64_t n_cells = 0;           // numbers committed so far; 0 when done
};

// Numbers of all heads of one detector; NaN where there is none. [layer, head]
struct Grid {
  DetectorName name;
  std::string run;
  OutputRecord output;
  int n_layers = 0, n_heads = 0;
  std::vector<float> score = {}, ci_low = {}, ci_high = {}, null_mean = {}, q = {}, selection_score = {};
  std::vector<bool> present = {};
  std::vector<Verdict> verdict = {};
};

struct OutputEvidence {
  OutputRecord output;
  HeadResult result;  // with the value of every prompt
};

struct DetectorEvidence {
  DetectorName name;
  bool measures_family = false;
  Verdict verdict = Verdict::absent;
  RunRow run;
  std::vector<OutputEvidence> outputs;
};

// All that is known of one head.
struct HeadEvidence {
  ModelRow model;
  HeadId head;
  std::vector<DetectorEvidence> detectors;  // by family, task; the family's statistic before the effects, then by method
};

// Which prompts of a task: those of one seed and count.
struct Sample {
  std::string task_hash;
  std::int64_t seed = 0;
  int n_prompts = 0;
  bool operator==(const Sample&) const = default;
};

struct ActivationInfo {
  int prompt = 0, layer = 0;
  std::string site;
  std::vector<int> shape;
};

// The same head, family, method and task in two models. Only heads whose layer and index both models have can be there twice.
struct ComparisonSide {
  std::optional<double> score = {}, ci_low = {}, ci_high = {};
  Verdict verdict = Verdict::absent;
  std::string run;
};

struct ComparisonRow {
  HeadId head;
  std::string family, method, task;
  std::optional<ComparisonSide> a = {}, b = {};
  std::optional<double> difference = {};  // b - a, the output's unit
};

struct ComparisonQuery {
  std::string model_a, model_b;
  std::string family = {}, method = {}, task = {};  // exact; "" is any
  bool largest_first = true;  // by size of the difference; otherwise by family, method, task, layer, head
  std::optional<std::int64_t> limit = 100;
  std::int64_t offset = 0;
};

struct ComparisonPage {
  std::vector<ComparisonRow> rows;
  std::int64_t total = 0;
};

}  // namespace headlight
