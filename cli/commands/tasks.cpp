// headlight tasks and headlight task check: which tasks there are, and what one of them looks like to a model.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "cli/check_model.hpp"
#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/visible.hpp"
#include "core/host/plugin_search.hpp"
#include "core/host/task_trial.hpp"
#include "core/tasks/generators.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

Json list_of(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push(text);
  return array;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::string metric_of(const Json& definition) {
  const Json metric = definition.contains("metric") ? definition.at("metric") : Json::object();
  return metric.value_or("kind", "logit_difference") + " over " + metric.value_or("over", "answer");
}

// The names of the roles that the definition gives, "end" aside.
std::vector<std::string> roles_of(const Json& definition) {
  std::vector<std::string> names;
  const Json roles = definition["roles"];
  if (roles.is_object())
    for (const auto& [name, place] : roles.as_object()) names.push_back(name);
  return names;
}

std::map<std::string, std::vector<std::string>> families_by_task(const PluginIndex& index) {
  std::map<std::string, std::vector<std::string>> families;
  for (const PluginInfo& family : index.families)
    for (const std::string& task : family.tasks) families[task].push_back(family.id);
  return families;
}

int run_list(const ParsedOptions& options, const Environment& environment) {
  const SearchFolders folders = search_folders(environment.executable);
  std::vector<std::string> problems;
  const auto tasks = load_tasks(folders.tasks, problems);
  auto families = families_by_task(index_plugins(folders.plugins, environment.executable));
  // For people the first few, for tables all with spaces between, for programs a list.
  const auto names = [&](const std::vector<std::string>& words) {
    if (!options.has("json")) return Json(options.has("csv") ? joined(words, " ") : words.empty() ? "-" : listed(words, 3));
    return list_of(words);
  };
  Table table({{"task"}, {"prompts"}, {"metric"}, {"roles"}, {"families"}, {"title"}});
  for (const Task& task : tasks)
    table.add({task.id, std::string(tasks::generator_of(task.definition).name), metric_of(task.definition), names(roles_of(task.definition)),
               names(families[task.id]), task.title});
  if (options.has("json")) table.print_json(std::cout);
  else if (options.has("csv")) table.print_csv(std::cout);
  else {
    table.print(std::cout);
    std::cout << "\nlooked for in:\n";
    for (const fs::path& folder : folders.tasks) std::cout << "  " << folder.string() << "\n";
  }
  for (const std::string& problem : problems) std::cerr << "no task: " << problem << "\n";
  return problems.empty() ? kDone : kSomeFailed;
}

// A file, or the id of a task that is installed.
Task named_task(const std::string& word, const SearchFolders& folders) {
  if (fs::is_regular_file(word)) return load_task(word);
  if (word.ends_with(".json") || word.find('/') != word.npos)
    throw Error(ErrorCode::not_found, word + ": there is no such file; give the path of a task (.json), or the id of one that `headlight tasks` lists");
  std::vector<std::string> problems;
  return find_task(load_tasks(folders.tasks, problems), word);
}

Json json_of(const TriedPrompt& prompt) {
  Json roles = Json::array();
  for (const TriedRole& role : prompt.roles) roles.push(Json::object({{"name", role.name}, {"begin", role.begin}, {"end", role.end}}));
  Json arcs = Json::array();
  for (const Arc& arc : prompt.arcs)
    arcs.push(Json::object({{"relation", arc.relation},
                            {"dependent", Json(Json::Array{Json(arc.dependent_begin), Json(arc.dependent_end)})},
                            {"head", Json(Json::Array{Json(arc.head_begin), Json(arc.head_end)})}}));
  return Json::object({{"tokens", list_of(prompt.tokens)},
                       {"roles", roles},
                       {"arcs", arcs},
                       {"answers", list_of(prompt.answers)},
                       {"wrong", list_of(prompt.wrong)},
                       {"twin", prompt.twin.empty() ? Json() : list_of(prompt.twin)},
                       {"metric", prompt.outcome.metric},
                       {"accuracy", json_or_null(prompt.outcome.accuracy)}});
}

void print_json(const Task& task, const std::string& model, const TaskTrial& trial, size_t n_shown) {
  const RunSummary& s = trial.summary;
  Json prompts = Json::array();
  for (size_t i = 0; i < std::min(n_shown, trial.prompts.size()); ++i) prompts.push(json_of(trial.prompts[i]));
  std::cout << to_pretty_text(Json::object({{"task", task.id},
                                            {"content_hash", task.content_hash},
                                            {"model", model},
                                            {"n_prompts", trial.n_asked},
                                            {"n_tried", trial.making.n_tried},
                                            {"n_kept", trial.prompts.size()},
                                            {"notes", list_of(trial.making.notes)},
                                            {"metric", s.metric.empty() ? Json() : Json(s.metric)},
                                            {"metric_unit", s.metric_unit.empty() ? Json() : Json(s.metric_unit)},
                                            {"clean_metric", json_or_null(s.clean_metric)},
                                            {"accuracy", json_or_null(s.accuracy)},
                                            {"accuracy_error", json_or_null(s.accuracy_error)},
                                            {"chance", json_or_null(s.chance)},
                                            {"measurable", s.measurable},
                                            {"why_not", s.why_not.empty() ? Json() : Json(s.why_not)},
                                            {"prompts", prompts}}))
            << "\n";
}

std::string joined(const std::vector<std::string>& tokens, int begin, int end) {
  std::string text;
  for (int i = begin; i < end; ++i) text += tokens[static_cast<size_t>(i)];
  return visible_whitespace(text);
}

std::string quoted(const std::vector<std::string>& texts) {
  constexpr size_t kMost = 6;
  std::vector<std::string> words;
  for (const std::string& text : texts) words.push_back("\"" + visible_whitespace(text) + "\"");
  return listed(words, kMost);
}

void line(const std::string& name, const std::string& text) {
  constexpr size_t kColumn = 18;
  std::cout << "  " << name << std::string(name.size() < kColumn ? kColumn - name.size() : 1, ' ') << text << "\n";
}

void print(const TriedPrompt& prompt, size_t index) {
  const int n = static_cast<int>(prompt.tokens.size());
  std::cout << "\nprompt " << index << ", " << n << " tokens\n";
  line("text", joined(prompt.tokens, 0, n));
  constexpr size_t kMostPlaces = 8;
  for (size_t r = 0; r < prompt.roles.size();) {
    const std::string& name = prompt.roles[r].name;
    std::vector<std::string> places;
    for (; r < prompt.roles.size() && prompt.roles[r].name == name; ++r) {
      const TriedRole& role = prompt.roles[r];
      places.push_back("\"" + joined(prompt.tokens, role.begin, role.end) + "\" at " + std::to_string(role.begin) +
                       (role.end > role.begin + 1 ? " to " + std::to_string(role.end - 1) : ""));
    }
    line(name, listed(places, kMostPlaces));
  }
  std::vector<std::string> arcs;
  for (const Arc& arc : prompt.arcs)
    arcs.push_back(arc.relation + " \"" + joined(prompt.tokens, arc.dependent_begin, arc.dependent_end) + "\" to \"" +
                   joined(prompt.tokens, arc.head_begin, arc.head_end) + "\"");
  if (!arcs.empty()) line("grammar", listed(arcs, kMostPlaces));
  if (!prompt.answers.empty()) line("right", quoted(prompt.answers) + (prompt.wrong.empty() ? "" : "; wrong " + quoted(prompt.wrong)));
  if (!prompt.twin.empty()) line("twin", joined(prompt.twin, 0, static_cast<int>(prompt.twin.size())));
}

void print(const Task& task, const std::string& model, const TaskTrial& trial, size_t n_shown, const std::vector<std::string>& families) {
  std::cout << task.id << ": " << task.title << "\n" << task.summary << "\n\n";
  line("prompts", std::string("by ") + tasks::generator_of(task.definition).name);
  line("metric", metric_of(task.definition));
  std::set<std::string> found;  // a task of rows names its roles there
  for (const TriedPrompt& prompt : trial.prompts)
    for (const TriedRole& role : prompt.roles) found.insert(role.name);
  line("roles", listed(found.empty() ? roles_of(task.definition) : std::vector(found.begin(), found.end())));
  line("families", families.empty() ? "none names it; headlight scan MODEL --tasks " + task.id + " --families F looks for any" : listed(families));
  std::cout << "\n" << model << ": " << trial.prompts.size() << " of " << trial.n_asked << " prompts";
  if (trial.making.n_tried > 0) std::cout << ", from " << trial.making.n_tried << " drawn texts";
  std::cout << "\n";
  for (const std::string& note : trial.making.notes) std::cout << "  " << note << "\n";
  const RunSummary& s = trial.summary;
  if (s.accuracy)
    std::cout << "accuracy " << short_text(json_or_null(s.accuracy)) << " ± " << short_text(json_or_null(s.accuracy_error)) << ", guessing gives "
              << short_text(json_or_null(s.chance)) << (s.measurable ? ": the model solves it\n" : "\n");
  if (s.clean_metric) std::cout << s.metric << " " << short_text(json_or_null(s.clean_metric)) << " " << s.metric_unit << "\n";
  if (!s.measurable) std::cout << "not measurable: " << s.why_not << "\n";
  for (size_t i = 0; i < std::min(n_shown, trial.prompts.size()); ++i) print(trial.prompts[i], i);
}

int run_check(const ParsedOptions& options, const Environment& environment) {
  if (options.positionals[0] != "check")
    throw Error(ErrorCode::bad_input, "task knows check, not \"" + options.positionals[0] + "\": headlight task check FILE.json");
  const SearchFolders folders = search_folders(environment.executable);
  const Task task = named_task(options.positionals[1], folders);
  const ModelSource model = model_for_checks(options, folders);
  const auto n_prompts = static_cast<int>(options.integer("prompts", 32, 2, 100000));
  const auto n_shown = static_cast<size_t>(options.integer("show", 3, 0, 100000));
  const TaskTrial trial = try_task(task, model, n_prompts, options.integer("seed", 0, 0, 1000000000), static_cast<int>(options.integer("threads", 0, 1, 1024)));
  if (options.has("json"))
    print_json(task, model.name, trial, n_shown);
  else
    print(task, model.name, trial, n_shown, families_by_task(index_plugins(folders.plugins, environment.executable))[task.id]);
  return trial.summary.measurable ? kDone : kSomeFailed;
}

}  // namespace

