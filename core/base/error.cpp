#include "core/base/error.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"

namespace headlight {
namespace {

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f; }

// Whole characters of the end of a text, at most `n_bytes`.
std::string_view ending(std::string_view text, std::size_t n_bytes) {
  std::size_t begin = text.size() - std::min(n_bytes, text.size());
  while (begin < text.size() && is_continuation(text[begin])) ++begin;
  return text.substr(begin);
}

std::string printable(const std::string& message) {
  constexpr std::size_t kEnd = 1200, kBeginning = Error::kLongest - kEnd - 40;
  std::string text = repair_utf8(message);
  std::replace_if(text.begin(), text.end(), is_control, '?');
  if (text.size() <= Error::kLongest) return text;
  const std::string_view beginning = shortened(text, kBeginning), end = ending(text, kEnd);
  return std::string(beginning) + " [" + std::to_string(text.size() - beginning.size() - end.size()) + " bytes] " + std::string(end);
}

}  // namespace

Error::Error(ErrorCode code, const std::string& message) : std::runtime_error(printable(message)), code_(code) {}

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::internal: return "internal";
    case ErrorCode::bad_input: return "bad_input";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::io: return "io";
    case ErrorCode::out_of_memory: return "out_of_memory";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::plugin: return "plugin";
    case ErrorCode::not_measurable: return "not_measurable";
  }
  return "internal";
}

}  // namespace headlight
