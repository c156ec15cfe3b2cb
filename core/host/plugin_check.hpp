// The conformance suite: holds a plugin to the rules of the boundary. What `headlight plugin check` does.
#pragma once

#include <functional>
#include <string>

#include "core/host/model_source.hpp"
#include "core/host/plugin_search.hpp"
#include "core/host/trial_run.hpp"
#include "core/tasks/task.hpp"

namespace headlight {

enum class RuleVerdict { kept, broken, not_tried };

struct RuleFinding {
  std::string rule;  // "symbols"
  RuleVerdict verdict = RuleVerdict::kept;
  std::string finding;  // what was seen
};

// The rules in the order in which they are tried.
//   symbols        exports headlight_plugin_v1 and nothing else
//   manifest       loads, and says all that a manifest has to say
//   tasks          the tasks that it names are there
//   run            comes to a good end on the model
//   values         gives numbers, each finite and in its declared range
//   repeatable     gives the same numbers twice
//   captures       (family) neither writes into a capture nor reads beyond one
//   short-prompts  (family) copes with prompts of one, two and three tokens
//   cancel         stops within a second
struct PluginCheckRequest {
  std::filesystem::path library;
  std::filesystem::path worker;  // this executable
  ModelSource model;             // a small one
  PluginIndex installed;         // a family is run by a method that measures it, such a method with a family
  std::vector<Task> tasks;
  TrialPatience patience;
};

// Tells of each rule. Returns whether none is broken. Foreign code runs in worker processes only: what crashes or hangs there is a
// broken rule.
bool check_plugin(const PluginCheckRequest& request, const std::function<void(const RuleFinding&)>& on_finding);

}  // namespace headlight
