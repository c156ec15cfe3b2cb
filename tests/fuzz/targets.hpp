// What is fuzzed: one function for every format that Headlight reads from files of strangers. A target may refuse its input with
// headlight::Error and with nothing else; it may not crash, hang, or allocate more than the input's size allows for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::fuzz {

struct Target {
  std::string_view name;
  void (*read)(std::string_view input);
  std::size_t max_input;              // bytes that are worth trying
  std::vector<std::string> (*seeds)();  // inputs that are right, to begin from: small, and made from the tests' data
};

std::span<const Target> targets();
const Target& find_target(std::string_view name);  // throws Error{not_found}

// Runs it; true when the input was read, false when it was refused with headlight::Error. Anything else goes through.
bool accepts(const Target& target, std::string_view input);

}  // namespace headlight::fuzz
