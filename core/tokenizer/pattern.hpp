// The "pattern" of a Split or Replace stage, and replacing what it matches.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/tokenizer/regex.hpp"

namespace headlight::tokenization {

// {"String": "..."} or {"Regex": "..."}.
Regex read_pattern(const Json& definition);

// Every match in turn gives way to `content`.
std::string replace_all(const Regex& pattern, std::string_view content, std::string_view text);
void replace_all(const Regex& pattern, std::string_view content, AlignedText& text);

}  // namespace headlight::tokenization
