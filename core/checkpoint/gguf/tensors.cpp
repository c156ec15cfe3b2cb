#include "core/checkpoint/gguf/tensors.hpp"

#include <bit>
#include <cstring>
#include <map>

#include "core/base/hash.hpp"
#include "core/base/thread_pool.hpp"
#include "core/checkpoint/widened_memory.hpp"

namespace headlight::gguf {
namespace {

constexpr std::size_t kManyNumbers = 1 << 22;  // to widen: worth all cores

// What keeps the bytes of a store's tensors.
struct Storage {
  std::shared_ptr<const File> file;
  std::vector<std::unique_ptr<std::byte[]>> widened;
};

// A tensor that cannot stay as it is mapped.
struct Copy {
  const Tensor* tensor = nullptr;
  std::int64_t n_permuted_heads = 0;  // 0: the rows stay in order
  DType dtype = DType::f32;
  std::byte* to = nullptr;
};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings)
    if (text.ends_with(ending)) return true;
  return false;
}

// The number format that a tensor has once it is read: of blocks, the smallest that holds what they mean.
DType format_of(const BlockLayout& layout) {
  return layout.dtype.value_or(layout.type == BlockType::mxfp4 ? DType::bf16 : DType::f32);
}

// The heads whose rows stand as pairs of neighbours; 0 for a tensor that has none.
std::int64_t permuted_heads(const Tensor& tensor, const Dialect& dialect, const HeadCounts& heads) {
  if (!dialect.has_permuted_rows) return 0;
  const std::int64_t n = ends_with_any(tensor.name, {".attn_q.weight", ".attn_q.bias"})   ? heads.n_heads
                         : ends_with_any(tensor.name, {".attn_k.weight", ".attn_k.bias"}) ? heads.n_kv_heads
                                                                                           : 0;
  if (n > 0 && tensor.shape.front() % (2 * n) != 0)
    throw Error(ErrorCode::corrupt, "the tensor \"" + tensor.name + "\" has " + std::to_string(tensor.shape.front()) +
                                        " rows, which are no pairs in each of " + std::to_string(n) + " heads");
  return n;
}

// Where the row of this place in the file belongs: row 2b + a of a head is row a (d_head / 2) + b.
std::int64_t row_in_order(std::int64_t row, std::int64_t n_rows, std::int64_t n_heads) {
  if (n_heads == 0) return row;
  const std::int64_t d_head = n_rows / n_heads, within = row % d_head;
  return row - within + within % 2 * (d_head / 2) + within / 2;
}

// Cuts off the lower halves, which hold no bits of the number.
void to_bf16(std::span<const float> numbers, std::byte* to) {
  for (const float number : numbers) {
    const auto upper = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 16);
    std::memcpy(to, &upper, sizeof upper);
    to += sizeof upper;
  }
}

void fill(const Copy& copy) {
  const Tensor& tensor = *copy.tensor;
  const BlockLayout& layout = layout_of(tensor.type);
  const bool is_vector = tensor.shape.size() == 1;
  const std::int64_t n_columns = is_vector && copy.n_permuted_heads > 0 ? 1 : tensor.shape.back();
  const std::int64_t n_rows = tensor.n_numbers() / n_columns;
  const std::size_t row_bytes = tensor.bytes.size() / static_cast<std::size_t>(n_rows);
  const std::size_t to_bytes = static_cast<std::size_t>(n_columns) * size_of(copy.dtype);
  std::vector<float> wide(copy.dtype == DType::bf16 && !layout.dtype ? static_cast<std::size_t>(n_columns) : 0);
  for (std::int64_t row = 0; row < n_rows; ++row) {
    const std::byte* from = tensor.bytes.data() + static_cast<std::size_t>(row) * row_bytes;
    std::byte* to = copy.to + static_cast<std::size_t>(row_in_order(row, n_rows, copy.n_permuted_heads)) * to_bytes;
    if (layout.dtype) {
      std::memcpy(to, from, to_bytes);
    } else if (wide.empty()) {
      dequantize(from, tensor.type, static_cast<std::size_t>(n_columns), reinterpret_cast<float*>(to));
    } else {
      dequantize(from, tensor.type, wide.size(), wide.data());
      to_bf16(wide, to);
    }
  }
}

