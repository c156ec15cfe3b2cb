// headlight models, headlight runs and headlight sql: what the catalogue holds.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "cli/unknown_names.hpp"
#include "core/base/error.hpp"
#include "core/checkpoint/architectures.hpp"
#include "storage/catalogue.hpp"
#include "storage/sql.hpp"

namespace headlight {
namespace {

int print(const Table& table, const ParsedOptions& options) {
  if (options.has("json"))
    table.print_json(std::cout);
  else if (options.has("csv"))
    table.print_csv(std::cout);
  else
    table.print(std::cout);
  return kDone;
}

// What can be read, whatever the catalogue holds.
int run_architectures(const ParsedOptions& options) {
  const std::string code = options.has("markdown") ? "`" : "";
  Table table({{"model_type"}, {"models"}});
  for (const Architecture& a : architectures()) table.add({code + std::string(a.model_type) + code, std::string(a.models)});
  if (options.has("markdown")) return table.print_markdown(std::cout), kDone;
  return print(table, options);
}

int run_models(const ParsedOptions& options, const Environment&) {
  if (options.has("architectures")) return run_architectures(options);
  if (options.has("markdown")) throw Error(ErrorCode::bad_input, "--markdown goes with --architectures");
  Catalogue catalogue(catalogue_path(options));
  Table table({{"model"}, {"architecture"}, {"layers", true}, {"heads", true}, {"kv_heads", true}, {"d_model", true}, {"d_head", true}, {"vocabulary", true},
               {"context", true}, {"parameters", true}, {"dtype"}, {"self_test", true}, {"runs", true}, {"fingerprint"}});
  for (const ModelRow& row : catalogue.models()) {
    const ModelRecord& m = row.record;
    table.add({m.name, m.architecture, m.n_layers, m.n_heads, m.n_kv_heads, m.d_model, m.d_head, m.vocab_size, json_or_null(m.n_ctx), m.n_parameters, m.dtype,
               row.self_test ? Json(row.self_test->logits) : Json(), row.n_runs_done, options.has("json") || options.has("csv") ? m.fingerprint : m.fingerprint.substr(0, 8)});
  }
  return print(table, options);
}

int run_runs(const ParsedOptions& options, const Environment&) {
  Catalogue catalogue(catalogue_path(options));
  RunQuery query{.model = options.text("model"), .family = options.text("family"), .method = options.text("method"), .task = options.text("task")};
  query.limit = row_limit(options);
  Table table({{"run"}, {"model"}, {"family"}, {"method"}, {"task"}, {"status"}, {"measurable"}, {"accuracy", true}, {"chance", true}, {"clean_metric", true},
               {"metric"}, {"prompts", true}, {"kept", true}, {"drawn", true}, {"forwards", true}, {"shared", true}, {"seed", true}, {"seconds", true},
               {"ended_at"}, {"message"}});
  const bool whole = options.has("json") || options.has("csv");
  for (const RunRow& row : catalogue.runs(query).rows)
    table.add({whole ? row.run : row.run.substr(0, 8), row.model, row.key.family.empty() ? Json() : Json(row.key.family), row.key.method, row.key.task,
               std::string(to_string(row.status)), row.measurable ? Json(*row.measurable ? "yes" : "no") : Json(), json_or_null(row.accuracy),
               json_or_null(row.chance), json_or_null(row.clean_metric), row.metric, row.key.n_prompts, json_or_null(row.n_kept),
               row.making ? Json(row.making->n_tried) : Json(), json_or_null(row.work.forwards), json_or_null(row.work.forwards_shared), row.key.seed, json_or_null(row.seconds), row.ended_at,
               !row.why_not.empty() ? row.why_not : row.error_message});
  if (table.empty() && !whole && !tell_unknown_names(catalogue, {query.model, query.family, query.method, query.task}, std::cerr))
    std::cerr << "no run passes these conditions; `headlight models` says which models there are\n";
  return print(table, options);
}

Json json_of(const SqlValue& value) {
  struct Visitor {
    Json operator()(std::nullptr_t) const { return Json(); }
    Json operator()(std::int64_t number) const { return Json(number); }
    Json operator()(double number) const { return Json(number); }
    Json operator()(const std::string& text) const { return Json(text); }
    Json operator()(const SqlBlob& blob) const { return Json("<" + std::to_string(blob.size()) + " bytes>"); }
  };
  return std::visit(Visitor{}, value);
}

int run_query(const ParsedOptions& options, const Environment&) {
  const Catalogue catalogue(catalogue_path(options));
  SqlResult result;
  try {
    result = run_sql(catalogue.connection(), options.positionals[0]);
  } catch (const Error& error) {
    if (!std::string_view(error.what()).starts_with("SQL: ")) throw;  // SQLite's own words: a misspelt name or a wrong word
    throw Error(error.code(), std::string(error.what()) + "; `headlight sql --help` says how to see what there is");
  }
  std::vector<TableColumn> columns;
  for (const std::string& name : result.columns) columns.push_back({.name = name});
  Table table(columns);
  for (const auto& row : result.rows) {
    std::vector<Json> values;
    for (const SqlValue& value : row) values.push_back(json_of(value));
    table.add(std::move(values));
  }
  print(table, options);
  if (result.truncated) std::cerr << "cut after " << result.rows.size() << " rows\n";
  return kDone;
}

}  // namespace

Command models_command() {
  return {.spec = {.name = "models",
                   .summary = "Lists the models of the catalogue.",
                   .positionals = "",
                   .options = {{"architectures", "", "list the architectures that can be read instead"},
                               {"markdown", "", "with --architectures: print the table of core/checkpoint/README.md"},
                               json_option(),
                               csv_option(),
                               db_option()}},
          .run = run_models};
}

Command runs_command() {
  return {.spec = {.name = "runs",
                   .summary = "Lists what was measured, when, and how it ended; newest first.",
                   .positionals = "",
                   .options = {{"model", "M", "only this model"},
                               {"family", "F", "only this family"},
                               {"method", "X", "only this method"},
                               {"task", "T", "only this task"},
                               limit_option(),
                               json_option(),
                               csv_option(),
                               db_option()},
                   .notes = "kept: prompts that passed the task's filters, of so many drawn texts. forwards: prompts through the model that the family "
                            "watched, its null's included; shared: of these, those that other families of the scan watched too."},
          .run = run_runs};
}

Command sql_command() {
  return {.spec = {.name = "sql",
                   .summary = "Runs one read-only SQL statement on the catalogue.",
                   .positionals = "STATEMENT",
                   .min_positionals = 1,
                   .max_positionals = 1,
                   .options = {json_option(), csv_option(), db_option()},
                   .notes = "The views heads, head_outputs, evidence, runs and models are described in storage/README.md, as are the tables. To see "
                            "their columns: headlight sql \"SELECT name, sql FROM sqlite_schema\""},
          .run = run_query};
}

}  // namespace headlight
