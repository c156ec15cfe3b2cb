// Texts of which every character can be seen.
#pragma once

#include <string>

namespace headlight {

// The text in one line: line feeds and tabs as ↵ and →, carriage returns as ␍.
std::string visible_whitespace(const std::string& text);

}  // namespace headlight
