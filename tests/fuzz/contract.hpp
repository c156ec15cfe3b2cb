// What a reader owes its caller whatever the file says.
#pragma once

#include <string_view>

#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {

// Lets the target read the input; true when it was read, false when it was refused with headlight::Error. Throws std::logic_error where a
// refusal does not say what is wrong in readable words, or where more memory was asked for than the input's size allows; anything else
// that the target throws goes through. REQUIRES one of allocations.hpp's countings.
bool try_input(const Target& target, std::string_view input);

}  // namespace headlight::fuzz
