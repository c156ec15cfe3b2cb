// Json: typed access, with errors that say what was expected and what was found.
#include <cmath>

#include "core/base/error.hpp"
#include "core/base/json.hpp"

namespace headlight {
namespace {

const Json kNull;

const char* name_of(Json::Type type) {
  switch (type) {
    case Json::Type::null: return "null";
    case Json::Type::boolean: return "a boolean";
    case Json::Type::integer: return "an integer";
    case Json::Type::number: return "a number";
    case Json::Type::string: return "a string";
    case Json::Type::array: return "an array";
    case Json::Type::object: return "an object";
  }
  return "?";
}

[[noreturn]] void fail(const char* expected, const Json& found) {
  throw Error(ErrorCode::bad_input, std::string("expected ") + expected + ", found " + name_of(found.type()));
}

template <typename Read>
auto read_member(const Json& object, std::string_view name, Read read) {
  try {
    return read(object[name]);
  } catch (const Error& error) {
    throw error.at("\"" + std::string(name) + "\"");
  }
}

}  // namespace

bool Json::as_bool() const {
  if (!is_bool()) fail("a boolean", *this);
  return std::get<bool>(value_);
}

std::int64_t Json::as_integer() const {
  if (is_integer()) return std::get<std::int64_t>(value_);
  if (type() == Type::number) {
    const double value = std::get<double>(value_);
    if (value == std::floor(value) && std::abs(value) < 9007199254740992.0) return static_cast<std::int64_t>(value);
  }
  fail("an integer", *this);
}

double Json::as_number() const {
  if (is_integer()) return static_cast<double>(std::get<std::int64_t>(value_));
  if (type() != Type::number) fail("a number", *this);
  return std::get<double>(value_);
}

const std::string& Json::as_string() const {
  if (!is_string()) fail("a string", *this);
  return std::get<std::string>(value_);
}

const Json::Array& Json::as_array() const {
  if (!is_array()) fail("an array", *this);
  return std::get<Array>(value_);
}

const Json::Object& Json::as_object() const {
  if (!is_object()) fail("an object", *this);
  return std::get<Object>(value_);
}

Json::Array& Json::as_array() {
  if (!is_array()) fail("an array", *this);
  return std::get<Array>(value_);
}

Json::Object& Json::as_object() {
  if (!is_object()) fail("an object", *this);
  return std::get<Object>(value_);
}

const Json* Json::find(std::string_view name) const {
  if (!is_object()) return nullptr;
  for (const auto& [member, value] : std::get<Object>(value_))
    if (member == name) return &value;
  return nullptr;
}

const Json& Json::operator[](std::string_view name) const {
  const Json* value = find(name);
  return value ? *value : kNull;
}

const Json& Json::at(std::string_view name) const {
  const Json* value = find(name);
  if (!value) throw Error(ErrorCode::bad_input, "the field \"" + std::string(name) + "\" is missing");
  return *value;
}

size_t Json::size() const {
  if (is_array()) return std::get<Array>(value_).size();
  if (is_object()) return std::get<Object>(value_).size();
  return 0;
}

Json& Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = Object{};
  for (auto& [member, present] : as_object())
    if (member == name) return present = std::move(value), *this;
  as_object().emplace_back(std::string(name), std::move(value));
  return *this;
}

Json& Json::push(Json value) {
  if (is_null()) value_ = Array{};
  as_array().push_back(std::move(value));
  return *this;
}

bool Json::value_or(std::string_view name, bool fallback) const {
  return read_member(*this, name, [&](const Json& v) { return v.is_null() ? fallback : v.as_bool(); });
}
std::int64_t Json::value_or(std::string_view name, std::int64_t fallback) const {
  return read_member(*this, name, [&](const Json& v) { return v.is_null() ? fallback : v.as_integer(); });
}
double Json::value_or(std::string_view name, double fallback) const {
  return read_member(*this, name, [&](const Json& v) { return v.is_null() ? fallback : v.as_number(); });
}
std::string Json::value_or(std::string_view name, const char* fallback) const {
  return read_member(*this, name, [&](const Json& v) { return v.is_null() ? std::string(fallback) : v.as_string(); });
}

}  // namespace headlight
