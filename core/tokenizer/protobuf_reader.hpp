// Reads the fields of a protocol buffer message one after the other. Source: protobuf.dev/programming-guides/encoding.
#pragma once

#include <cstdint>
#include <string_view>

namespace headlight::tokenization {

class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : left_(message), size_(message.size()) {}

  // Moves to the next field; false at the end. Throws Error{corrupt} where the message breaks off.
  bool next();

  int field() const { return field_; }  // its number

  // The field's value; each throws Error{corrupt} when the field is of another wire type.
  std::uint64_t integer() const;
  bool boolean() const { return integer() != 0; }
  float real() const;
  std::string_view bytes() const;  // a string or a message; borrowed from the message

 private:
  enum class Wire { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
  std::uint64_t take_varint();
  std::string_view take(std::uint64_t n);
  void expect(Wire wire) const;
  [[noreturn]] void fail(const char* what) const;

  std::string_view left_;
  size_t size_;
  int field_ = 0;
  Wire wire_ = Wire::varint;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
};

}  // namespace headlight::tokenization
