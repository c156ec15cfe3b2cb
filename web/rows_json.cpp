#include "web/rows_json.hpp"

#include <cmath>
#include <cstdlib>

namespace headlight {
namespace {

// A pair [begin, end], or a list of such pairs.
void add_spans(Json& roles, const std::string& name, const Json& spans) {
  if (!spans.is_array() || spans.size() == 0) return;
  if (spans[0].is_array()) {
    for (const Json& span : spans.as_array()) add_spans(roles, name, span);
  } else if (spans.size() == 2) {
    roles.push(Json::object({{"name", name}, {"begin", spans[0]}, {"end", spans[1]}}));
  }
}

// A list of the manifest; empty where it has none.
Json list_of(const Json& manifest, std::string_view name) { return manifest[name].is_array() ? manifest[name] : Json::array(); }

Json output_of_manifest(const Json& output) {
  return Json::object({{"name", output.value_or("name", "")},
                       {"unit", output.value_or("unit", "")},
                       {"doc", output.value_or("doc", "")},
                       {"threshold", output["threshold"]},
                       {"threshold_source", text_or_null(output.value_or("threshold_source", ""))}});
}

Json prompt_notes(const RunRow& row) {
  return row.making ? list_json(row.making->notes, [](const std::string& note) { return Json(note); }) : Json::array();
}

}  // namespace

Json json_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }
Json json_or_null(const std::optional<int>& value) { return value ? Json(*value) : Json(); }
Json json_or_null(const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(); }
Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json float_json(float value) {
  if (!std::isfinite(value)) return {};
  return std::strtod(number_text(value).c_str(), nullptr);
}

Json self_test_json(const SelfTest& test) {
  return Json::object({{"n_cases", test.n_cases}, {"logits", test.logits}, {"attention", test.attention}});
}

Json model_json(const ModelRow& row) {
  const ModelRecord& model = row.record;
  return Json::object({{"name", model.name},
                       {"fingerprint", model.fingerprint},
                       {"path", model.path},
                       {"architecture", model.architecture},
                       {"dtype", model.dtype},
                       {"n_layers", model.n_layers},
                       {"n_heads", model.n_heads},
                       {"n_kv_heads", model.n_kv_heads},
                       {"d_model", model.d_model},
                       {"d_head", model.d_head},
                       {"vocab_size", model.vocab_size},
                       {"n_ctx", json_or_null(model.n_ctx)},
                       {"n_parameters", model.n_parameters},
                       {"tokenizer_hash", text_or_null(model.tokenizer_hash)},
                       {"added_at", row.added_at},
                       {"seen_at", row.seen_at},
                       {"n_runs_done", row.n_runs_done},
                       {"n_runs_open", row.n_runs_open},
                       {"n_detectors", row.n_detectors},
                       {"self_test", row.self_test ? self_test_json(*row.self_test) : Json()}});
}

Json verdict_counts_json(const std::map<Verdict, int>& counts) {
  const auto count = [&](Verdict verdict) {
    const auto found = counts.find(verdict);
    return found == counts.end() ? 0 : found->second;
  };
  return Json::object({{"confirmed", count(Verdict::confirmed)},
                       {"correlational", count(Verdict::correlational)},
                       {"causal", count(Verdict::causal)},
                       {"absent", count(Verdict::absent)},
                       {"not_measurable", count(Verdict::not_measurable)}});
}

Json detector_json(const DetectorRow& row) {
  return Json::object({{"model", row.name.model},
                       {"family", row.name.family},
                       {"method", row.name.method},
                       {"task", row.name.task},
                       {"run", row.run},
                       {"status", to_string(row.status)},
                       {"measures_family", row.measures_family},
                       {"heads", row.n_heads.empty() ? Json() : verdict_counts_json(row.n_heads)},
                       {"min_score", json_or_null(row.min_score)},
                       {"max_score", json_or_null(row.max_score)}});
}

Json head_row_json(const HeadRow& row) {
  return Json::object({{"model", row.model},
                       {"head", to_string(row.head)},
                       {"layer", row.head.layer},
                       {"index", row.head.head},
                       {"family", row.family},
                       {"method", row.method},
                       {"task", row.task},
                       {"score", json_or_null(row.score)},
                       {"ci_low", json_or_null(row.ci_low)},
                       {"ci_high", json_or_null(row.ci_high)},
                       {"null_mean", json_or_null(row.null_mean)},
                       {"q", json_or_null(row.q)},
                       {"n", json_or_null(row.n)},
                       {"threshold", json_or_null(row.threshold)},
                       {"verdict", to_string(row.verdict)},
                       {"run", row.run}});
}

