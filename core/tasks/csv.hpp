// Comma-separated values (RFC 4180): fields in quotes may hold commas, line breaks and doubled quotes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headlight::tasks {

// Lines without a character are left out. Throws Error{bad_input} with the line of a quote that is never closed, or that stands
// inside a field.
std::vector<std::vector<std::string>> read_csv(std::string_view text);

}  // namespace headlight::tasks
