// CatalogueWriter: runs, from their key to their results.
#include "core/base/error.hpp"
#include "storage/catalogue_writer.hpp"
#include "storage/detector_heads.hpp"
#include "storage/float_blob.hpp"
#include "storage/read_rows.hpp"
#include "storage/utc_time.hpp"

namespace headlight {
namespace {

std::optional<RunStatus> status_of(const Connection& connection, const std::string& hash) {
  Statement query = connection.prepare("SELECT status FROM run WHERE hash = ?");
  if (!query.bind(hash).step()) return std::nullopt;
  return run_status_from(query.text(0));
}

bool is_done(const Connection& connection, std::int64_t run) {
  Statement query = connection.prepare("SELECT status = 'done' FROM run WHERE id = ?");
  return query.bind(run).step() && query.integer(0) != 0;
}

void show_life(const Connection& connection, std::int64_t run) {
  connection.prepare("UPDATE run SET updated_at = ? WHERE id = ?").run_with(utc_now(), run);
}

void require_task(const Connection& connection, const RunKey& key) {
  Statement query = connection.prepare("SELECT 1 FROM task WHERE content_hash = ?");
  if (!query.bind(key.task_hash).step())
    throw Error(ErrorCode::internal, "the catalogue has no task '" + key.task + "' with the hash '" + key.task_hash + "': put_task comes first");
}

void insert_run(const Connection& connection, const RunKey& key, std::int64_t model) {
  const auto of_family = [&](const std::string& text) { return key.family.empty() ? std::nullopt : std::optional(text); };
  const std::string now = utc_now();
  connection
      .prepare(R"sql(
        INSERT INTO run (hash, model, tokenizer, family, family_version, family_build, method, method_version, method_build, task,
                         task_hash, parameters, seed, n_prompts, engine_version, status, started_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql")
      .run_with(key.hash(), model, key.tokenizer, of_family(key.family), of_family(key.family_version), of_family(key.family_build),
                key.method, key.method_version, key.method_build, key.task, key.task_hash, to_text(key.parameters), key.seed,
                key.n_prompts, key.engine_version, to_string(RunStatus::running), now, now);
}

void erase_results(const Connection& connection, std::int64_t run) {
  for (const char* table : {"head_values", "head_result", "output", "cell"})
    connection.prepare(std::string("DELETE FROM ") + table + " WHERE run = ?").run_with(run);
}

void insert_outputs(const Connection& connection, std::int64_t run, const std::vector<OutputRecord>& outputs) {
  Statement insert = connection.prepare(
      "INSERT INTO output (run, \"index\", name, unit, doc, threshold, threshold_source) VALUES (?, ?, ?, ?, ?, ?, ?)");
  int index = 0;
  for (const OutputRecord& output : outputs) {
    const auto source = output.threshold_source.empty() ? std::nullopt : std::optional(output.threshold_source);
    insert.run_with(run, index++, output.name, output.unit, output.doc, output.threshold, source);
  }
}

void insert_heads(const Connection& connection, std::int64_t run, const std::vector<HeadResult>& heads) {
  Statement insert = connection.prepare(R"sql(
    INSERT INTO head_result (run, output, layer, head, n, score, ci_low, ci_high, null_mean, p, q, selection_score, present)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql");
  Statement insert_values = connection.prepare(
      "INSERT INTO head_values (run, output, layer, head, \"values\", null_values) VALUES (?, ?, ?, ?, ?, ?)");
  for (const HeadResult& head : heads) {
    insert.run_with(run, head.output, head.head.layer, head.head.head, head.n, head.score, head.ci_low, head.ci_high,
                    head.null_mean, head.p, head.q, head.selection_score, head.present);
    if (head.values.empty() && head.null_values.empty()) continue;
    const auto null_bytes = head.null_values.empty() ? std::nullopt : std::optional(float_bytes(head.null_values));
    insert_values.run_with(run, head.output, head.head.layer, head.head.head, float_bytes(head.values), null_bytes);
  }
}

void set_done(const Connection& connection, std::int64_t run, const RunSummary& summary) {
  const auto why_not = summary.why_not.empty() ? std::nullopt : std::optional(summary.why_not);
  const std::string now = utc_now();
  connection
      .prepare(R"sql(
        UPDATE run SET status = 'done', updated_at = ?, ended_at = ?, seconds = ?, error_code = NULL, error_message = NULL,
          measurable = ?, why_not = ?, metric = ?, metric_unit = ?, clean_metric = ?, accuracy = ?, accuracy_error = ?, chance = ?,
          forwards = ?, forwards_shared = ?, rows = ?, rows_full = ?
        WHERE id = ?)sql")
      .run_with(now, now, summary.seconds, summary.measurable, why_not, summary.metric, summary.metric_unit, summary.clean_metric,
                summary.accuracy, summary.accuracy_error, summary.chance, summary.work.forwards, summary.work.forwards_shared,
                summary.work.rows, summary.work.rows_full, run);
}

}  // namespace

std::int64_t CatalogueWriter::run_id(const RunKey& key) {
  const std::string hash = key.hash();
  const auto known = run_ids_.find(hash);
  if (known != run_ids_.end()) return known->second;
  Statement query = connection_->prepare("SELECT id FROM run WHERE hash = ?");
  if (!query.bind(hash).step())
    throw Error(ErrorCode::internal, "the catalogue has no run " + hash + " (" + key.method + " on " + key.task + "): open_run comes first");
  return run_ids_[hash] = query.integer(0);
}

RunProgress CatalogueWriter::open_run(const RunKey& key) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::optional<RunStatus> left = status_of(*connection_, key.hash());
  if (!left) {
    require_task(*connection_, key);
    insert_run(*connection_, key, model_id(key.model));
  } else if (*left != RunStatus::done) {
    connection_
        ->prepare("UPDATE run SET status = 'running', updated_at = ?, ended_at = NULL, error_code = NULL, error_message = NULL WHERE hash = ?")
        .run_with(utc_now(), key.hash());
  }
  transaction.commit();
  return {.status = left.value_or(RunStatus::running), .existed = left.has_value()};
}

void CatalogueWriter::commit(const RunKey& key, std::span<const CellValue> values) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::int64_t run = run_id(key);
  if (is_done(*connection_, run)) return;
  Statement insert = connection_->prepare(
      "INSERT OR IGNORE INTO cell (run, part, output, layer, head, replicate, prompt, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (const CellValue& cell : values)
    insert.run_with(run, static_cast<int>(cell.part), cell.output, cell.head.layer, cell.head.head, cell.replicate, cell.prompt, cell.value);
  show_life(*connection_, run);
  transaction.commit();
}

void CatalogueWriter::commit_outcomes(const RunKey& key, std::span<const PromptOutcome> outcomes) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::int64_t run = run_id(key);
  Statement insert = connection_->prepare("INSERT OR IGNORE INTO outcome (run, prompt, metric, accuracy) VALUES (?, ?, ?, ?)");
  for (const PromptOutcome& outcome : outcomes) insert.run_with(run, outcome.prompt, outcome.metric, outcome.accuracy);
  show_life(*connection_, run);
  transaction.commit();
}

std::vector<CellValue> CatalogueWriter::committed(const RunKey& key) {
  Statement query = connection_->prepare(R"sql(
    SELECT part, output, layer, head, replicate, prompt, value FROM cell WHERE run = ?
    ORDER BY part, output, layer, head, replicate, prompt)sql");
  query.bind(run_id(key));
  std::vector<CellValue> values;
  while (query.step())
    values.push_back({.part = static_cast<Part>(query.small(0)),
                      .output = query.small(1),
                      .head = {.layer = query.small(2), .head = query.small(3)},
                      .prompt = query.small(5),
                      .replicate = query.small(4),
                      .value = query.real(6)});
  return values;
}

std::vector<PromptOutcome> CatalogueWriter::committed_outcomes(const RunKey& key) {
  Statement query = connection_->prepare("SELECT prompt, metric, accuracy FROM outcome WHERE run = ? ORDER BY prompt");
  query.bind(run_id(key));
  std::vector<PromptOutcome> outcomes;
  while (query.step())
    outcomes.push_back({.prompt = query.small(0), .metric = query.real(1), .accuracy = query.optional_real(2)});
  return outcomes;
}

void CatalogueWriter::finish_run(const RunKey& key, const RunSummary& summary) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::int64_t run = run_id(key);
  erase_results(*connection_, run);
  insert_outputs(*connection_, run, summary.outputs);
  insert_heads(*connection_, run, summary.heads);
  set_done(*connection_, run, summary);
  refresh_heads_of_run(*connection_, run);
  note_change();
  transaction.commit();
}

void CatalogueWriter::stop_run(const RunKey& key, RunStatus status, const std::string& code, const std::string& message) {
  if (status != RunStatus::failed && status != RunStatus::interrupted)
    throw Error(ErrorCode::internal, "a run is stopped as failed or interrupted, not as " + std::string(to_string(status)));
  const auto known = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  const std::string now = utc_now();
  Transaction transaction(*connection_, Transaction::Kind::write);
  connection_
      ->prepare("UPDATE run SET status = ?, updated_at = ?, ended_at = ?, error_code = ?, error_message = ? WHERE id = ? AND status <> 'done'")
      .run_with(to_string(status), now, now, known(code), known(message), run_id(key));
  transaction.commit();
}

void CatalogueWriter::put_detector(const std::string& model, const std::string& family, const std::string& method,
                                   const std::string& task, const RunKey& run) {
  Transaction transaction(*connection_, Transaction::Kind::write);
  const std::int64_t model_row = model_id(model), run_row = run_id(run);
  Statement known = connection_->prepare("SELECT 1 FROM detector WHERE model = ? AND family = ? AND method = ? AND task = ? AND run = ?");
  if (known.bind(model_row, family, method, task, run_row).step()) return;
  connection_
      ->prepare(R"sql(
        INSERT INTO detector (model, family, method, task, run, measures_family) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (model, family, method, task) DO UPDATE SET run = excluded.run, measures_family = excluded.measures_family)sql")
      .run_with(model_row, family, method, task, run_row, !run.family.empty());
  refresh_heads(*connection_, {.model = model_row, .family = family, .task = task});
  note_change();
  transaction.commit();
}

}  // namespace headlight
