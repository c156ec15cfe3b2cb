// A task tried on a model without looking for heads: what its filters leave, what a prompt looks like, and whether the model solves it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/results.hpp"
#include "core/host/model_source.hpp"
#include "core/tasks/task.hpp"

namespace headlight {

struct TriedRole {
  std::string name;
  int begin = 0, end = 0;  // tokens, end exclusive
};

struct TriedPrompt {
  std::vector<std::string> tokens;         // as people read them
  std::vector<TriedRole> roles;            // by name, "end" included
  std::vector<Arc> arcs;                   // of its grammar
  std::vector<std::string> answers, wrong; // first tokens of what is right and of what it is compared with, at the last position
  std::vector<std::string> twin;           // [token] of the corrupted twin; empty without one
  PromptOutcome outcome;
};

struct TaskTrial {
  int n_asked = 0;
  PromptMaking making;
  std::vector<TriedPrompt> prompts;
  RunSummary summary;  // metric, accuracy with its error, chance, measurable and why not; no heads
};

// Throws what opening the model does. A task that gives no prompts for this model is a trial without any, and says why in `summary`.
TaskTrial try_task(const Task& task, const ModelSource& model, int n_prompts, std::int64_t seed, int n_threads);

}  // namespace headlight
