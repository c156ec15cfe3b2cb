#include "core/base/text.hpp"

namespace headlight {

std::string listed(const std::vector<std::string>& words, size_t most) {
  if (words.empty()) return "none";
  std::string text;
  for (size_t i = 0; i < words.size() && i < most; ++i) text += (i > 0 ? ", " : "") + words[i];
  if (words.size() > most) text += " and " + std::to_string(words.size() - most) + " more";
  return text;
}

}  // namespace headlight
