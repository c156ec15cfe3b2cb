// A JSON value with field access that says what is missing, a parser (Boost.JSON behind it) and a writer.
// The writer prints NaN and infinities as null, which every browser parses, and floats in their shortest form.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace headlight {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;  // in the order of the text; names are unique
  enum class Type { null, boolean, integer, number, string, array, object };

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(static_cast<std::int64_t>(value)) {}
  Json(unsigned value) : value_(static_cast<std::int64_t>(value)) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  static Json array() { return Json(Array{}); }
  static Json object(std::initializer_list<Member> members = {}) { return Json(Object(members)); }

  Type type() const { return static_cast<Type>(value_.index()); }
  bool is_null() const { return type() == Type::null; }
  bool is_bool() const { return type() == Type::boolean; }
  bool is_integer() const { return type() == Type::integer; }
  bool is_number() const { return type() == Type::number || type() == Type::integer; }
  bool is_string() const { return type() == Type::string; }
  bool is_array() const { return type() == Type::array; }
  bool is_object() const { return type() == Type::object; }

  // Each throws Error{bad_input} "expected a string, found an array" when the value is of another type.
  bool as_bool() const;
  std::int64_t as_integer() const;  // also a number without a fraction
  double as_number() const;
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& as_array();
  Object& as_object();

  // Null when this is no object or has no such member.
  const Json& operator[](std::string_view name) const;
  const Json* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  // The member; throws Error{bad_input} that names it when it is missing.
  const Json& at(std::string_view name) const;
  const Json& operator[](size_t index) const { return as_array().at(index); }
  size_t size() const;  // of an array or object; 0 otherwise

  // Adds or replaces a member; the value becomes an object when it is null.
  Json& set(std::string_view name, Json value);
  Json& push(Json value);

  // The member's value, or `fallback` when it is missing or null. Throws when it is of another type.
  bool value_or(std::string_view name, bool fallback) const;
  std::int64_t value_or(std::string_view name, std::int64_t fallback) const;
  std::int64_t value_or(std::string_view name, int fallback) const { return value_or(name, std::int64_t{fallback}); }
  double value_or(std::string_view name, double fallback) const;
  std::string value_or(std::string_view name, const char* fallback) const;

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// Throws Error{corrupt} with line and column. Depth is bounded (64 levels); a repeated name is an error.
Json parse_json(std::string_view text);

// Reads and parses a file; errors name it.
Json parse_json_file(const std::string& path);

// One line, or indented by two spaces a level.
std::string to_text(const Json& value);
std::string to_pretty_text(const Json& value);

// The shortest decimal that reads back as the same number: "0.1"; "null" for NaN and infinities.
std::string number_text(double value);
std::string number_text(float value);

}  // namespace headlight
