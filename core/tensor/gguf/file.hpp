// One GGUF file: a header with metadata and the tensors' places, then the tensors' bytes, each at a multiple of the alignment.
//   "GGUF", version, number of tensors, number of values, the values {key, type, value}, the tensors {name, sizes, type, offset}
// Versions 2 and 3 are read; they differ only in what 3 says about byte order. The whole header is checked before a byte of a
// tensor is touched, and what is allocated is bounded by the file's size.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/tensor/gguf/block_type.hpp"
#include "core/tensor/gguf/value.hpp"

namespace headlight::gguf {

struct Tensor {
  std::string name;
  BlockType type = BlockType::f32;
  std::vector<std::int64_t> shape;   // the slowest axis first, as everywhere else; files have it the other way round
  std::span<const std::byte> bytes;  // row-major, in blocks along the last axis
  std::int64_t n_numbers() const;
};

struct Content {
  std::uint32_t version = 0;
  std::map<std::string, Value, std::less<>> metadata;  // by key
  std::map<std::string, Tensor, std::less<>> tensors;  // by name
};

// Reads a whole file's bytes; values and tensors borrow from them.
// Throws Error{corrupt} with the numbers that disagree, Error{unsupported} for a version or a type that Headlight does not read.
Content parse(std::span<const std::byte> file);

// A mapped file, or all parts of a model (parts.hpp) with the metadata of the first. Movable; values and tensors stay valid while
// it lives.
class File {
 public:
  // Any part stands for all. Errors name the path. Throws Error{not_found} when a part is missing, Error{corrupt} when they do not
  // belong together, Error{unsupported} for a part whose name does not say where the others are.
  explicit File(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }  // of parts, the first
  std::size_t n_parts() const { return maps_.size(); }
  const Content& content() const { return content_; }
  const Tensor* find_tensor(std::string_view name) const;  // null when absent
  const Value* find(std::string_view key) const;           // null when absent

  // The value through `read`; what it throws names the key. Null when there is no such key.
  template <typename Read>
  auto value(std::string_view key, Read read) const -> std::optional<decltype(read(std::declval<const Value&>()))> {
    const Value* found = find(key);
    if (!found) return std::nullopt;
    try {
      return read(*found);
    } catch (const Error& error) {
      throw error.at("\"" + std::string(key) + "\"");
    }
  }
  std::optional<std::int64_t> integer(std::string_view key) const { return value(key, [](const Value& v) { return v.integer(); }); }
  std::optional<double> number(std::string_view key) const { return value(key, [](const Value& v) { return v.number(); }); }
  std::optional<bool> flag(std::string_view key) const { return value(key, [](const Value& v) { return v.flag(); }); }
  std::optional<std::string> text(std::string_view key) const {
    return value(key, [](const Value& v) { return std::string(v.text()); });
  }

 private:
  Content open(const std::filesystem::path& path);
  void add_parts(int count);
  void add_part(int number, int count);

  std::filesystem::path path_;
  std::vector<FileMap> maps_;
  Content content_;
};

// The GGUF file that a user means: the file itself, or the only one of a folder, where parts count as one. Null when there is none.
// Throws Error{bad_input} that names them when a folder has several.
std::optional<std::filesystem::path> file_named_by(const std::filesystem::path& file_or_folder);

}  // namespace headlight::gguf
