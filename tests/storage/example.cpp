#include "tests/storage/example.hpp"

#include <limits>

#include "core/base/hash.hpp"

namespace headlight::example {

ModelRecord model(const std::string& name) {
  return {.fingerprint = content_hash(name),
          .name = name,
          .path = "models/" + name,
          .architecture = "llama",
          .tokenizer_hash = content_hash("tokenizer"),
          .dtype = "bf16",
          .n_layers = kLayers,
          .n_heads = kHeads,
          .n_kv_heads = 1,
          .d_model = 12,
          .d_head = 4,
          .vocab_size = 100,
          .n_ctx = 64,
          .n_parameters = 12345};
}

TaskRecord task(const std::string& id) {
  return {.id = id,
          .content_hash = content_hash(id),
          .title = "Task " + id,
          .summary = "What " + id + " asks.",
          .definition = Json::object({{"id", id}})};
}

std::vector<PromptRecord> prompts() {
  std::vector<PromptRecord> list;
  for (int i = 0; i < kPrompts; ++i)
    list.push_back({.index = i,
                    .reported = i % 2 == 1,
                    .tokens = {"<s>", "caf\xc3\xa9", "\n"},
                    .token_ids = {1, 50 + i, 7},
                    .roles = Json::object({{"end", Json::Array{2, 3}}}),
                    .answer = i == 0 ? "" : "yes"});
  return list;
}

RunKey key(const std::string& model_name, const std::string& family, const std::string& method, const std::string& task_id) {
  RunKey key{.model = content_hash(model_name),
             .tokenizer = content_hash("tokenizer"),
             .family = family,
             .family_version = family.empty() ? "" : "1.0.0",
             .family_build = family.empty() ? "" : content_hash(family),
             .method = method,
             .method_version = "2.0.0",
             .method_build = content_hash(method),
             .task = task_id,
             .task_hash = content_hash(task_id),
             .seed = 7,
             .n_prompts = kPrompts,
             .engine_version = "0.1.0"};
  key.parameters.set("window", 3);
  return key;
}

RunSummary summary(const std::set<HeadId>& present) {
  RunSummary result;
  result.outputs = {{.name = "score", .unit = "1", .doc = "The score.", .threshold = 0.05, .threshold_source = "a paper"}};
  for (int layer = 0; layer < kLayers; ++layer)
    for (int head = 0; head < kHeads; ++head) {
      const HeadId id{.layer = layer, .head = head};
      const double score = 0.1 * layer + 0.01 * head;
      HeadResult found;
      found.head = id;
      found.n = 2;
      found.score = score;
      found.ci_low = score - 0.01;
      found.ci_high = score + 0.01;
      found.null_mean = 0.001;
      found.p = 0.02;
      found.q = 0.04;
      found.selection_score = score + 0.005;
      found.present = present.count(id) > 0;
      const auto value = static_cast<float>(score);
      found.values = {value, value, std::numeric_limits<float>::quiet_NaN(), value};
      found.null_values = {0.0f, 0.0f, 0.0f, 0.0f};
      result.heads.push_back(std::move(found));
    }
  result.clean_metric = 2.5;
  result.metric = "logit_difference";
  result.metric_unit = "logits";
  result.accuracy = 0.9;
  result.accuracy_error = 0.05;
  result.chance = 0.5;
  result.seconds = 1.5;
  return result;
}

RunSummary not_measurable() {
  RunSummary result = summary();
  result.heads.clear();
  result.measurable = false;
  result.why_not = "The model is right on 0.51 of the prompts; guessing gives 0.50.";
  result.accuracy = 0.51;
  return result;
}

void scan(CatalogueWriter& writer, const RunKey& run, const RunSummary& result, const std::vector<std::string>& families) {
  writer.put_task(task(run.task));
  writer.open_run(run);
  writer.finish_run(run, result);
  for (const std::string& family : families) writer.put_detector(run.model, family, run.method, run.task, run);
}

std::vector<std::string> rows(const Connection& connection, const std::string& sql) {
  Statement query = connection.prepare(sql);
  std::vector<std::string> lines;
  while (query.step()) {
    std::string line;
    for (int i = 0; i < query.n_columns(); ++i) line += (i > 0 ? "|" : "") + (query.is_null(i) ? "-" : query.text(i));
    lines.push_back(line);
  }
  return lines;
}

}  // namespace headlight::example