Json run_json(const RunRow& row) {
  const RunKey& key = row.key;
  return Json::object({{"run", row.run},
                       {"model", row.model},
                       {"family", text_or_null(key.family)},
                       {"method", key.method},
                       {"task", key.task},
                       {"status", to_string(row.status)},
                       {"started_at", row.started_at},
                       {"updated_at", row.updated_at},
                       {"ended_at", text_or_null(row.ended_at)},
                       {"seconds", json_or_null(row.seconds)},
                       {"error_code", text_or_null(row.error_code)},
                       {"error_message", text_or_null(row.error_message)},
                       {"measurable", row.measurable ? Json(*row.measurable) : Json()},
                       {"why_not", text_or_null(row.why_not)},
                       {"metric", text_or_null(row.metric)},
                       {"metric_unit", text_or_null(row.metric_unit)},
                       {"clean_metric", json_or_null(row.clean_metric)},
                       {"accuracy", json_or_null(row.accuracy)},
                       {"accuracy_error", json_or_null(row.accuracy_error)},
                       {"chance", json_or_null(row.chance)},
                       {"n_prompts", key.n_prompts},
                       {"n_kept", json_or_null(row.n_kept)},
                       {"n_tried", row.making ? Json(row.making->n_tried) : Json()},
                       {"prompt_notes", prompt_notes(row)},
                       {"forwards", json_or_null(row.work.forwards)},
                       {"forwards_shared", json_or_null(row.work.forwards_shared)},
                       {"rows", json_or_null(row.work.rows)},
                       {"rows_full", json_or_null(row.work.rows_full)},
                       {"seed", key.seed},
                       {"parameters", key.parameters},
                       {"model_fingerprint", key.model},
                       {"tokenizer", text_or_null(key.tokenizer)},
                       {"family_version", text_or_null(key.family_version)},
                       {"family_build", text_or_null(key.family_build)},
                       {"method_version", key.method_version},
                       {"method_build", key.method_build},
                       {"task_hash", key.task_hash},
                       {"engine_version", key.engine_version}});
}

Json output_json(const OutputRecord& output) {
  return Json::object({{"name", output.name},
                       {"unit", output.unit},
                       {"doc", output.doc},
                       {"threshold", json_or_null(output.threshold)},
                       {"threshold_source", text_or_null(output.threshold_source)}});
}

Json plugin_json(const PluginRow& row) {
  const Json& manifest = row.record.manifest;
  Json references = list_json(list_of(manifest, "references").as_array(), [](const Json& reference) {
    return Json::object({{"title", reference.value_or("title", "")}, {"url", reference.value_or("url", "")}});
  });
  return Json::object({{"kind", row.record.kind},
                       {"id", row.record.id},
                       {"version", row.record.version},
                       {"build_id", row.record.build_id},
                       {"title", manifest.value_or("title", row.record.id.c_str())},
                       {"summary", manifest.value_or("summary", "")},
                       {"stage", text_or_null(manifest.value_or("stage", ""))},
                       {"formula", text_or_null(manifest.value_or("formula", ""))},
                       {"formula_source", text_or_null(manifest.value_or("formula_source", ""))},
                       {"null", text_or_null(manifest.value_or("null", ""))},
                       {"measures_family", manifest.value_or("measures_family", false)},
                       {"references", std::move(references)},
                       {"outputs", list_json(list_of(manifest, "outputs").as_array(), output_of_manifest)},
                       {"parameters", list_of(manifest, "parameters")},
                       {"tasks", list_of(manifest, "tasks")},
                       {"seen_at", row.seen_at}});
}

Json task_json(const TaskRow& row) {
  return Json::object({{"id", row.record.id},
                       {"content_hash", row.record.content_hash},
                       {"title", row.record.title},
                       {"summary", row.record.summary},
                       {"seen_at", row.seen_at}});
}

Json task_result_json(const RunRow& row) {
  return Json::object({{"model", row.model},
                       {"task", row.key.task},
                       {"accuracy", json_or_null(row.accuracy)},
                       {"accuracy_error", json_or_null(row.accuracy_error)},
                       {"chance", json_or_null(row.chance)},
                       {"metric", text_or_null(row.metric)},
                       {"metric_unit", text_or_null(row.metric_unit)},
                       {"clean_metric", json_or_null(row.clean_metric)},
                       {"measurable", row.measurable ? Json(*row.measurable) : Json()},
                       {"why_not", text_or_null(row.why_not)},
                       {"n_prompts", row.key.n_prompts},
                       {"n_kept", json_or_null(row.n_kept)},
                       {"n_tried", row.making ? Json(row.making->n_tried) : Json()},
                       {"prompt_notes", prompt_notes(row)},
                       {"run", row.run}});
}

Json prompt_json(const PromptRecord& prompt, bool has_patterns) {
  Json roles = Json::array();
  if (prompt.roles.is_object())
    for (const auto& [name, spans] : prompt.roles.as_object()) add_spans(roles, name, spans);
  return Json::object({{"index", prompt.index},
                       {"reported", prompt.reported},
                       {"tokens", list_json(prompt.tokens, [](const std::string& token) { return Json(token); })},
                       {"token_ids", list_json(prompt.token_ids, [](int id) { return Json(id); })},
                       {"roles", std::move(roles)},
                       {"answer", text_or_null(prompt.answer)},
                       {"has_patterns", has_patterns}});
}

Json sample_json(const Sample& sample) {
  return Json::object({{"task_hash", sample.task_hash}, {"seed", sample.seed}, {"n_prompts", sample.n_prompts}});
}

}  // namespace headlight
