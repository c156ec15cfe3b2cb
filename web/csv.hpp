// A list of JSON objects as a table of comma-separated values (RFC 4180, with plain line feeds).
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"

namespace headlight {

// `rows` is the member `field` of a value of the shape `answer_shape`. The columns are the fields of its items, in their order,
// that are text, numbers or booleans, and those of the shapes within them; null is an empty cell.
std::string csv_of(const Json& rows, std::string_view answer_shape, std::string_view field);

}  // namespace headlight
