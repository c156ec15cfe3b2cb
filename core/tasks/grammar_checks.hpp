// Whether the names of a grammar fit together.
#pragma once

#include <string>

#include "core/tasks/grammar.hpp"

namespace headlight::tasks {

// The fields of a list's values, for messages: "key, value" or "a text".
std::string listed_fields(const Entry& entry);

// Throws Error{bad_input} for placeholders in lists and repeats that do not exist, for names that contain themselves, and for
// slots that share a list too short to give them different values.
void check_grammar(const Grammar& grammar);

}  // namespace headlight::tasks
