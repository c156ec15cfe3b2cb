// The header is padded with spaces to a multiple of 8 bytes, as the reference implementation does.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/checkpoint/safetensors_dtype.hpp"
#include "core/checkpoint/safetensors.hpp"

namespace headlight {

void SafetensorsWriter::add(std::string name, DType dtype, Shape shape, std::span<const std::byte> bytes) {
  const std::size_t expected = static_cast<std::size_t>(n_elements(shape)) * size_of(dtype);
  if (bytes.size() != expected)
    throw Error(ErrorCode::internal, "tensor \"" + name + "\" of shape " + to_string(shape) + " was given " +
                                         std::to_string(bytes.size()) + " bytes instead of " + std::to_string(expected));
  TensorEntry entry{.name = name, .dtype = dtype, .shape = std::move(shape), .bytes = bytes};
  if (!tensors_.emplace(name, std::move(entry)).second)
    throw Error(ErrorCode::internal, "two tensors are called \"" + name + "\"");
}

void SafetensorsWriter::add(std::string name, Shape shape, std::span<const float> numbers) {
  add(std::move(name), DType::f32, std::move(shape), std::as_bytes(numbers));
}
void SafetensorsWriter::add(std::string name, Shape shape, std::span<const double> numbers) {
  add(std::move(name), DType::f64, std::move(shape), std::as_bytes(numbers));
}
void SafetensorsWriter::add(std::string name, Shape shape, std::span<const std::int64_t> numbers) {
  add(std::move(name), DType::i64, std::move(shape), std::as_bytes(numbers));
}

std::string SafetensorsWriter::header(const std::vector<const TensorEntry*>& in_file_order) const {
  Json::Object header;
  if (!metadata_.empty()) {
    Json::Object metadata;
    for (const auto& [key, text] : metadata_) metadata.emplace_back(key, text);
    header.emplace_back("__metadata__", std::move(metadata));
  }
  std::uint64_t offset = 0;
  for (const TensorEntry* tensor : in_file_order) {
    Json::Array shape;
    for (const std::int64_t size : tensor->shape) shape.emplace_back(size);
    const std::uint64_t end = offset + tensor->bytes.size();
    header.emplace_back(tensor->name, Json::object({{"dtype", safetensors_name(tensor->dtype)},
                                                    {"shape", std::move(shape)},
                                                    {"data_offsets", Json::Array{offset, end}}}));
    offset = end;
  }
  std::string text = to_text(Json(std::move(header)));
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

void SafetensorsWriter::write(const std::filesystem::path& path) const {
  std::vector<const TensorEntry*> order;
  for (const auto& [name, tensor] : tensors_) order.push_back(&tensor);
  std::stable_sort(order.begin(), order.end(),
                   [](const TensorEntry* a, const TensorEntry* b) { return size_of(a->dtype) > size_of(b->dtype); });
  const std::string text = header(order);
  const std::uint64_t length = text.size();

  const std::filesystem::path part = path.string() + ".part-" + std::to_string(::getpid());
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(&length), sizeof(length));
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  for (const TensorEntry* tensor : order)
    out.write(reinterpret_cast<const char*>(tensor->bytes.data()), static_cast<std::streamsize>(tensor->bytes.size()));
  out.close();
  std::error_code failure = out ? std::error_code() : std::error_code(errno ? errno : EIO, std::generic_category());
  if (!failure) std::filesystem::rename(part, path, failure);
  if (!failure) return;
  std::error_code ignored;
  std::filesystem::remove(part, ignored);
  throw Error(ErrorCode::io, path.string() + ": cannot be written: " + failure.message());
}

}  // namespace headlight
