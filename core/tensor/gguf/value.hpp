// One value of a GGUF file's metadata: a number, a truth value, a text, or an array of one of these. It borrows from the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::gguf {

// The numbers that stand in files.
enum class ValueType : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, text, array, u64, i64, f64 };

class Value {
 public:
  // `bytes` is what stands in the file behind the type, for an array behind its element type and length, and was checked.
  Value(ValueType type, std::span<const std::byte> bytes) : type_(type), bytes_(bytes) {}
  static Value array(ValueType element, std::uint64_t n, std::span<const std::byte> bytes);

  bool is_array() const { return type_ == ValueType::array; }
  bool is_flag() const { return type_ == ValueType::boolean; }
  std::size_t size() const { return n_; }  // of an array; 1 otherwise

  // Each throws Error{bad_input}, "is an array where a whole number is expected", when the value is of another type.
  std::int64_t integer() const;
  double number() const;  // a float32 as the shortest decimal means it: 1e-05, not 9.9999997e-06
  bool flag() const;
  std::string_view text() const;
  std::vector<std::int64_t> integers() const;  // of an array
  std::vector<double> numbers() const;
  std::vector<bool> flags() const;
  std::vector<std::string_view> texts() const;

 private:
  [[noreturn]] void refuse(std::string_view expected) const;
  void expect_elements(bool fit, std::string_view expected) const;

  ValueType type_;
  ValueType element_ = ValueType::u8;
  std::uint64_t n_ = 1;
  std::span<const std::byte> bytes_;
};

std::string_view to_string(ValueType type);
// Bytes of a value of fixed size; 0 for texts and arrays.
std::size_t size_of(ValueType type);

}  // namespace headlight::gguf
