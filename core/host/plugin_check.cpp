#include "core/host/plugin_check.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/host/exported_symbols.hpp"
#include "core/host/job_run.hpp"

namespace headlight {
namespace {

constexpr int kPrompts = 8, kPromptsToCancel = 64;
constexpr std::chrono::milliseconds kPromisedTimeToStop{1000};
constexpr std::int64_t kMemory = std::int64_t{1} << 30;  // bytes
constexpr int kAttemptsToStop = 3;                       // a busy machine may be late once

std::string counted(size_t n, const std::string& thing) { return std::to_string(n) + " " + thing + (n == 1 ? "" : "s"); }

class PluginCheck {
 public:
  PluginCheck(const PluginCheckRequest& request, const std::function<void(const RuleFinding&)>& on_finding)
      : request_(request), on_finding_(on_finding) {}

  bool run() {
    check_symbols();
    if (!check_manifest())
      return skip({"tasks", "run", "values", "repeatable", "captures", "short-prompts", "cancel"}, "the manifest comes first");
    check_tasks();
    if (const std::string lacking = choose_company(); !lacking.empty())
      return skip({"run", "values", "repeatable", "captures", "short-prompts", "cancel"}, lacking);
    if (check_run()) {
      const bool repeats = check_repeatable();
      const bool is_careful = check_captures(repeats);
      check_short_prompts(is_careful);
      check_cancel();
    }
    return n_broken_ == 0;
  }

 private:
  void kept(const std::string& rule, const std::string& finding) { on_finding_({rule, RuleVerdict::kept, finding}); }
  void not_tried(const std::string& rule, const std::string& why) { on_finding_({rule, RuleVerdict::not_tried, why}); }
  void broken(const std::string& rule, const std::string& finding) {
    ++n_broken_;
    on_finding_({rule, RuleVerdict::broken, finding});
  }
  bool skip(const std::vector<std::string>& rules, const std::string& why) {
    for (const std::string& rule : rules) not_tried(rule, why);
    return n_broken_ == 0;
  }
  bool is_family() const { return plugin_.kind == PluginKind::family; }

  void check_symbols() {
    const std::string ours = "headlight_plugin_v" + std::to_string(HEADLIGHT_ABI_MAJOR);
    std::string others;
    bool found = false;
    try {
      for (const std::string& name : exported_symbols(request_.library))
        if (name == ours)
          found = true;
        else
          others += (others.empty() ? "" : ", ") + name;
    } catch (const Error& error) {
      return broken("symbols", error.what());
    }
    if (!found)
      return broken("symbols",
                    "does not export " + ours + ": end the source with HEADLIGHT_EXPORT_FAMILY or HEADLIGHT_EXPORT_METHOD");
    if (!others.empty())
      return broken("symbols", "also exports " + others + ": build it with headlight_add_plugin(), which hides all else");
    kept("symbols", "exports " + ours + " and nothing else");
  }

  bool check_manifest() {
    const PluginIndex index = index_libraries({request_.library}, request_.worker, request_.patience.silence);
    if (!index.problems.empty()) return broken("manifest", index.problems.front().reason), false;
    plugin_ = index.families.empty() ? index.methods.front() : index.families.front();
    std::string facts = plugin_.id + " " + plugin_.version + ", a " + std::string(to_string(plugin_.kind)) + ": " +
                        counted(plugin_.outputs.size(), "output");
    if (is_family()) facts += ", " + counted(plugin_.sites.size(), "site") + ", " + counted(plugin_.tasks.size(), "task");
    for (const PluginReference& reference : plugin_.references)
      if (!reference.url.starts_with("http://") && !reference.url.starts_with("https://"))
        return broken("manifest", "the reference \"" + reference.title + "\" has no URL but \"" + reference.url + "\""), true;
    kept("manifest", facts);
    return true;
  }

  const Task* find_task(const std::string& id) const {
    const auto found =
        std::find_if(request_.tasks.begin(), request_.tasks.end(), [&](const Task& task) { return task.id == id; });
    return found == request_.tasks.end() ? nullptr : &*found;
  }

  void check_tasks() {
    if (!is_family()) return not_tried("tasks", "a method names none");
    std::string here, missing;
    for (const std::string& id : plugin_.tasks) {
      std::string& list = find_task(id) ? here : missing;
      list += (list.empty() ? "" : ", ") + id;
    }
    if (!missing.empty())
      return broken("tasks", "not here: " + missing + "; put the JSON file beside the plugin, see plugins/tasks/README.md");
    kept("tasks", here + (plugin_.tasks.size() == 1 ? " is here" : " are here"));
  }

  // What the plugin is run with; says what is lacking.
  std::string choose_company() {
    const PluginIndex& installed = request_.installed;
    if (is_family()) {
      const auto measuring =
          std::find_if(installed.methods.begin(), installed.methods.end(), [](const PluginInfo& m) { return m.measures_family; });
      if (measuring == installed.methods.end()) return "no method that measures families is installed";
      family_ = &plugin_;
      method_ = &*measuring;
    } else {
      method_ = &plugin_;
      if (plugin_.measures_family && installed.families.empty()) return "no family is installed to be measured";
      if (plugin_.measures_family) family_ = &installed.families.front();
    }
    if (family_)
      for (const std::string& id : family_->tasks)
        if (!task_) task_ = find_task(id);
    if (!family_ && !(task_ = find_task("repeated-random")) && !request_.tasks.empty()) task_ = &request_.tasks.front();
    return task_ ? "" : "none of its tasks is installed";
  }

