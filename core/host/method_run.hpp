// Lets a method drive: the session that it is handed, over the engine's evaluator and the families' grids.
#pragma once

#include <functional>
#include <vector>

#include "core/engine/evaluator.hpp"
#include "core/host/family_pass.hpp"
#include "core/host/job_run.hpp"

namespace headlight {

struct MethodContext {
  WorkerRun* run = nullptr;
  const ModelDescription* model = nullptr;
  bool has_bos = false;
  const PromptSet* set = nullptr;
  Evaluator<float>* evaluator = nullptr;           // for methods of cells
  const std::vector<PromptOutcome>* clean = nullptr;
  const std::vector<FamilyGrid>* grids = nullptr;  // for methods that measure the family
  Part part = Part::value;
  int replicate = 0;
  std::function<void()> deliver;                                      // sends what the run has emitted
  std::function<bool(std::int64_t done, std::int64_t total)> progress;  // false: cancelled
};

// Calls the method once. Throws Error as the plugin or the engine failed.
void run_method(const MethodContext& context);

}  // namespace headlight
