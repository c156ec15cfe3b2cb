// Numbers and times for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/json.hpp"

namespace headlight {

// What stands where nothing was measured.
inline constexpr std::string_view kNothing = "–";

// Three digits or so, "−0.412", "12.3"; kNothing for null.
std::string number_words(const Json& value);
// "9.6e-06": a difference between numbers that should be equal.
std::string rounding_words(double difference);
// A q or p: "<0.001" below that.
std::string probability_words(const Json& value);
// "1,234,567"
std::string count_words(std::int64_t count);
// "738 k", "124.4 M"
std::string size_words(std::int64_t count);
// "97.5 %"; kNothing for null.
std::string percent_words(const Json& share);
// "[0.81, 0.92]"; kNothing when either end is null.
std::string interval_words(const Json& low, const Json& high);
// "2025-06-30 12:00 UTC" from ISO 8601.
std::string time_words(const std::string& iso);
// "3.2 s", "4 min 10 s"
std::string duration_words(const Json& seconds);
// "1 head", "3 heads"
std::string counted(std::int64_t n, std::string_view noun);

}  // namespace headlight
