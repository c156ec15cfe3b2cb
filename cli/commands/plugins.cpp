// headlight plugins: which families and methods there are, from where, and which files are none.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "core/host/plugin_search.hpp"

namespace headlight {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string threshold_text(const PluginInfo& plugin) {
  if (plugin.outputs.empty() || !plugin.outputs.front().threshold) return "-";
  return number_text(*plugin.outputs.front().threshold);
}

// The tables of README.md; tests/cli holds them to this output.
void print_markdown(const PluginIndex& index) {
  Table families({{"family"}, {"stage"}, {"statistic"}, {"sure"}, {"threshold"}, {"reference"}});
  for (const PluginInfo& f : index.families)
    families.add({f.id, f.stage, f.formula, f.formula_source, threshold_text(f), "[" + f.references.front().title + "](" + f.references.front().url + ")"});
  families.print_markdown(std::cout);
  std::cout << "\n";
  Table methods({{"method"}, {"what it does"}, {"formula"}});
  for (const PluginInfo& m : index.methods) methods.add({m.id, m.summary, m.formula});
  methods.print_markdown(std::cout);
}

void print_families(const PluginIndex& index) {
  Table families({{"family"}, {"stage"}, {"statistic"}, {"sure"}, {"reference"}});
  for (const PluginInfo& f : index.families)
    families.add({f.id, f.stage, f.formula, f.formula_source, f.references.front().title + ", " + f.references.front().url});
  families.print(std::cout);
}

void print(const PluginIndex& index, const SearchFolders& folders) {
  Table families({{"family"}, {"version"}, {"stage"}, {"statistic"}, {"sure"}, {"threshold", true}, {"tasks"}});
  for (const PluginInfo& f : index.families) families.add({f.id, f.version, f.stage, f.formula, f.formula_source, threshold_text(f), joined(f.tasks)});
  families.print(std::cout);
  std::cout << "\n";
  Table methods({{"method"}, {"version"}, {"what it does"}});
  for (const PluginInfo& m : index.methods) methods.add({m.id, m.version, m.summary});
  methods.print(std::cout);
  std::cout << "\nsure: C read in the authors' code, P in the paper, S in the survey, 2 second hand, M from memory, R a reconstruction\nlooked for in:\n";
  for (const auto& folder : folders.plugins) std::cout << "  " << folder.string() << "\n";
}

int run(const ParsedOptions& options, const Environment& environment) {
  const SearchFolders folders = search_folders(environment.executable);
  const PluginIndex index = index_plugins(folders.plugins, environment.executable);
  if (options.has("json")) {
    Json all = Json::object({{"families", Json::array()}, {"methods", Json::array()}, {"problems", Json::array()}});
    Json families = Json::array(), methods = Json::array(), problems = Json::array();
    for (const PluginInfo& plugin : index.families) families.push(to_json(plugin));
    for (const PluginInfo& plugin : index.methods) methods.push(to_json(plugin));
    for (const PluginProblem& problem : index.problems) problems.push(Json::object({{"path", problem.path.string()}, {"reason", problem.reason}}));
    all.set("families", families);
    all.set("methods", methods);
    all.set("problems", problems);
    std::cout << to_pretty_text(all) << "\n";
  } else if (options.has("markdown")) {
    print_markdown(index);
  } else if (options.has("families")) {
    print_families(index);
  } else {
    print(index, folders);
  }
  for (const PluginProblem& problem : index.problems) std::cerr << "no plugin: " << problem.path.string() << ": " << problem.reason << "\n";
  if (!index.families.empty() || !index.methods.empty()) return kDone;
  std::cerr << "headlight: no plugin was found. Put them (*.so) into a folder of $HEADLIGHT_PLUGIN_PATH or into ~/.local/share/headlight/plugins\n";
  return kNothingUsable;
}

}  // namespace

Command plugins_command() {
  return {.spec = {.name = "plugins",
                   .summary = "Lists the families and methods that are installed.",
                   .positionals = "",
                   .options = {json_option(),
                               {"families", "", "the families with their stage, statistic, sureness and reference"},
                               {"markdown", "", "print the tables of README.md"}},
                   .notes = "Drop a plugin (.so) or a task (.json) into a folder of $HEADLIGHT_PLUGIN_PATH or into ~/.local/share/headlight/plugins."},
          .run = run};
}

}  // namespace headlight
