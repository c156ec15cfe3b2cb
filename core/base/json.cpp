#include "core/base/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

#include "core/base/error.hpp"
#include "core/base/files.hpp"

namespace headlight {
namespace {

namespace bj = boost::json;

constexpr size_t kMaxDepth = 64;
constexpr size_t kUniqueNamesCheckedFrom = 16;  // below this a linear look beats sorting

// Builds a Json from the events of Boost.JSON's streaming parser: one copy of the text's content, no second tree.
struct Builder {
  static constexpr size_t max_object_size = SIZE_MAX;
  static constexpr size_t max_array_size = SIZE_MAX;
  static constexpr size_t max_key_size = SIZE_MAX;
  static constexpr size_t max_string_size = SIZE_MAX;

  struct Level {
    Json value;
    std::string key;
  };
  std::vector<Level> levels;
  std::string key, text, number;
  Json root;
  std::string problem;

  bool add(Json value) {
    if (levels.empty()) {
      root = std::move(value);
      return true;
    }
    Json& parent = levels.back().value;
    if (parent.is_array()) {
      parent.as_array().push_back(std::move(value));
    } else {
      parent.as_object().emplace_back(std::move(levels.back().key), std::move(value));
    }
    return true;
  }
  bool close() {
    Json value = std::move(levels.back().value);
    levels.pop_back();
    if (value.is_object() && !names_are_unique(value.as_object())) return false;
    return add(std::move(value));
  }
  bool names_are_unique(const Json::Object& object) {
    std::vector<std::string_view> names;
    names.reserve(object.size());
    for (const auto& [name, unused] : object) names.push_back(name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return true;
    problem = "the name \"" + std::string(twice->substr(0, 80)) + "\" stands twice in one object";
    return false;
  }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) { return levels.push_back({Json::object(), {}}), true; }
  bool on_array_begin(bj::error_code&) { return levels.push_back({Json::array(), {}}), true; }
  bool on_object_end(size_t, bj::error_code& failure) { return close() || (failure = bj::error::syntax, false); }
  bool on_array_end(size_t, bj::error_code&) { return close(); }
  bool on_key_part(bj::string_view part, size_t, bj::error_code&) { return key.append(part.data(), part.size()), true; }
  bool on_key(bj::string_view part, size_t, bj::error_code&) {
    key.append(part.data(), part.size());
    levels.back().key = std::exchange(key, {});
    return true;
  }
  bool on_string_part(bj::string_view part, size_t, bj::error_code&) { return text.append(part.data(), part.size()), true; }
  bool on_string(bj::string_view part, size_t, bj::error_code&) {
    text.append(part.data(), part.size());
    return add(Json(std::exchange(text, {})));
  }
  bool on_number_part(bj::string_view part, bj::error_code&) { return number.append(part.data(), part.size()), true; }
  bool on_int64(std::int64_t value, bj::string_view, bj::error_code&) { return number.clear(), add(Json(value)); }
  bool on_uint64(std::uint64_t value, bj::string_view, bj::error_code&) {
    return number.clear(), add(Json(static_cast<double>(value)));
  }
  // The parser's own value may be off by the last bits; the text decides.
  bool on_double(double value, bj::string_view part, bj::error_code&) {
    number.append(part.data(), part.size());
    double exact = 0;
    const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), exact);
    const bool is_whole = failure == std::errc() && end == number.data() + number.size();
    number.clear();
    return add(Json(is_whole ? exact : value));
  }
  bool on_bool(bool value, bj::error_code&) { return add(Json(value)); }
  bool on_null(bj::error_code&) { return add(Json()); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

std::string place_in(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  const auto before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n');
  const size_t column = offset - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

Json parse_json(std::string_view text) {
  bj::parse_options options;
  options.max_depth = kMaxDepth;
  options.allow_invalid_utf8 = false;
  bj::basic_parser<Builder> parser(options);
  bj::error_code failure;
  const size_t consumed = parser.write_some(false, text.data(), text.size(), failure);
  if (!failure && consumed < text.size()) {
    const auto rest = text.substr(consumed);
    if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos) failure = bj::error::extra_data;
  }
  if (failure) {
    const std::string& problem = parser.handler().problem;
    throw Error(ErrorCode::corrupt, "not valid JSON at " + place_in(text, consumed) + ": " + (problem.empty() ? failure.message() : problem));
  }
  return std::move(parser.handler().root);
}

Json parse_json_file(const std::string& path) {
  const std::string text = read_file(path);
  try {
    return parse_json(text);
  } catch (const Error& error) {
    throw error.at(path);
  }
}

}  // namespace headlight
