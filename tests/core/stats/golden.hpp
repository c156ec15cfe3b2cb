// What scipy says (golden.json, written by make_golden.py).
#pragma once

#include <vector>

#include "core/base/json.hpp"

namespace headlight {

inline Json golden(std::string_view section) {
  return parse_json_file(HEADLIGHT_SOURCE_DIR "/tests/core/stats/golden.json").at(section);
}

inline std::vector<double> numbers(const Json& array) {
  std::vector<double> result;
  for (const Json& number : array.as_array()) result.push_back(number.as_number());
  return result;
}

}  // namespace headlight
