// Prompts of a task with templates: texts are drawn, turned into tokens, and kept when the tokenizer gives what the task asks
// for.
#pragma once

#include <cstdint>
#include <string>

#include "core/tasks/definition.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

// As make_prompts, whose part for templates this is.
PromptSet make_template_prompts(const TemplateTask& task, const std::string& id, const PromptContext& context, int count,
                                std::uint64_t seed);

// Draws texts without a tokenizer. Throws Error{bad_input} for what only drawing shows: roles that are never in the text,
// slots without enough different values, texts that grow beyond all bounds.
void rehearse(const TemplateTask& task);

}  // namespace headlight::tasks