// The entries of one tensor: itself, or its experts, which stand one after the other along the first axis.
void add_entries(std::vector<TensorEntry>& entries, const Dialect& dialect, const Tensor& tensor, DType dtype,
                 std::span<const std::byte> bytes) {
  const std::string name = stored_name(dialect, tensor.name);
  TensorEntry entry{.name = name.empty() ? tensor.name : name, .dtype = dtype, .shape = tensor.shape, .bytes = bytes};
  if (name.ends_with(".shared_expert_gate.weight") && entry.shape.size() == 1) entry.shape.insert(entry.shape.begin(), 1);  // one row
  const std::size_t place = name.find("{}");
  if (place == std::string::npos) return entries.push_back(std::move(entry));
  const auto n_parts = static_cast<std::size_t>(tensor.shape.front());
  const std::size_t part = bytes.size() / n_parts;
  entry.shape.erase(entry.shape.begin());
  for (std::size_t i = 0; i < n_parts; ++i) {
    entry.name = std::string(name).replace(place, 2, std::to_string(i));
    entry.bytes = bytes.subspan(i * part, part);
    entries.push_back(entry);
  }
}

}  // namespace

TensorStore store_of(std::shared_ptr<const File> file, const Dialect& dialect, const HeadCounts& heads) {
  auto storage = std::make_shared<Storage>();
  storage->file = file;
  std::vector<TensorEntry> entries;
  std::vector<Copy> copies;
  std::size_t n_bytes = 0, n_numbers = 0;
  for (const auto& [name, tensor] : file->content().tensors) {
    if (name.starts_with("rope_") || name.ends_with(".attn_rot_embd.weight")) continue;  // worked into the frequencies
    const BlockLayout& layout = layout_of(tensor.type);
    const std::int64_t n_permuted = permuted_heads(tensor, dialect, heads);
    if (layout.dtype && n_permuted == 0) {
      add_entries(entries, dialect, tensor, *layout.dtype, tensor.bytes);
      continue;
    }
    copies.push_back({.tensor = &tensor, .n_permuted_heads = n_permuted, .dtype = format_of(layout)});
    n_bytes += static_cast<std::size_t>(tensor.n_numbers()) * size_of(copies.back().dtype);
    n_numbers += static_cast<std::size_t>(tensor.n_numbers());
  }
  check_memory(n_bytes, "its quantised tensors", "float32 (those of MXFP4 as bfloat16)");
  for (Copy& copy : copies) {
    const std::size_t size = static_cast<std::size_t>(copy.tensor->n_numbers()) * size_of(copy.dtype);
    storage->widened.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    copy.to = storage->widened.back().get();
    add_entries(entries, dialect, *copy.tensor, copy.dtype, {copy.to, size});
  }
  ThreadPool pool(n_numbers >= kManyNumbers ? 0 : 1);
  pool.parallel_for(copies.size(), [&](std::size_t i) { fill(copies[i]); });
  return TensorStore(std::move(entries), std::move(storage));
}

std::string describe_types(const File& file) {
  std::map<std::string_view, int> counts;
  for (const auto& [name, tensor] : file.content().tensors) ++counts[layout_of(tensor.type).name];
  std::string text;
  for (const auto& [type, n] : counts) {
    const bool is_first = text.empty();
    text += (is_first ? "" : ", ") + std::string(type) + " in " + std::to_string(n) + (is_first ? " tensors" : "");
  }
  const std::string parts = file.n_parts() > 1 ? " in " + std::to_string(file.n_parts()) + " parts" : "";
  return "GGUF version " + std::to_string(file.content().version) + parts + ": " + text;
}

std::string fingerprint_of(const File& file) {
  Hasher hasher;
  for (const auto& [name, tensor] : file.content().tensors)
    hasher.add(name).add(layout_of(tensor.type).name).add(headlight::to_string(tensor.shape)).add(tensor.bytes);
  return hasher.digest();
}

}  // namespace headlight::gguf
