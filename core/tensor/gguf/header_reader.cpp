#include "core/tensor/gguf/header_reader.hpp"

#include <cstring>

#include "core/base/error.hpp"

namespace headlight::gguf {
namespace {

constexpr int kMaxDepth = 4;  // of arrays within arrays

}  // namespace

void fail(const std::string& message) { throw Error(ErrorCode::corrupt, message); }

std::span<const std::byte> HeaderReader::take(std::uint64_t n_bytes, std::string_view what) {
  if (n_bytes > left())
    fail("the header ends within " + std::string(what) + ": it needs " + std::to_string(n_bytes) + " bytes at byte " +
         std::to_string(position_) + " of a file of " + std::to_string(file_.size()) + ": an incomplete download?");
  const auto bytes = file_.subspan(position_, n_bytes);
  position_ += n_bytes;
  return bytes;
}

std::uint32_t HeaderReader::u32(std::string_view what) {
  std::uint32_t value = 0;
  std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
  return value;
}

std::uint64_t HeaderReader::u64(std::string_view what) {
  std::uint64_t value = 0;
  std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
  return value;
}

std::string_view HeaderReader::text(std::string_view what) {
  const std::uint64_t size = count(what, 1);
  return {reinterpret_cast<const char*>(take(size, what).data()), static_cast<std::size_t>(size)};
}

std::uint64_t HeaderReader::count(std::string_view what, std::uint64_t n_bytes) {
  const std::uint64_t n = u64(what);
  if (n > left() / n_bytes)
    fail(std::string(what) + " would be " + std::to_string(n) + " long, and the " + std::to_string(left()) +
         " bytes that follow have room for " + std::to_string(left() / n_bytes) + ": an incomplete download?");
  return n;
}

ValueType HeaderReader::value_type() {
  const std::uint32_t type = u32("a value's type");
  if (type > static_cast<std::uint32_t>(ValueType::f64)) fail("the value type " + std::to_string(type) + " is none of 0 to 12");
  return static_cast<ValueType>(type);
}

// Past a value that stands in an array; its numbers need no check but that they are there.
void HeaderReader::skip(ValueType type, int depth) {
  if (type == ValueType::text)
    text("a text");
  else if (type == ValueType::array)
    array(depth + 1);
  else
    take(size_of(type), "a value");
}

Value HeaderReader::array(int depth) {
  if (depth > kMaxDepth) fail("arrays are nested more than " + std::to_string(kMaxDepth) + " deep");
  const ValueType element = value_type();
  const bool is_fixed = size_of(element) > 0;
  const std::uint64_t n = count("an array", is_fixed ? size_of(element) : element == ValueType::text ? 8 : 12);
  const std::uint64_t begin = position_;
  if (is_fixed)
    take(n * size_of(element), "an array");
  else
    for (std::uint64_t i = 0; i < n; ++i) skip(element, depth);
  return Value::array(element, n, file_.subspan(begin, position_ - begin));
}

Value HeaderReader::value() {
  const ValueType type = value_type();
  if (type == ValueType::array) return array(1);
  const std::uint64_t begin = position_;
  skip(type, 0);
  return {type, file_.subspan(begin, position_ - begin)};
}

}  // namespace headlight::gguf
