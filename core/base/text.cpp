#include "core/base/text.hpp"

#include <cstdio>

#include "core/base/json.hpp"

namespace headlight {

std::string listed(const std::vector<std::string>& words, size_t most) {
  if (words.empty()) return "none";
  std::string text;
  for (size_t i = 0; i < words.size() && i < most; ++i) text += (i > 0 ? ", " : "") + words[i];
  if (words.size() > most) text += " and " + std::to_string(words.size() - most) + " more";
  return text;
}

std::string size_text(std::int64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  double size = static_cast<double>(bytes) / 1000;
  const char* const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  size_t unit = 0;
  for (; size >= 999.5; size /= 1000) ++unit;
  char text[32];
  std::snprintf(text, sizeof text, size < 9.95 ? "%.1f %s" : "%.0f %s", size, units[unit]);
  return text;
}

std::string seconds_text(std::chrono::milliseconds time) { return number_text(std::chrono::duration<double>(time).count()) + " s"; }

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace headlight
