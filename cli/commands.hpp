// The readable list of what `headlight` can do. Each command stands in a file of its own under commands/.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/options.hpp"

namespace headlight {

// What a script relies on.
enum ExitCode { kDone = 0, kBadInput = 1, kSomeFailed = 2, kNothingUsable = 3, kInterrupted = 130 };

struct Environment {
  std::filesystem::path executable;  // this program, for workers and for finding what was installed with it
};

struct Command {
  CommandSpec spec;
  int (*run)(const ParsedOptions& options, const Environment& environment);
};

Command scan_command();
Command heads_command();
Command show_command();
Command models_command();
Command overlap_command();
Command references_command();
Command plugins_command();
Command plugin_command();
Command tasks_command();
Command task_command();
Command runs_command();
Command sql_command();
Command doctor_command();
Command serve_command();
Command pull_command();
Command forward_command();
Command tokenize_command();
Command detokenize_command();

const std::vector<Command>& commands();

// --db, else $HEADLIGHT_DB, else ./headlight.db
std::filesystem::path catalogue_path(const ParsedOptions& options);
OptionSpec db_option();
OptionSpec json_option();
OptionSpec csv_option();
OptionSpec limit_option();

// --limit for tables: 100 rows for people, all of them for programs (--json, --csv); 0 is all.
std::optional<std::int64_t> row_limit(const ParsedOptions& options);

}  // namespace headlight
