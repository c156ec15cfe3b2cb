// Prompts from a user's own file: JSON lines, comma-separated values, or sentences with their grammar. The rows become part of the
// task's definition, so that its content hash is also theirs.
#pragma once

#include <filesystem>

#include "core/base/json.hpp"

namespace headlight::tasks {

// The definition with {"data": {"file": "x.jsonl"}} replaced by {"data": {"rows": [...]}}; others come back as they are. The file
// is looked for in `folder`. Throws Error{bad_input} that names the file, the line and what it should be.
Json with_data(const Json& definition, const std::filesystem::path& folder);

}  // namespace headlight::tasks
