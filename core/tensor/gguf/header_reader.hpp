// A cursor over the header of a GGUF file: every read is checked against the file's end first, and says what it was reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/tensor/gguf/value.hpp"

namespace headlight::gguf {

// Throws Error{corrupt}.
[[noreturn]] void fail(const std::string& message);

class HeaderReader {
 public:
  explicit HeaderReader(std::span<const std::byte> file) : file_(file) {}

  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return file_.size() - position_; }

  std::uint32_t u32(std::string_view what);
  std::uint64_t u64(std::string_view what);
  std::string_view text(std::string_view what);
  // A number of things of which each takes at least `n_bytes` bytes: more than the file has room for is refused.
  std::uint64_t count(std::string_view what, std::uint64_t n_bytes);
  Value value();

 private:
  std::span<const std::byte> take(std::uint64_t n_bytes, std::string_view what);
  ValueType value_type();
  void skip(ValueType type, int depth);
  Value array(int depth);

  std::span<const std::byte> file_;
  std::uint64_t position_ = 0;
};

}  // namespace headlight::gguf
