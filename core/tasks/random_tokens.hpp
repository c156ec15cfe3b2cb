// Random tokens for generators that need no tokenizer.
#pragma once

#include <vector>

#include "core/base/random.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

// All but special tokens and ids that the tokenizer does not use.
std::vector<TokenId> usable_ids(const PromptContext& context);

// `n` different items in random order (Floyd's sampling, then a shuffle). REQUIRES n <= items.size().
std::vector<TokenId> sample_tokens(const std::vector<TokenId>& items, size_t n, Random& random);

}  // namespace headlight::tasks
