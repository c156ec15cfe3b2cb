#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/engine/version.hpp"
#include "core/host/scan.hpp"

namespace headlight {
namespace {

std::vector<const PluginInfo*> chosen(const std::vector<PluginInfo>& plugins, const std::vector<std::string>& ids, PluginKind kind) {
  std::vector<const PluginInfo*> result;
  if (ids.empty())
    for (const PluginInfo& plugin : plugins) result.push_back(&plugin);
  for (const std::string& id : ids) result.push_back(&find_plugin(plugins, id, kind));
  return result;
}

std::vector<const Task*> chosen_tasks(const std::vector<Task>& tasks, const std::vector<std::string>& ids) {
  std::vector<const Task*> result;
  for (const std::string& id : ids) result.push_back(&find_task(tasks, id));
  if (ids.empty())
    for (const Task& task : tasks) result.push_back(&task);
  return result;
}

Json parameters_of(const PluginInfo* family, const PluginInfo& method) {
  Json parameters = Json::object();
  for (const PluginInfo* plugin : {family, &method})
    if (plugin)
      for (const PluginParameter& parameter : plugin->parameters) parameters.set(plugin->id + "." + parameter.name, parameter.default_value);
  return parameters;
}

PlannedRun plan_run(const ScanRequest& request, const ModelRecord& model, const PluginInfo* family, const PluginInfo& method, const Task& task) {
  PlannedRun run{.names = {.model = model.name, .family = family ? family->id : "", .method = method.id, .task = task.id},
                 .families = {}, .key = {}, .family = family, .method = &method, .task = &task, .n_layers = model.n_layers,
                 .n_heads = model.n_heads};
  run.key = {.model = model.fingerprint, .tokenizer = model.tokenizer_hash, .family = family ? family->id : "",
             .family_version = family ? family->version : "", .family_build = family ? family->build_id : "", .method = method.id,
             .method_version = method.version, .method_build = method.build_id, .task = task.id, .task_hash = task.content_hash,
             .parameters = parameters_of(family, method), .seed = request.seed, .n_prompts = request.n_prompts,
             .engine_version = std::string(kEngineVersion)};
  return run;
}

}  // namespace

ScanPlan plan_scan(const ScanRequest& request, const PluginIndex& plugins, const std::vector<Task>& tasks) {
  const auto families = chosen(plugins.families, request.families, PluginKind::family);
  const auto methods = chosen(plugins.methods, request.methods, PluginKind::method);
  const auto allowed = chosen_tasks(tasks, request.tasks);

  // Families by task: those whose manifest names it, or all when the user named both.
  std::vector<std::pair<const Task*, std::vector<const PluginInfo*>>> by_task;
  for (const Task* task : allowed) {
    std::vector<const PluginInfo*> suited;
    for (const PluginInfo* family : families) {
      const bool named = std::find(family->tasks.begin(), family->tasks.end(), task->id) != family->tasks.end();
      if (named || (!request.families.empty() && !request.tasks.empty())) suited.push_back(family);
    }
    if (!suited.empty()) by_task.emplace_back(task, suited);
  }
  if (by_task.empty()) throw Error(ErrorCode::bad_input, "nothing to do: no chosen family is looked for on a chosen task; see `headlight plugins`");

  ScanPlan plan;
  std::set<std::string> fingerprints;
  for (const ModelSource& source : request.models) {
    ModelRecord model;
    try {
      model = record_of(source, open_checkpoint(source.folder));
    } catch (const Error& error) {
      plan.problems.push_back(std::string(error.what()).starts_with(source.folder.string()) ? error.what() : error.at(source.folder.string()).what());
      continue;
    }
    if (!fingerprints.insert(model.fingerprint).second) continue;  // the same weights under two names are one model
    plan.models.push_back(model);
    for (const auto& [task, suited] : by_task) {
      PlannedJob job{.source = source, .runs = {}};
      for (const PluginInfo* method : methods) {
        if (method->measures_family) {
          for (const PluginInfo* family : suited) {
            job.runs.push_back(plan_run(request, model, family, *method, *task));
            job.runs.back().families = {family};
          }
        } else {
          job.runs.push_back(plan_run(request, model, nullptr, *method, *task));
          job.runs.back().families = suited;
        }
      }
      plan.jobs.push_back(std::move(job));
    }
  }
  return plan;
}

}  // namespace headlight
