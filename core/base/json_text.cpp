// Json to text.
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/json.hpp"

namespace headlight {
namespace {

template <typename Number>
std::string shortest(Number value) {
  if (!std::isfinite(value)) return "null";
  if (value == 0 && std::signbit(value)) return "-0.0";  // "-0" would be read as a whole number, which has no sign at 0
  std::array<char, 40> buffer;
  const auto [end, unused] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end);
}

void write_string(const std::string& text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte >> 4];
          out += kHex[byte & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

struct Writer {
  bool pretty;
  std::string out;

  void new_line(int depth) {
    if (!pretty) return;
    out += '\n';
    out.append(static_cast<size_t>(depth) * 2, ' ');
  }
  template <typename Items, typename Each>
  void list(char open, char close, const Items& items, int depth, Each each) {
    out += open;
    bool first = true;
    for (const auto& item : items) {
      if (!std::exchange(first, false)) out += ',';
      new_line(depth + 1);
      each(item);
    }
    if (!items.empty()) new_line(depth);
    out += close;
  }
  void write(const Json& value, int depth) {
    switch (value.type()) {
      case Json::Type::null: out += "null"; break;
      case Json::Type::boolean: out += value.as_bool() ? "true" : "false"; break;
      case Json::Type::integer: out += std::to_string(value.as_integer()); break;
      case Json::Type::number: out += number_text(value.as_number()); break;
      case Json::Type::string: write_string(value.as_string(), out); break;
      case Json::Type::array:
        list('[', ']', value.as_array(), depth, [&](const Json& item) { write(item, depth + 1); });
        break;
      case Json::Type::object:
        list('{', '}', value.as_object(), depth, [&](const Json::Member& member) {
          write_string(member.first, out);
          out += pretty ? ": " : ":";
          write(member.second, depth + 1);
        });
        break;
    }
  }
};

}  // namespace

std::string number_text(double value) { return shortest(value); }
std::string number_text(float value) { return shortest(value); }

std::string to_text(const Json& value) {
  Writer writer{.pretty = false, .out = {}};
  writer.write(value, 0);
  return std::move(writer.out);
}

std::string to_pretty_text(const Json& value) {
  Writer writer{.pretty = true, .out = {}};
  writer.write(value, 0);
  return std::move(writer.out);
}

}  // namespace headlight
