// headlight plugin new and headlight plugin check: begin a plugin, and hold it to the rules.
#include <algorithm>
#include <iostream>

#include "cli/check_model.hpp"
#include "cli/commands.hpp"
#include "cli/plugin_files.hpp"
#include "core/base/error.hpp"
#include "core/host/plugin_check.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

// What CMake is told so that it finds the package: nothing where it looks anyway.
std::string package_flag(const Environment& environment) {
  const fs::path prefix = environment.executable.parent_path().parent_path();
  if (fs::exists(prefix / "headlightConfig.cmake"))
    return " -Dheadlight_DIR=" + prefix.string();  // a build that is not installed
  return prefix == "/usr" || prefix == "/usr/local" ? "" : " -DCMAKE_PREFIX_PATH=" + prefix.string();
}

int run_new(const std::string& name, const ParsedOptions& options, const Environment& environment) {
  const bool is_method = options.has("method");
  const fs::path folder = write_plugin_files("", name, is_method ? PluginKind::method : PluginKind::family);
  const std::string build = (folder / "build").string();
  std::cout << "wrote " << folder.string() << "/: CMakeLists.txt, " << name << ".cpp, README.md\n"
            << "build it:  cmake -S " << folder.string() << " -B " << build << package_flag(environment) << " && cmake --build "
            << build << "\n"
            << "check it:  headlight plugin check " << build << "/" << name << ".so\n"
            << "use it:    HEADLIGHT_PLUGIN_PATH=" << build << " headlight scan mixture-tiny --"
            << (is_method ? "methods " : "families ") << name << "\n";
  return kDone;
}

void print(const RuleFinding& finding) {
  static constexpr const char* kWords[] = {"kept", "BROKEN", "-"};
  std::string word = kWords[static_cast<int>(finding.verdict)], rule = finding.rule;
  word.resize(8, ' ');
  rule.resize(15, ' ');
  std::cout << word << rule << (finding.verdict == RuleVerdict::not_tried ? "not tried: " : "") << finding.finding << "\n"
            << std::flush;
}

int run_check(const std::string& library, const ParsedOptions& options, const Environment& environment) {
  if (!fs::is_regular_file(library))
    throw Error(ErrorCode::not_found, library + ": there is no such file; give the path of a plugin (.so)");
  const SearchFolders folders = search_folders(environment.executable);
  std::vector<std::string> problems;
  std::vector<fs::path> task_folders = folders.tasks;
  task_folders.insert(task_folders.begin(), fs::absolute(library).parent_path());
  PluginCheckRequest request{.library = fs::absolute(library),
                             .worker = environment.executable,
                             .model = model_for_checks(options, folders),
                             .installed = index_plugins(folders.plugins, environment.executable),
                             .tasks = load_tasks(task_folders, problems),
                             .patience = {}};
  request.patience.silence = std::chrono::seconds(options.integer("timeout", 20, 1, 100000));
  request.patience.whole = 3 * request.patience.silence;

  int n_rules = 0, n_broken = 0;
  const bool good = check_plugin(request, [&](const RuleFinding& finding) {
    print(finding);
    n_rules += finding.verdict != RuleVerdict::not_tried;
    n_broken += finding.verdict == RuleVerdict::broken;
  });
  const std::string name = fs::path(library).filename().string();
  std::cout << name << (good ? " keeps all " : " breaks " + std::to_string(n_broken) + " of ") << n_rules << " rules\n";
  return good ? kDone : kBadInput;
}

int run(const ParsedOptions& options, const Environment& environment) {
  const std::string& what = options.positionals[0];
  if (what == "new") return run_new(options.positionals[1], options, environment);
  if (what == "check") return run_check(options.positionals[1], options, environment);
  throw Error(ErrorCode::bad_input,
              "plugin knows new and check, not \"" + what + "\": headlight plugin new NAME, or headlight plugin check FILE.so");
}

}  // namespace

Command plugin_command() {
  return {.spec = {.name = "plugin",
                   .summary = "Begins a plugin (new NAME) or holds one to the rules (check FILE.so).",
                   .positionals = "new NAME | check FILE.so",
                   .min_positionals = 2,
                   .max_positionals = 2,
                   .options = {{"method", "", "new: a method, not a family"},
                               {"model", "M", "check: the small model to run it on (default: mixture-tiny)"},
                               {"timeout", "SECONDS", "check: a plugin silent for so long is taken for hung (default: 20)"}},
                   .notes = "new writes a folder that builds with CMake. check prints a line for each rule and exits with 0 when "
                            "none is broken, "
                            "else with 1. plugins/README.md is the tutorial."},
          .run = run};
}

}  // namespace headlight
