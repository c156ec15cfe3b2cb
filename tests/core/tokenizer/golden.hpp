// The golden data of this folder, which make_golden.py wrote from the reference libraries.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

inline const std::filesystem::path kGolden = HEADLIGHT_SOURCE_DIR "/tests/core/tokenizer/golden";

inline const Json& golden_tokenizers() {  // name -> tokenizer.json
  static const Json kTokenizers = parse_json_file((kGolden / "tokenizers.json").string());
  return kTokenizers;
}

inline std::vector<Json> json_lines(const std::filesystem::path& path) {
  std::vector<Json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(parse_json(line));
  return lines;
}

inline std::vector<TokenId> ids_of(const Json& ids) {
  std::vector<TokenId> result;
  for (const Json& id : ids.as_array()) result.push_back(static_cast<TokenId>(id.as_integer()));
  return result;
}

inline std::vector<std::string> texts_of(const Json& texts) {
  std::vector<std::string> result;
  for (const Json& text : texts.as_array()) result.push_back(text.as_string());
  return result;
}

// [[begin, end], ...] or, flat, [begin, end, begin, end, ...].
inline std::vector<TextSpan> spans_of(const Json& spans) {
  std::vector<int> flat;
  for (const Json& span : spans.as_array()) {
    if (span.is_array()) {
      for (const Json& end : span.as_array()) flat.push_back(static_cast<int>(end.as_integer()));
    } else {
      flat.push_back(static_cast<int>(span.as_integer()));
    }
  }
  std::vector<TextSpan> result;
  for (size_t i = 0; i + 1 < flat.size(); i += 2) result.push_back({flat[i], flat[i + 1]});
  return result;
}

inline std::string message_of(auto action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace headlight
