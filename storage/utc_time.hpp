// The current time as the catalogue keeps it: UTC, ISO 8601 with milliseconds, "2025-06-30T12:00:00.123Z".
#pragma once

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

namespace headlight {

inline std::string utc_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%03dZ", static_cast<int>(milliseconds % 1000));
  return text;
}

}  // namespace headlight
