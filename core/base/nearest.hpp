// What somebody who misspelt a name probably meant.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace headlight {

// The word that was probably meant; nothing when none is near.
std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& words);

// What follows "there is no X": "; did you mean a? There are a, b" or, when none is near, "; there are a, b"; with `most` names.
std::string instead_of(const std::string& word, const std::vector<std::string>& words, size_t most = 60);

}  // namespace headlight
