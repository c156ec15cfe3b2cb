#include "core/tokenizer/protobuf_reader.hpp"

#include <bit>
#include <string>

#include "core/base/error.hpp"

namespace headlight::tokenization {

void ProtobufReader::fail(const char* what) const {
  throw Error(ErrorCode::corrupt, "the message breaks at its byte " + std::to_string(size_ - left_.size()) + " of " +
                                      std::to_string(size_) + ": " + what);
}

std::uint64_t ProtobufReader::take_varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (left_.empty()) fail("an unfinished number");
    const auto byte = static_cast<unsigned char>(left_[0]);
    left_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  fail("a number of more than ten bytes");
}

std::string_view ProtobufReader::take(std::uint64_t n) {
  if (n > left_.size()) fail("a field that is longer than what is left");
  const std::string_view taken = left_.substr(0, n);
  left_.remove_prefix(n);
  return taken;
}

bool ProtobufReader::next() {
  if (left_.empty()) return false;
  const std::uint64_t key = take_varint();
  if (key >> 3 == 0 || key >> 3 > 0x1fffffff) fail("a field number out of range");
  field_ = static_cast<int>(key >> 3);
  switch (key & 7) {
    case 0: number_ = take_varint(); break;
    case 1: take(8); break;
    case 2: bytes_ = take(take_varint()); break;
    case 5: {
      const std::string_view four = take(4);
      number_ = 0;
      for (int i = 3; i >= 0; --i) number_ = number_ << 8 | static_cast<unsigned char>(four[i]);
      break;
    }
    default: fail("a wire type that is no longer used");
  }
  wire_ = static_cast<Wire>(key & 7);
  return true;
}

void ProtobufReader::expect(Wire wire) const {
  if (wire_ != wire) fail("a field of another type than expected");
}

std::uint64_t ProtobufReader::integer() const { return expect(Wire::varint), number_; }
float ProtobufReader::real() const { return expect(Wire::fixed32), std::bit_cast<float>(static_cast<std::uint32_t>(number_)); }
std::string_view ProtobufReader::bytes() const { return expect(Wire::bytes), bytes_; }

}  // namespace headlight::tokenization
