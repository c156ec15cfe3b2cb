// Prompts as text with their roles named above the tokens.
#pragma once

#include <cstddef>

#include "core/base/json.hpp"
#include "web/html.hpp"

namespace headlight {

// A token so that one sees it: line feeds and tabs as signs; "␣" for a space alone.
std::string visible_token(const std::string& token);

// REQUIRES prompts: Prompt[]. The first `most` of them, each as a list item.
Markup prompt_list(const Json& prompts, size_t most);

}  // namespace headlight
