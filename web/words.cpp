#include "web/words.hpp"

#include <cmath>
#include <cstdio>

namespace headlight {
namespace {

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, std::fabs(value));
  const bool is_zero = std::string_view(text).find_first_not_of("0.") == std::string_view::npos;
  return (value < 0 && !is_zero ? "−" : "") + std::string(text);
}

}  // namespace

std::string number_words(const Json& value) {
  if (!value.is_number()) return std::string(kNothing);
  const double number = value.as_number(), size = std::fabs(number);
  if (size >= 1e6) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2e", number);
    return text;
  }
  return fixed(number, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

std::string rounding_words(double difference) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", difference);
  return text;
}

std::string probability_words(const Json& value) {
  if (!value.is_number()) return std::string(kNothing);
  return value.as_number() < 0.001 ? "<0.001" : fixed(value.as_number(), 3);
}

std::string count_words(std::int64_t count) {
  std::string text = std::to_string(count);
  for (std::int64_t place = static_cast<std::int64_t>(text.size()) - 3; place > (count < 0 ? 1 : 0); place -= 3)
    text.insert(static_cast<size_t>(place), ",");
  return text;
}

std::string size_words(std::int64_t count) {
  const auto value = static_cast<double>(count);
  if (value >= 1e9) return fixed(value / 1e9, 2) + " B";
  if (value >= 1e6) return fixed(value / 1e6, 1) + " M";
  if (value >= 1e3) return fixed(value / 1e3, 0) + " k";
  return std::to_string(count);
}

std::string percent_words(const Json& share) {
  if (!share.is_number()) return std::string(kNothing);
  return fixed(100 * share.as_number(), 1) + " %";
}

std::string interval_words(const Json& low, const Json& high) {
  if (!low.is_number() || !high.is_number()) return std::string(kNothing);
  return "[" + number_words(low) + ", " + number_words(high) + "]";
}

std::string time_words(const std::string& iso) {
  if (iso.size() < 16 || iso[10] != 'T') return iso;
  return iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC";
}

std::string duration_words(const Json& seconds) {
  if (!seconds.is_number()) return std::string(kNothing);
  const double value = seconds.as_number();
  if (value < 60) return fixed(value, value < 10 ? 1 : 0) + " s";
  const auto whole = static_cast<std::int64_t>(std::llround(value));
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string counted(std::int64_t n, std::string_view noun) {
  const bool consonant_y = noun.ends_with("y") && !noun.ends_with("ay") && !noun.ends_with("ey") && !noun.ends_with("oy");
  if (n == 1) return "1 " + std::string(noun);
  if (consonant_y) return count_words(n) + " " + std::string(noun.substr(0, noun.size() - 1)) + "ies";
  return count_words(n) + " " + std::string(noun) + "s";
}

}  // namespace headlight
