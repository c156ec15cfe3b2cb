// What a plugin says of itself, copied out of its manifest: the program's picture of a plugin that is not loaded.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/results.hpp"
#include "core/engine/site.hpp"
#include "core/stats/across_prompts.hpp"

namespace headlight {

enum class PluginKind { family = 1, method = 2 };
enum class NullKind { shuffled_tokens = 1, random_weights = 2, other_heads = 3 };
std::string_view to_string(PluginKind kind);
std::string_view to_string(NullKind kind);

struct PluginReference {
  std::string title, url;
};

struct PluginParameter {
  std::string name, doc;
  bool is_integer = false;
  double default_value = 0, min = 0, max = 0;
};

// A number of many prompts, of the pairs of outputs (first + k, second + k) for k < count; see headlight_output.
struct Across {
  AcrossKind kind = AcrossKind::nothing;
  int first = 0, second = 0, count = 0;
};

struct PluginOutput {
  std::string name, doc, unit;
  double min = 0, max = 0;
  std::optional<double> threshold;
  std::string threshold_source;
  int best_of_first = 0, best_of_count = 0;  // count > 0: the best of these outputs, not emitted
  Across across;                             // not emitted where it is of a kind
  bool is_derived() const { return best_of_count > 0 || across.kind != AcrossKind::nothing; }
};

struct PluginInfo {
  std::filesystem::path path;
  std::string build_id;  // content hash of the file
  PluginKind kind = PluginKind::family;
  NullKind null_kind = NullKind::random_weights;
  std::string id, version, title, summary;
  std::string stage;  // "KR", "ICI", "LR", "EP"; "" for methods
  std::string formula, formula_source;
  std::vector<PluginReference> references;
  std::vector<PluginParameter> parameters;
  std::vector<PluginOutput> outputs;
  std::vector<SiteKind> sites;
  std::vector<std::string> tasks;
  bool measures_family = false;
  bool needs_circuits = false;
  int n_decoded = 0;  // tokens that prompts are continued by, at most
};

Json to_json(const PluginInfo& plugin);
PluginInfo plugin_info_from(const Json& json);  // throws Error{bad_input}

PluginRecord record_of(const PluginInfo& plugin);

}  // namespace headlight
