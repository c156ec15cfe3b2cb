// headlight doctor: whether this installation, and a model, can be trusted.
#include <algorithm>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/host/model_check.hpp"
#include "core/host/model_source.hpp"
#include "core/host/plugin_search.hpp"
#include "core/tasks/task.hpp"
#include "storage/catalogue.hpp"

namespace headlight {
namespace {

constexpr double kPrecisionTolerance = 1e-3;  // float against double, relative

void line(const std::string& what, const std::string& finding) {
  std::string label = what;
  label.resize(std::max<size_t>(label.size(), 16), ' ');
  std::cout << label << " " << finding << "\n";
}

int check_installation(const ParsedOptions& options, const Environment& environment) {
  const SearchFolders folders = search_folders(environment.executable);
  const PluginIndex plugins = index_plugins(folders.plugins, environment.executable);
  line("version", HEADLIGHT_VERSION);
  for (const auto& folder : folders.plugins) line("plugin folder", folder.string());
  line("plugins", std::to_string(plugins.families.size()) + " families, " + std::to_string(plugins.methods.size()) + " methods");
  for (const PluginProblem& problem : plugins.problems) line("no plugin", problem.path.string() + ": " + problem.reason);
  std::vector<std::string> problems;
  line("tasks", std::to_string(load_tasks(folders.tasks, problems).size()));
  for (const std::string& problem : problems) line("no task", problem);
  const auto path = catalogue_path(options);
  if (std::filesystem::exists(path)) {
    Catalogue catalogue(path);
    line("catalogue", path.string() + ": " + std::to_string(catalogue.models().size()) + " models");
  } else {
    line("catalogue", path.string() + ": none yet");
  }
  if (plugins.families.empty() || plugins.methods.empty()) return kNothingUsable;
  return plugins.problems.empty() && problems.empty() ? kDone : kSomeFailed;
}

void describe(const Checkpoint& checkpoint) {
  const ModelDescription& d = checkpoint.description;
  const AttentionDescription& a = d.attention;
  line("architecture", d.architecture + ", " + std::to_string(checkpoint.n_parameters) + " parameters, stored as " + std::string(to_string(checkpoint.dtype)));
  line("shape", std::to_string(d.n_layers) + " layers, " + std::to_string(a.n_heads) + " heads (" + std::to_string(a.n_kv_heads) + " of keys and values), d_head " +
                    std::to_string(a.d_head) + ", d_model " + std::to_string(d.d_model) + ", d_mlp " + std::to_string(d.mlp.d_mlp) + ", vocabulary " +
                    std::to_string(d.vocab_size) + ", context " + (d.n_ctx > 0 ? std::to_string(d.n_ctx) : "unbounded"));
  line("fingerprint", checkpoint.fingerprint);
  for (const std::string& note : checkpoint.notes) line("note", note);
}

bool say(const std::optional<ReferenceCheck>& check, const char* label) {
  line(label, check ? verdict_of(*check) : "the folder brings no reference.json and no expected.safetensors");
  return !check || check->agrees();
}

// Random prompts through the float and the float64 path.
bool check_precision(const Model& model) {
  const ModelDescription& d = model.description();
  Random random(1);
  std::vector<std::vector<TokenId>> prompts(2);
  for (auto& prompt : prompts)
    for (int i = 0; i < (d.n_ctx > 0 ? std::min(d.n_ctx, 64) : 64); ++i) prompt.push_back(static_cast<TokenId>(random.below(static_cast<std::uint64_t>(d.vocab_size))));
  const auto differences = compare_precisions(model, prompts, 0);
  for (size_t i = 0; i < differences.size(); ++i) {
    if (differences[i] <= kPrecisionTolerance) continue;
    line("float64 path", "DIVERGES first after " + (i + 1 < differences.size() ? "layer " + std::to_string(i) : std::string("the unembedding")) + ", by " +
                             short_text(differences[i]) + " of the largest number");
    return false;
  }
  line("float64 path", "float follows it: largest relative difference " + short_text(*std::max_element(differences.begin(), differences.end())) + " over " +
                           std::to_string(d.n_layers) + " layers and the logits");
  return true;
}

int run(const ParsedOptions& options, const Environment& environment) {
  if (options.positionals.empty()) return check_installation(options, environment);
  bool good = true;
  for (const ModelSource& source : resolve_models(options.positionals[0], search_folders(environment.executable).models)) {
    line("model", source.name + " in " + source.folder.string());
    const Model model = Model::open(source.folder);
    describe(*model.checkpoint);
    try {
      line("tokenizer", std::to_string(Tokenizer::open(source.folder).vocab_size()) + " tokens");
    } catch (const Error& error) {
      line("tokenizer", error.what());
      good &= error.code() == ErrorCode::not_found;
    }
    good &= say(check_trust(model, source.folder, 0), "reference");
    if (options.has("check")) {
      good &= say(check_reference<double>(model, source.folder, 0), "in float64");
      good &= check_precision(model);
    }
  }
  return good ? kDone : kSomeFailed;
}

}  // namespace

Command doctor_command() {
  return {.spec = {.name = "doctor",
                   .summary = "Says whether this installation, or a model, can be trusted.",
                   .positionals = "[MODEL]",
                   .max_positionals = 1,
                   .options = {{"check", "", "also compute in float64 and name the first layer that diverges"}, db_option()}},
          .run = run};
}

}  // namespace headlight
