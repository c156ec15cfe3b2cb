#include "cli/commands.hpp"

#include <cstdlib>

namespace headlight {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      scan_command(),    heads_command(),  show_command(),  models_command(), overlap_command(), references_command(), plugins_command(),  plugin_command(),
      tasks_command(),   task_command(),   runs_command(),  sql_command(),    serve_command(),   pull_command(),       doctor_command(),   forward_command(),
      tokenize_command(), detokenize_command()};
  return all;
}

std::filesystem::path catalogue_path(const ParsedOptions& options) {
  if (options.has("db")) return options.text("db");
  if (const char* path = std::getenv("HEADLIGHT_DB"); path && *path) return path;
  return "headlight.db";
}

OptionSpec db_option() { return {"db", "FILE", "the catalogue (default: $HEADLIGHT_DB, else ./headlight.db)"}; }
OptionSpec json_option() { return {"json", "", "print JSON for programs"}; }
OptionSpec csv_option() { return {"csv", "", "print CSV"}; }
OptionSpec limit_option() { return {"limit", "N", "at most N rows, 0 for all (default: 100; all with --json and --csv)"}; }

std::optional<std::int64_t> row_limit(const ParsedOptions& options) {
  const bool for_programs = options.has("json") || options.has("csv");
  const std::int64_t limit = options.integer("limit", for_programs ? 0 : 100, 0, 1000000000);
  return limit == 0 ? std::nullopt : std::optional(limit);
}

}  // namespace headlight
