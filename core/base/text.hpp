// Words for people.
#pragma once

#include <string>
#include <vector>

namespace headlight {

// "a, b, c"; "none" for an empty list; "a, b and 7 more" beyond `most`.
std::string listed(const std::vector<std::string>& words, size_t most = 40);

}  // namespace headlight