Command tasks_command() {
  return {.spec = {.name = "tasks",
                   .summary = "Lists the tasks that are installed.",
                   .positionals = "",
                   .options = {json_option(), csv_option()},
                   .notes = "A task is one JSON file: drop it into a folder of $HEADLIGHT_PLUGIN_PATH or into ~/.local/share/headlight/plugins. "
                            "plugins/tasks/README.md says what stands in it, and `headlight task check FILE.json` whether it does. Exit codes: 0, or 2 when "
                            "a file in these folders is no task."},
          .run = run_list};
}

Command task_command() {
  return {.spec = {.name = "task",
                   .summary = "Checks a task (check FILE.json): its fields, its prompts, whether a model solves it.",
                   .positionals = "check FILE.json|TASK",
                   .min_positionals = 2,
                   .max_positionals = 2,
                   .options = {{"model", "M", "whose tokenizer cuts the prompts, and who is to solve them (default: mixture-tiny)"},
                               {"prompts", "N", "prompts to make, as a scan would (default: 32)"},
                               {"show", "N", "prompts to print with their roles (default: 3)"},
                               {"seed", "S", "which prompts (default: 0)"},
                               {"threads", "N", "threads (default: one per core)"},
                               json_option()},
                   .notes = "Exit codes: 0 the model solves the task, 1 the file is no task, 2 it is one, but not measurable with this model: too few "
                            "prompts pass its filters, or the model does not solve it."},
          .run = run_check};
}

}  // namespace headlight
