// Prompts of random tokens that are repeated: [bos] a b c ... a b c ...; what comes next in the second block is known only from
// the first. For any model, with or without a tokenizer.
#pragma once

#include <cstdint>
#include <string>

#include "core/tasks/definition.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

// As make_prompts, whose part for "repeated-random" this is.
PromptSet make_repeated_random(const RepeatedRandomTask& task, const std::string& id, const PromptContext& context, int count,
                               std::uint64_t seed);

}  // namespace headlight::tasks
