#include "core/tensor/gguf/value.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/json.hpp"

namespace headlight::gguf {
namespace {

template <typename T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

bool is_integer(ValueType type) {
  return type != ValueType::f32 && type != ValueType::f64 && type != ValueType::boolean && type != ValueType::text &&
         type != ValueType::array;
}

bool is_real(ValueType type) { return type == ValueType::f32 || type == ValueType::f64; }

std::int64_t integer_at(const std::byte* at, ValueType type) {
  switch (type) {
    case ValueType::u8: return load<std::uint8_t>(at);
    case ValueType::i8: return load<std::int8_t>(at);
    case ValueType::u16: return load<std::uint16_t>(at);
    case ValueType::i16: return load<std::int16_t>(at);
    case ValueType::u32: return load<std::uint32_t>(at);
    case ValueType::i32: return load<std::int32_t>(at);
    case ValueType::i64: return load<std::int64_t>(at);
    default: break;
  }
  const auto value = load<std::uint64_t>(at);
  if (value > INT64_MAX) throw Error(ErrorCode::bad_input, "is " + std::to_string(value) + ", too large a number");
  return static_cast<std::int64_t>(value);
}

double real_at(const std::byte* at, ValueType type) {
  if (type == ValueType::f64) return load<double>(at);
  if (type != ValueType::f32) return static_cast<double>(integer_at(at, type));
  const auto value = load<float>(at);
  if (!std::isfinite(value)) return value;
  const std::string shortest = number_text(value);
  double read = value;
  std::from_chars(shortest.data(), shortest.data() + shortest.size(), read);
  return read;
}

std::string_view text_at(const std::byte* at) {
  return {reinterpret_cast<const char*>(at) + 8, static_cast<std::size_t>(load<std::uint64_t>(at))};
}

}  // namespace

std::string_view to_string(ValueType type) {
  constexpr std::string_view names[] = {"u8",   "i8",   "u16",   "i16", "u32", "i32", "f32",
                                        "bool", "text", "array", "u64", "i64", "f64"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(names) ? names[index] : "unknown";
}

std::size_t size_of(ValueType type) {
  switch (type) {
    case ValueType::u8:
    case ValueType::i8:
    case ValueType::boolean: return 1;
    case ValueType::u16:
    case ValueType::i16: return 2;
    case ValueType::u32:
    case ValueType::i32:
    case ValueType::f32: return 4;
    case ValueType::u64:
    case ValueType::i64:
    case ValueType::f64: return 8;
    default: return 0;
  }
}

Value Value::array(ValueType element, std::uint64_t n, std::span<const std::byte> bytes) {
  Value value(ValueType::array, bytes);
  value.element_ = element;
  value.n_ = n;
  return value;
}

void Value::refuse(std::string_view expected) const {
  std::string found(to_string(is_array() ? element_ : type_));
  if (is_array()) found = "an array of " + std::to_string(n_) + " " + found;
  throw Error(ErrorCode::bad_input, "is " + found + " where " + std::string(expected) + " is expected");
}

void Value::expect_elements(bool fit, std::string_view expected) const {
  if (!is_array() || !fit) refuse(expected);
}

std::int64_t Value::integer() const {
  if (!is_integer(type_)) refuse("a whole number");
  return integer_at(bytes_.data(), type_);
}

double Value::number() const {
  if (!is_integer(type_) && !is_real(type_)) refuse("a number");
  return real_at(bytes_.data(), type_);
}

bool Value::flag() const {
  if (type_ != ValueType::boolean) refuse("a truth value");
  return load<std::uint8_t>(bytes_.data()) != 0;
}

std::string_view Value::text() const {
  if (type_ != ValueType::text) refuse("a text");
  return text_at(bytes_.data());
}

std::vector<std::int64_t> Value::integers() const {
  expect_elements(is_integer(element_), "an array of whole numbers");
  std::vector<std::int64_t> values;
  values.reserve(n_);
  for (std::size_t i = 0; i < n_; ++i) values.push_back(integer_at(bytes_.data() + i * size_of(element_), element_));
  return values;
}

std::vector<double> Value::numbers() const {
  expect_elements(is_integer(element_) || is_real(element_), "an array of numbers");
  std::vector<double> values;
  values.reserve(n_);
  for (std::size_t i = 0; i < n_; ++i) values.push_back(real_at(bytes_.data() + i * size_of(element_), element_));
  return values;
}

std::vector<bool> Value::flags() const {
  expect_elements(element_ == ValueType::boolean, "an array of truth values");
  std::vector<bool> values;
  for (std::size_t i = 0; i < n_; ++i) values.push_back(bytes_[i] != std::byte{0});
  return values;
}

std::vector<std::string_view> Value::texts() const {
  expect_elements(element_ == ValueType::text, "an array of texts");
  std::vector<std::string_view> values;
  values.reserve(n_);
  const std::byte* at = bytes_.data();
  for (std::size_t i = 0; i < n_; ++i) {
    values.push_back(text_at(at));
    at += 8 + values.back().size();
  }
  return values;
}

}  // namespace headlight::gguf
