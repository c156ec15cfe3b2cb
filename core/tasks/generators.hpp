// What makes the prompts of a task: its templates, its data, or a generator named in the file. One file each; a new one is a line in
// generators.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

struct Generator {
  const char* name;
  // Throws Error{bad_input} that names the field and what it should be.
  void (*check)(const Json& definition);
  // As make_prompts.
  PromptSet (*make)(const Json& definition, const std::string& id, const PromptContext& context, int count, std::uint64_t seed);
};

// By "generator", or the one for "templates" or "data". Throws Error{bad_input} for none, several and unknown ones.
const Generator& generator_of(const Json& definition);

// Those that a file can name.
std::vector<std::string> generator_names();

}  // namespace headlight::tasks
