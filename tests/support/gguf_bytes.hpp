// A GGUF file written by hand, byte by byte, so that a test can break any part of it.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/tensor/gguf/block_type.hpp"
#include "core/tensor/gguf/value.hpp"

namespace headlight::testing_support {

class GgufBytes {
 public:
  using Type = gguf::ValueType;

  GgufBytes& value(std::string_view key, std::uint32_t number) { return begin(key, Type::u32).add(number, metadata_); }
  GgufBytes& value(std::string_view key, float number) { return begin(key, Type::f32).add(number, metadata_); }
  GgufBytes& value(std::string_view key, bool flag) { return begin(key, Type::boolean).add(static_cast<std::uint8_t>(flag), metadata_); }
  GgufBytes& value(std::string_view key, std::string_view text) { return begin(key, Type::text).add(text, metadata_); }
  GgufBytes& value(std::string_view key, const char* text) { return value(key, std::string_view(text)); }
  GgufBytes& value(std::string_view key, const std::vector<std::string>& texts) {
    begin_array(key, Type::text, texts.size());
    for (const std::string& text : texts) add(text, metadata_);
    return *this;
  }
  GgufBytes& value(std::string_view key, const std::vector<float>& numbers) {
    begin_array(key, Type::f32, numbers.size());
    for (const float number : numbers) add(number, metadata_);
    return *this;
  }
  GgufBytes& value(std::string_view key, const std::vector<std::int32_t>& numbers) {
    begin_array(key, Type::i32, numbers.size());
    for (const std::int32_t number : numbers) add(number, metadata_);
    return *this;
  }
  // A value whose type and bytes are given as they are.
  GgufBytes& raw_value(std::string_view key, std::uint32_t type, std::string_view bytes) {
    begin(key, static_cast<Type>(type));
    metadata_ += bytes;
    return *this;
  }

  // A tensor of any type number behind those before it; `sizes` in the file's order, the fastest axis first.
  GgufBytes& tensor(std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type, std::string_view bytes) {
    return tensor_at(name, sizes, type, tensors_.size()).bytes(bytes);
  }
  GgufBytes& tensor(std::string_view name, const std::vector<std::uint64_t>& sizes, const std::vector<float>& numbers) {
    return tensor(name, sizes, 0, {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)});
  }
  // Its place alone, with whatever offset.
  GgufBytes& tensor_at(std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type, std::uint64_t offset) {
    add(name, infos_).add(static_cast<std::uint32_t>(sizes.size()), infos_);
    for (const std::uint64_t size : sizes) add(size, infos_);
    ++n_tensors_;
    return add(type, infos_).add(offset, infos_);
  }
  GgufBytes& bytes(std::string_view more) {
    tensors_ += more;
    tensors_.resize((tensors_.size() + alignment - 1) / alignment * alignment);
    return *this;
  }

  std::string file() const {
    std::string all = "GGUF";
    append(version, all);
    append(n_tensors_ + more_tensors, all);
    append(n_values_ + more_values, all);
    all += metadata_ + infos_;
    all.resize((all.size() + alignment - 1) / alignment * alignment);
    return all + tensors_;
  }

  std::uint32_t version = 3;
  std::uint64_t alignment = 32, more_tensors = 0, more_values = 0;

 private:
  template <typename T>
  static void append(T number, std::string& to) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    to.append(bytes, sizeof number);
  }
  template <typename T>
  GgufBytes& add(T number, std::string& to) {
    append(number, to);
    return *this;
  }
  GgufBytes& add(std::string_view text, std::string& to) {
    append(static_cast<std::uint64_t>(text.size()), to);
    to += text;
    return *this;
  }
  GgufBytes& add(const std::string& text, std::string& to) { return add(std::string_view(text), to); }
  GgufBytes& begin(std::string_view key, Type type) {
    ++n_values_;
    return add(key, metadata_).add(static_cast<std::uint32_t>(type), metadata_);
  }
  void begin_array(std::string_view key, Type element, std::size_t n) {
    begin(key, Type::array).add(static_cast<std::uint32_t>(element), metadata_).add(static_cast<std::uint64_t>(n), metadata_);
  }

  std::uint64_t n_values_ = 0, n_tensors_ = 0;
  std::string metadata_, infos_, tensors_;
};

}  // namespace headlight::testing_support
