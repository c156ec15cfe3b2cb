#include "core/base/visible.hpp"

namespace headlight {

std::string visible_whitespace(const std::string& text) {
  std::string shown;
  for (const char c : text)
    shown += c == '\n' ? std::string("↵") : c == '\t' ? std::string("→") : c == '\r' ? std::string("␍") : std::string(1, c);
  return shown;
}

}  // namespace headlight
