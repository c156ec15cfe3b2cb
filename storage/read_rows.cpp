#include "storage/read_rows.hpp"

#include "core/base/error.hpp"
#include "core/base/nearest.hpp"

namespace headlight {

RunStatus run_status_from(const std::string& word) {
  for (const RunStatus status : {RunStatus::running, RunStatus::done, RunStatus::failed, RunStatus::interrupted})
    if (to_string(status) == word) return status;
  throw Error(ErrorCode::corrupt, "a run has the status '" + word + "', which this program does not know");
}

const char* const kSelectModels = R"sql(
SELECT fingerprint, name, path, architecture, tokenizer_hash, dtype, n_layers, n_heads, n_kv_heads, d_model, d_head, vocab_size, n_ctx,
       n_parameters, added_at, seen_at,
       (SELECT count(*) FROM run WHERE run.model = model.id AND run.status = 'done'),
       (SELECT count(*) FROM run WHERE run.model = model.id AND run.status <> 'done'),
       (SELECT count(*) FROM detector WHERE detector.model = model.id),
       self_test.n_cases, self_test.logits, self_test.attention
FROM model LEFT JOIN self_test ON self_test.model = model.id )sql";

ModelRow read_model(const Statement& row) {
  ModelRow model;
  ModelRecord& record = model.record;
  record.fingerprint = row.text(0);
  record.name = row.text(1);
  record.path = row.text(2);
  record.architecture = row.text(3);
  record.tokenizer_hash = row.text(4);
  record.dtype = row.text(5);
  record.n_layers = row.small(6);
  record.n_heads = row.small(7);
  record.n_kv_heads = row.small(8);
  record.d_model = row.small(9);
  record.d_head = row.small(10);
  record.vocab_size = row.small(11);
  if (!row.is_null(12)) record.n_ctx = row.small(12);
  record.n_parameters = row.integer(13);
  model.added_at = row.text(14);
  model.seen_at = row.text(15);
  model.n_runs_done = row.small(16);
  model.n_runs_open = row.small(17);
  model.n_detectors = row.small(18);
  if (!row.is_null(19)) model.self_test = {.n_cases = row.small(19), .logits = row.real(20), .attention = row.real(21)};
  return model;
}

const char* const kSelectRuns = R"sql(
SELECT run.hash, model.name, model.fingerprint, run.tokenizer, run.family, run.family_version, run.family_build, run.method,
       run.method_version, run.method_build, run.task, run.task_hash, run.parameters, run.seed, run.n_prompts, run.engine_version,
       run.status, run.started_at, run.updated_at, run.ended_at, run.seconds, run.error_code, run.error_message, run.measurable,
       run.why_not, run.metric, run.metric_unit, run.clean_metric, run.accuracy, run.accuracy_error, run.chance,
       run.forwards, run.forwards_shared, run.rows, run.rows_full,
       (SELECT count(*) FROM prompt WHERE prompt.prompt_set = made.prompt_set), made.n_tried, made.notes
FROM run JOIN model ON model.id = run.model
LEFT JOIN model_prompts AS made
  ON made.model = run.model AND made.task_hash = run.task_hash AND made.seed = run.seed AND made.n_prompts = run.n_prompts )sql";

RunRow read_run(const Statement& row) {
  RunRow run;
  run.run = row.text(0);
  run.model = row.text(1);
  run.key = {.model = row.text(2),
             .tokenizer = row.text(3),
             .family = row.text(4),
             .family_version = row.text(5),
             .family_build = row.text(6),
             .method = row.text(7),
             .method_version = row.text(8),
             .method_build = row.text(9),
             .task = row.text(10),
             .task_hash = row.text(11),
             .parameters = read_json(row, 12, "the parameters of a run"),
             .seed = row.integer(13),
             .n_prompts = row.small(14),
             .engine_version = row.text(15)};
  run.status = run_status_from(row.text(16));
  run.started_at = row.text(17);
  run.updated_at = row.text(18);
  run.ended_at = row.text(19);
  run.seconds = row.optional_real(20);
  run.error_code = row.text(21);
  run.error_message = row.text(22);
  if (!row.is_null(23)) run.measurable = row.integer(23) != 0;
  run.why_not = row.text(24);
  run.metric = row.text(25);
  run.metric_unit = row.text(26);
  run.clean_metric = row.optional_real(27);
  run.accuracy = row.optional_real(28);
  run.accuracy_error = row.optional_real(29);
  run.chance = row.optional_real(30);
  const auto count = [&](int column) { return row.is_null(column) ? std::nullopt : std::optional(row.integer(column)); };
  run.work = {.forwards = count(31), .forwards_shared = count(32), .rows = count(33), .rows_full = count(34)};
  if (row.small(35) > 0) run.n_kept = row.small(35);
  if (!row.is_null(36)) {
    run.making = {.n_tried = row.small(36), .notes = {}};
    const Json notes = read_json(row, 37, "the notes on prompts");
    for (const Json& note : notes.as_array()) run.making->notes.push_back(note.as_string());
  }
  return run;
}

const char* const kOutputColumns = "output.name, output.unit, output.doc, output.threshold, output.threshold_source";

OutputRecord read_output(const Statement& row) {
  return {.name = row.text(0), .unit = row.text(1), .doc = row.text(2), .threshold = row.optional_real(3), .threshold_source = row.text(4)};
}

std::int64_t find_model_id(const Connection& connection, const std::string& name) {
  Statement query = connection.prepare("SELECT id FROM model WHERE name = ?1 OR fingerprint = ?1 ORDER BY name = ?1 DESC LIMIT 1");
  if (query.bind(name).step()) return query.integer(0);
  std::vector<std::string> names;
  Statement all = connection.prepare("SELECT name FROM model ORDER BY name");
  while (all.step()) names.push_back(all.text(0));
  throw Error(ErrorCode::not_found, "the catalogue " + connection.path().string() + " has no model '" + name + "'" + instead_of(name, names, 10));
}

ModelRow find_model(const Connection& connection, const std::string& name) {
  Statement query = connection.prepare(std::string(kSelectModels) + "WHERE id = ?");
  query.bind(find_model_id(connection, name)).step();
  return read_model(query);
}

Json read_json(const Statement& row, int column, const char* what) {
  try {
    return parse_json(row.text(column));
  } catch (const Error& error) {
    throw error.at(what);
  }
}

std::vector<int> integers_from(const Json& list) {
  std::vector<int> values;
  for (const Json& item : list.as_array()) values.push_back(static_cast<int>(item.as_integer()));
  return values;
}

}  // namespace headlight