  Job job(int n_prompts, bool guarded) const {
    const auto defaults = [](const PluginInfo* plugin) {
      std::vector<double> values;
      if (plugin)
        for (const PluginParameter& parameter : plugin->parameters) values.push_back(parameter.default_value);
      return values;
    };
    return {.model = std::filesystem::absolute(request_.model.folder),
            .task = task_->definition,
            .seed = 0,
            .n_prompts = n_prompts,
            .n_threads = 1,
            .memory_bytes = kMemory,
            .wants_patterns = false,
            .runs = {{.label = plugin_.id,
                      .family = family_ ? family_->path : std::filesystem::path(),
                      .method = method_->path,
                      .family_parameters = defaults(family_),
                      .method_parameters = defaults(method_),
                      .committed = {},
                      .guards_captures = guarded}}};
  }
  TrialOutcome try_run(bool guarded) const { return try_job(job(kPrompts, guarded), request_.worker, request_.patience); }

  // run and values. Returns whether the plugin can be run at all.
  bool check_run() {
    first_ = try_run(false);
    if (!first_.done) return report_failure(), false;
    kept("run", std::to_string(kPrompts) + " prompts of " + task_->id + " on " + request_.model.name +
                    (is_family() ? ", by " + method_->id : ""));
    if (first_.values.empty())
      broken("values", "gives no number at all");
    else
      kept("values", counted(first_.values.size(), "number") + ", each finite and in its declared range");
    return true;
  }

  void report_failure() {
    const bool by_value =
        first_.failure.find(kNoNumber) != std::string::npos || first_.failure.find(kOutsideItsRange) != std::string::npos;
    if (by_value)
      kept("run", "until a value was refused"), broken("values", first_.failure);
    else if (first_.code == to_string(ErrorCode::not_measurable))
      not_tried("run", request_.model.name + " cannot show it: " + first_.failure + "; name another model with --model");
    else
      broken("run", first_.failure);
    std::vector<std::string> rest = {"repeatable", "captures", "short-prompts", "cancel"};
    if (!by_value) rest.insert(rest.begin(), "values");
    skip(rest, "a good run comes first");
  }

  // Returns whether the family may be shown guarded captures from here on.
  bool check_captures(bool repeats) {
    if (!is_family()) return not_tried("captures", "a method sees none"), false;
    const int n_before = n_broken_;
    const TrialOutcome guarded = try_run(true);
    if (!guarded.done)
      broken("captures",
             "writes into a capture or reads beyond one: with captures in pages of their own, read-only, " + guarded.failure);
    else if (repeats && guarded.values != first_.values)
      broken("captures", "reads beyond a capture: its numbers change with what stands in memory beside it");
    else
      kept("captures", "neither writes into them nor reads beyond them");
    return n_broken_ == n_before;
  }

  bool check_repeatable() {
    const int n_before = n_broken_;
    compare(try_run(false));
    return n_broken_ == n_before;
  }

  void compare(const TrialOutcome& second) {
    if (!second.done) return broken("repeatable", "the same run again fails: " + second.failure);
    if (second.values.size() != first_.values.size())
      return broken("repeatable", "gives " + counted(first_.values.size(), "number") + " in one run and " +
                                      counted(second.values.size(), "number") + " in the next");
    for (size_t i = 0; i < first_.values.size(); ++i) {
      const CellValue &a = first_.values[i], &b = second.values[i];
      if (a == b) continue;
      return broken("repeatable", "gives " + number_text(a.value) + " for " + to_string(a.head) + " on prompt " +
                                      std::to_string(a.prompt) + " and " + number_text(b.value) +
                                      " when the same run is done again");
    }
    kept("repeatable", "the same run again gives the same numbers");
  }

  void check_short_prompts(bool guarded) {
    if (!is_family()) return not_tried("short-prompts", "a method sees none");
    const auto problem = try_short_prompts({.family = plugin_.path, .model = request_.model.folder, .guards_captures = guarded},
                                           request_.worker, request_.patience);
    if (problem) return broken("short-prompts", *problem);
    kept("short-prompts", "copes with prompts of one, two and three tokens");
  }

  void check_cancel() {
    TrialPatience patience = request_.patience;
    std::chrono::milliseconds least = std::chrono::milliseconds::max();
    for (int attempt = 0; attempt < kAttemptsToStop; ++attempt) {
      const TrialOutcome outcome = try_job(job(kPromptsToCancel, false), request_.worker, patience, true);
      if (!outcome.stopping) return kept("cancel", "was done before it could be stopped");
      if (*outcome.stopping <= kPromisedTimeToStop) return kept("cancel", "stops within a second");
      least = std::min(least, *outcome.stopping);
    }
    broken("cancel", "goes on for " + number_text(static_cast<double>(least.count()) / 1000) +
                         " s after it was cancelled: call progress() in long loops, and do not catch what it throws");
  }

  const PluginCheckRequest& request_;
  const std::function<void(const RuleFinding&)>& on_finding_;
  PluginInfo plugin_;
  const PluginInfo* family_ = nullptr;
  const PluginInfo* method_ = nullptr;
  const Task* task_ = nullptr;
  TrialOutcome first_;
  int n_broken_ = 0;
};

}  // namespace

bool check_plugin(const PluginCheckRequest& request, const std::function<void(const RuleFinding&)>& on_finding) {
  return PluginCheck(request, on_finding).run();
}

}  // namespace headlight
