// One run inside a worker: its plugins, what it has delivered, and why it failed if it did.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "core/base/error.hpp"
#include "core/host/job.hpp"
#include "core/host/plugin_library.hpp"

namespace headlight {

// What is wrong with a refused value, as its error says it.
inline constexpr std::string_view kNoNumber = "as a number that is none (NaN or infinite)";
inline constexpr std::string_view kOutsideItsRange = ", outside its declared range ";

struct WorkerRun {
  size_t index = 0;  // in the job
  JobRun spec;
  std::optional<LoadedPlugin> family;
  LoadedPlugin method;
  std::set<std::tuple<Part, int, int>> committed_prompts;   // (part, replicate, prompt) with any value
  std::set<std::tuple<int, int, int, int>> committed_cells;  // (output, layer, head, prompt) with a value of the real run
  std::vector<CellValue> pending;                           // emitted, not yet sent
  bool failed = false;
  double seconds = 0;
  std::int64_t n_forwards = 0, n_forwards_shared = 0;  // prompts through the model that its family watched, and not alone

  bool measures_family() const { return method.info.measures_family; }
  // The outputs that its values belong to: the family's where the method measures it, else the method's.
  const std::vector<PluginOutput>& outputs() const { return measures_family() ? family->info.outputs : method.info.outputs; }
  NullKind null_kind() const { return measures_family() ? family->info.null_kind : method.info.null_kind; }

  // Whether a cell can give nothing new. Several cells may share a head and prompt, each with its output; -1 is all of them.
  bool is_committed(int output, HeadId head, int prompt) const;

  // Checks a value against what the plugin has declared. Throws Error{plugin} with output, head, prompt and value.
  void emit(Part part, int replicate, int output, HeadId head, int prompt, double value);
};

}  // namespace headlight
