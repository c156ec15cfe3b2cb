#include "web/target.hpp"

#include <optional>

#include "core/base/error.hpp"

namespace headlight {
namespace {

constexpr char kHexDigits[] = "0123456789ABCDEF";

std::optional<int> hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
         c == '~';
}

std::string escaped_except(std::string_view text, std::string_view also_kept) {
  std::string result;
  for (const char c : text) {
    if (is_unreserved(c) || also_kept.find(c) != std::string_view::npos) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
    }
  }
  return result;
}

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xC2 && lead < 0xE0 ? 2
                          : lead >= 0xE0 && lead < 0xF0 ? 3
                          : lead >= 0xF0 && lead < 0xF5 ? 4
                                                        : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F))
      return false;
    i += length;
  }
  return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

QueryFields parse_query(std::string_view query) {
  QueryFields fields;
  if (query.empty()) return fields;
  for (const std::string_view part : split(query, '&')) {
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    fields.emplace_back(percent_decoded(part.substr(0, equals), true), percent_decoded(value, true));
  }
  return fields;
}

}  // namespace

std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
      if (!high || !low)
        throw Error(ErrorCode::bad_input,
                    "the URL has a '%' that no two hexadecimal digits follow; write '%25' for the sign itself");
      result += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      result += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (result.find('\0') != std::string::npos) throw Error(ErrorCode::bad_input, "the URL holds a NUL byte");
  if (!is_utf8(result)) throw Error(ErrorCode::bad_input, "the URL holds bytes that are not UTF-8");
  return result;
}

Target parse_target(std::string_view target) {
  target = target.substr(0, target.find('#'));
  if (target.empty() || target[0] != '/') throw Error(ErrorCode::bad_input, "the URL's path must begin with '/'");
  const size_t question = target.find('?');
  Target parsed;
  if (question != std::string_view::npos) parsed.query = parse_query(target.substr(question + 1));
  for (const std::string_view segment :
       split(target.substr(1, question == std::string_view::npos ? question : question - 1), '/')) {
    parsed.segments.push_back(percent_decoded(segment, false));
    if (parsed.segments.back() == "." || parsed.segments.back() == "..")
      throw Error(ErrorCode::bad_input,
                  "the URL's path holds the segment '" + parsed.segments.back() + "': paths are names here, not folders");
  }
  if (parsed.segments.back().empty()) parsed.segments.pop_back();
  return parsed;
}

std::string path_escaped(std::string_view name) { return escaped_except(name, "/@:,;=+"); }

std::string query_escaped(std::string_view text) { return escaped_except(text, "/@:,;()!*"); }

std::string url_with(std::string_view path, const QueryFields& fields) {
  std::string url(path);
  char separator = '?';
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    url += separator + query_escaped(name) + "=" + query_escaped(value);
    separator = '&';
  }
  return url;
}

}  // namespace headlight
