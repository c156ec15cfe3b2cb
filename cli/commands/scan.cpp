// headlight scan: looks for heads and keeps what it finds in the catalogue.
#include <atomic>
#include <csignal>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "core/base/error.hpp"
#include "core/host/scan.hpp"
#include "storage/catalogue_writer.hpp"

namespace headlight {
namespace {

std::atomic<bool> interrupted{false};

ScanRequest request_from(const ParsedOptions& options, const Environment& environment, const SearchFolders& folders) {
  ScanRequest request;
  for (const std::string& argument : options.positionals)
    for (ModelSource& source : resolve_models(argument, folders.models)) request.models.push_back(std::move(source));
  request.families = options.list("families");
  request.methods = options.list("methods");
  request.tasks = options.list("tasks");
  request.n_prompts = static_cast<int>(options.integer("prompts", request.n_prompts, 4, 100000));
  request.seed = options.integer("seed", 0, 0, 1000000000);
  request.n_threads = static_cast<int>(options.integer("threads", 0, 1, 1024));
  request.memory_bytes = options.size("memory", 0);
  request.self_test = !options.has("no-self-test");
  request.silence = std::chrono::seconds(options.integer("timeout", request.silence.count(), 1, 1000000));
  request.worker = environment.executable;
  return request;
}

void print_plan(const ScanPlan& plan) {
  Table table({{"model"}, {"task"}, {"method"}, {"families"}, {"heads", true}});
  for (const PlannedJob& job : plan.jobs)
    for (const PlannedRun& run : job.runs) {
      std::string families;
      for (const PluginInfo* family : run.families) families += (families.empty() ? "" : ",") + family->id;
      table.add({run.names.model, run.names.task, run.names.method, families, run.n_layers * run.n_heads});
    }
  table.print(std::cout);
}

int run(const ParsedOptions& options, const Environment& environment) {
  const SearchFolders folders = search_folders(environment.executable);
  const ScanRequest request = request_from(options, environment, folders);
  const PluginIndex plugins = index_plugins(folders.plugins, environment.executable);
  for (const PluginProblem& problem : plugins.problems) std::cerr << "plugin " << problem.path.string() << ": " << problem.reason << "\n";
  if (plugins.families.empty() || plugins.methods.empty()) {
    std::cerr << "headlight: a scan needs a family and a method, and of " << (plugins.families.empty() ? "families" : "methods")
              << " there is none; `headlight plugins` says where they are looked for\n";
    return kNothingUsable;
  }
  std::vector<std::string> problems;
  const auto tasks = load_tasks(folders.tasks, problems);
  for (const std::string& problem : problems) std::cerr << "task " << problem << "\n";
  const ScanPlan plan = plan_scan(request, plugins, tasks);
  for (const std::string& problem : plan.problems) std::cerr << "headlight: " << problem << "\n";
  if (plan.jobs.empty()) return kBadInput;
  if (options.has("dry-run")) return print_plan(plan), plan.problems.empty() ? kDone : kSomeFailed;

  const auto path = catalogue_path(options);
  CatalogueWriter catalogue(path);
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::signal(SIGTERM, [](int) { interrupted = true; });
  Progress progress(std::cerr);
  const ScanReport report = run_scan(request, plan, catalogue, progress, [] { return interrupted.load(); });
  progress.finish(report, path.string());
  if (report.cancelled) return kInterrupted;
  return report.n_failed > 0 || report.n_refused > 0 || !plan.problems.empty() ? kSomeFailed : kDone;
}

}  // namespace

Command scan_command() {
  return {.spec = {.name = "scan",
                   .summary = "Looks for heads in models and keeps what it finds in the catalogue.",
                   .positionals = "MODEL...",
                   .min_positionals = 1,
                   .max_positionals = -1,
                   .options = {{"families", "F,..", "only these families (default: all that suit)"},
                               {"methods", "M,..", "only these methods (default: all)"},
                               {"tasks", "T,..", "only these tasks (default: those of the families)"},
                               {"prompts", "N", "prompts per task, half of them to select and half to report (default: 32)"},
                               {"seed", "S", "which prompts (default: 0)"},
                               {"threads", "N", "threads of a worker (default: one per core)"},
                               {"memory", "SIZE", "memory of a worker, such as 8G (default: half of the machine's)"},
                               {"timeout", "SECONDS", "a worker silent for so long is taken for hung (default: 600)"},
                               {"no-self-test", "", "also scan models that do not compute what the reference.json in their folder says"},
                               db_option(),
                               {"dry-run", "", "print the runs and do none"}},
                   .notes = "MODEL is a Hugging Face model folder, a GGUF file, a folder of models, the name of a model that ships with "
                            "Headlight, or ORG/NAME[@REVISION] of a model in the hub cache, which `headlight pull` fills.\n"
                            "A model whose folder brings a reference.json (or an expected.safetensors) is held against it first.\n"
                            "Running the same command again resumes what is missing and repeats nothing. Exit codes: 0 done, 1 wrong use or\n"
                            "bad input, 2 finished but some runs failed, 3 no usable plugin, 130 interrupted (what was committed stays)."},
          .run = run};
}

}  // namespace headlight
