// A task's prompts for a model, and tokens as people read them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/thread_pool.hpp"
#include "core/engine/model.hpp"
#include "core/tasks/task.hpp"

namespace headlight {

// Nothing when the model has none: generators of token ids work without one. Throws Error{unsupported} when it cannot be read.
std::optional<Tokenizer> find_tokenizer(const std::filesystem::path& model);

// As make_prompts, with the filters that put questions to the model. `tokenizer` may be null.
PromptSet make_prompts_for(const Model& model, const Tokenizer* tokenizer, ThreadPool& pool, const Task& task, int count, std::uint64_t seed);

// A token as people read it: its text, with the space that its spelling stands for ("Ġthe" and "▁the" are " the").
std::string shown_text(const Tokenizer& tokenizer, TokenId id);

}  // namespace headlight
