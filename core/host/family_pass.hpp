// One pass, many detectors: the families of all runs of a job observe the same forward pass over some prompts.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/circuits.hpp"
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

// The model that families watch.
struct WatchedModel {
  Forward<float>* forward = nullptr;
  Circuits* circuits = nullptr;  // REQUIRED when a run's family needs them
  const ModelDescription* description = nullptr;
  std::function<std::string(TokenId)> piece_of;  // the text of a decoded token; none: it has no tokenizer

  bool has_bos() const { return description->bos_token.has_value(); }
};

struct Observation {
  std::vector<std::vector<FamilyGrid>> grids;  // of each run, in the order of the runs
  std::int64_t n_forwards = 0;                 // prompts through the model, each counted once however many families watched it
};

// Runs the prompts (indices into the set) through the model once, and once more for every number of tokens by which families want
// them continued, and adds to each run what it watched. A family that fails is reported through `on_failure` and left out from then on.
using OnRunFailure = std::function<void(WorkerRun& run, const Error& error)>;
Observation observe(const WatchedModel& model, const PromptSet& set, const std::vector<int>& prompts, const std::vector<WorkerRun*>& runs,
                    const OnRunFailure& on_failure);

}  // namespace headlight
