// Attention patterns of a few prompts, kept for showing.
#pragma once

#include "core/base/results.hpp"
#include "core/engine/forward.hpp"
#include "core/host/job.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

// Patterns of every layer for the first reported prompts that are not too long: [head, query, key].
std::vector<ActivationRecord> sample_patterns(Forward<float>& forward, const ModelDescription& model, const PromptSet& set);

}  // namespace headlight
