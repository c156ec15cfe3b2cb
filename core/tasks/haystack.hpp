// Texts of a given number of tokens: a template whose {before} and {after} are filled up with sentences, so that what stands
// between them is a given part of the way into the text. For heads that fetch something from far away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/tasks/definition.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

struct HaystackTask {
  TemplateTask task;         // with repeats "before" and "after", whose numbers are set for each prompt
  std::vector<int> lengths;  // in tokens; 0 is the whole context
  int n_depths = 5;          // from all sentences after it to all before it
};

HaystackTask read_haystack(const Json& definition);

// As `rehearse`.
void rehearse_haystack(const HaystackTask& haystack);

// Every depth, length and what the task balances is used in turn. A prompt is at most as long as asked for, and shorter by less
// than its last sentence or two. Without a "label" in the task, the label is the depth: "0.25".
PromptSet make_haystack(const HaystackTask& haystack, const std::string& id, const PromptContext& context, int count,
                        std::uint64_t seed);

}  // namespace headlight::tasks
