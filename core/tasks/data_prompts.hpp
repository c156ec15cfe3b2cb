// Prompts that are given, not drawn: the rows of a task with "data".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/tasks/definition.hpp"
#include "core/tasks/drawn_text.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

struct DataTask {
  TemplateTask rules;           // without templates: metric, roles by name, shuffled twins
  std::vector<DrawnText> rows;  // never empty
};

// Throws Error{bad_input} that names the row, the field and what it should be.
DataTask read_data_task(const Json& definition);

// As make_prompts. The rows come in an order that the seed draws, each once.
PromptSet make_data_prompts(const DataTask& task, const std::string& id, const PromptContext& context, int count,
                            std::uint64_t seed);

}  // namespace headlight::tasks
