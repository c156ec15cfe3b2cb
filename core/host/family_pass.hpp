// One pass, many detectors: the families of all runs of a job observe the same forward pass over some prompts.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/engine/forward.hpp"
#include "core/host/job_run.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

// What the families said: per run, output and prompt a grid [layer, head] of values and which of them are measured.
struct FamilyGrid {
  int prompt = 0;
  uint32_t output = 0;
  std::vector<double> values;
  std::vector<uint8_t> present;
};

// Runs the prompts (indices into the set) through the model once. Returns the grids of each run, in the order of `runs`.
// A family that fails is reported through `on_failure` and left out from then on.
using OnRunFailure = std::function<void(WorkerRun& run, const Error& error)>;
std::vector<std::vector<FamilyGrid>> observe(Forward<float>& forward, const ModelDescription& model, bool has_bos, const PromptSet& set,
                                             const std::vector<int>& prompts, const std::vector<WorkerRun*>& runs,
                                             const OnRunFailure& on_failure);

}  // namespace headlight
