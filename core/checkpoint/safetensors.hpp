// One safetensors file: eight bytes with the header's length, a JSON header, then the tensors' bytes without a gap.
//   {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ..., "__metadata__": {"key": "text"}}
// Every number of the header is checked before a byte of a tensor is touched; bytes need not be aligned.
// Format: https://github.com/huggingface/safetensors#format
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/files.hpp"
#include "core/checkpoint/weights.hpp"

namespace headlight {

using Shape = std::vector<std::int64_t>;

std::string to_string(const Shape& shape);  // "[2, 3]"
std::int64_t n_elements(const Shape& shape);

struct TensorEntry {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;
  std::span<const std::byte> bytes;  // row-major, little-endian, perhaps unaligned
};

struct SafetensorsContent {
  std::vector<TensorEntry> tensors;  // by name
  std::map<std::string, std::string> metadata;
};

// Reads a whole file's bytes; the entries borrow from them.
// Throws Error{corrupt} with the numbers that disagree, Error{unsupported} for a dtype that Headlight does not read.
SafetensorsContent parse_safetensors(std::span<const std::byte> file);

// A mapped file. Movable; the entries stay valid while it lives.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);  // errors name the path

  const std::filesystem::path& path() const { return path_; }
  const std::vector<TensorEntry>& tensors() const { return content_.tensors; }  // by name
  const std::map<std::string, std::string>& metadata() const { return content_.metadata; }
  const TensorEntry* find(std::string_view name) const;  // null when absent
  // Throws Error{not_found} that says what the file has instead.
  const TensorEntry& at(std::string_view name) const;

 private:
  std::filesystem::path path_;
  FileMap map_;
  SafetensorsContent content_;
};

// Collects tensors and writes them as one file, largest number format first and then by name, so that all are aligned
// and the same tensors make the same file in whatever order they were added.
class SafetensorsWriter {
 public:
  // `bytes` is borrowed until write(). Throws Error{internal} for a repeated name or a size that contradicts the shape.
  void add(std::string name, DType dtype, Shape shape, std::span<const std::byte> bytes);
  void add(std::string name, Shape shape, std::span<const float> numbers);
  void add(std::string name, Shape shape, std::span<const double> numbers);
  void add(std::string name, Shape shape, std::span<const std::int64_t> numbers);
  void set_metadata(const std::string& key, std::string text) { metadata_[key] = std::move(text); }

  // Writes beside the file and renames. Throws Error{io}.
  void write(const std::filesystem::path& path) const;

 private:
  std::string header(const std::vector<const TensorEntry*>& in_file_order) const;

  std::map<std::string, TensorEntry> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace headlight
