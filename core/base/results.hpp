// What a scan finds, as plain records: made by core/host, kept by storage, shown by web and cli. Units stand beside the fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/head_id.hpp"
#include "core/base/json.hpp"

namespace headlight {

struct ModelRecord {
  std::string fingerprint;  // of the weights
  std::string name;         // what people call it; unique in a catalogue
  std::string path;
  std::string architecture;
  std::string tokenizer_hash;  // "" without a tokenizer
  std::string dtype;           // of most weights: "bf16"
  int n_layers = 0, n_heads = 0, n_kv_heads = 0, d_model = 0, d_head = 0, vocab_size = 0;
  std::optional<int> n_ctx;  // tokens; none when positions have no end
  std::int64_t n_parameters = 0;
};

// What a model made of the reference that its folder brings.
struct SelfTest {
  int n_cases = 0;       // prompts
  double logits = 0;     // largest difference of a logit
  double attention = 0;  // largest difference of an attention weight; 0 where the reference has none
};

struct PluginRecord {
  std::string kind;  // "family" or "method"
  std::string id, version;
  std::string build_id;  // content hash of the shared library
  Json manifest;         // the whole of it
};

struct TaskRecord {
  std::string id, content_hash, title, summary;
  Json definition;
};

// A prompt of a task as one tokenizer sees it.
struct PromptRecord {
  int index = 0;
  bool reported = false;  // false: of the half that selects heads; true: of the half that is reported
  std::vector<std::string> tokens;  // [token], as text
  std::vector<int> token_ids;       // [token]
  Json roles;                       // {"io": [3, 4], "label": [[2, 3], [7, 8]]}: token spans, end exclusive
  std::string answer;               // "" when the task has none
};

// How the prompts of a task were made for a model: what its filters left.
struct PromptMaking {
  int n_tried = 0;                 // texts drawn before the filters
  std::vector<std::string> notes;  // "12 of 60 prompts dropped: the answer is two tokens"
};

// Everything a number depends on. The same key is the same run.
struct RunKey {
  std::string model;         // fingerprint
  std::string tokenizer;     // content hash
  std::string family;        // "" when the method does not depend on one
  std::string family_version, family_build;
  std::string method, method_version, method_build;
  std::string task, task_hash;
  Json parameters = Json::object();  // of family and method
  std::int64_t seed = 0;
  int n_prompts = 0;
  std::string engine_version;

  // 32 hexadecimal digits; also the run's name in the catalogue.
  std::string hash() const;
};

enum class RunStatus { running, done, failed, interrupted };  // append only: stored in databases
std::string_view to_string(RunStatus status);

// Which measurement a value belongs to. Append only: stored in databases.
enum class Part { value = 0, null_value = 1 };

// One number of one head on one prompt.
struct CellValue {
  Part part = Part::value;
  int output = 0;  // index into the manifest's outputs
  HeadId head;
  int prompt = 0;
  int replicate = 0;  // of the null: which shuffle, which random model
  double value = 0;
  bool operator==(const CellValue&) const = default;
};

// What a run took of the model since it was last taken up. A forward is one prompt through the model once, a row one token in
// one layer.
struct RunWork {
  std::optional<std::int64_t> forwards, forwards_shared;  // that its family watched, its null's included; of these, that other runs used too
  std::optional<std::int64_t> rows, rows_full;  // computed for its cells; what whole forwards of all cells would have been
};

// The task's metric on the unedited prompt.
struct PromptOutcome {
  int prompt = 0;
  double metric = 0;                // in the metric's unit
  std::optional<double> accuracy;   // share of the prompt's answers that are right, 0 to 1; none where the task has no answer
};

// What stands in the catalogue for one head, output and run.
struct HeadResult {
  int output = 0;
  HeadId head;
  int n = 0;                        // prompts reported
  std::optional<double> score;      // mean over the reported prompts; none: not measured
  std::optional<double> ci_low, ci_high;  // 95 % bootstrap interval over the reported prompts
  std::optional<double> null_mean;
  std::optional<double> p, q;       // q: false-discovery rate over all heads of the run
  std::optional<double> selection_score;  // mean over the selecting prompts
  bool present = false;             // selected on one half, over the threshold and beyond its null on the other
  std::vector<float> values;        // [prompt], all prompts in their order; NaN where not measured
  std::vector<float> null_values;   // [prompt], mean over replicates; empty without a null per prompt
};

struct OutputRecord {
  std::string name, unit, doc;
  std::optional<double> threshold;
  std::string threshold_source;
};

struct RunSummary {
  std::vector<OutputRecord> outputs;
  std::vector<HeadResult> heads;
  bool measurable = true;
  std::string why_not;               // when not measurable: one sentence
  std::optional<double> clean_metric;  // mean over prompts
  std::string metric, metric_unit;
  std::optional<double> accuracy, accuracy_error, chance;  // of the task, with its standard error
  double seconds = 0;                // of computing
  RunWork work;
};

// Numbers of a site for showing: attention patterns of the first reported prompts.
struct ActivationRecord {
  std::string site;  // "blocks.3.attn.hook_pattern"
  int layer = 0;
  int prompt = 0;
  std::vector<int> shape;     // [head, query, key]
  std::vector<float> values;  // row-major
};

}  // namespace headlight
