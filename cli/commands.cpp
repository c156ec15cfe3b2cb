#include "cli/commands.hpp"

#include <cstdlib>

namespace headlight {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {scan_command(),  heads_command(),  show_command(),     models_command(), plugins_command(), runs_command(),
                                           sql_command(),   serve_command(),  doctor_command(),   forward_command(), tokenize_command(),
                                           detokenize_command()};
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

}  // namespace headlight
