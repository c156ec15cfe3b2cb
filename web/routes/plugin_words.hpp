// The abbreviations of manifests, in words.
#pragma once

#include <string>

namespace headlight {

// "KR" is knowledge recalling, and so on (Zheng et al. 2024); "Other" for none.
std::string stage_title(const std::string& stage);

// How sure a formula is, from its tag.
std::string formula_source_words(const std::string& tag);

// What the numbers are compared with.
std::string null_words(const std::string& null);

}  // namespace headlight
