// The path and query of a URL, taken apart and put together.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headlight {

using QueryFields = std::vector<std::pair<std::string, std::string>>;

struct Target {
  std::vector<std::string> segments;  // of the path, decoded; none for "/"; a slash at the end does not count
  QueryFields query;                  // decoded, in order
};

// Throws Error{bad_input}: a target that does not begin with '/', a broken %-escape, an escaped NUL, text that is not UTF-8,
// or a segment "." or ".." (escaped or not): no name of the catalogue needs one.
Target parse_target(std::string_view target);

// Throws Error{bad_input} for a broken escape. `plus_is_space`: as in a query.
std::string percent_decoded(std::string_view text, bool plus_is_space);

// A name as part of a path; its slashes stay, so that "steps/step0" makes two segments.
std::string path_escaped(std::string_view name);
std::string query_escaped(std::string_view text);

// "path?a=1&b=2"; fields without a value are left out.
std::string url_with(std::string_view path, const QueryFields& fields);

}  // namespace headlight
