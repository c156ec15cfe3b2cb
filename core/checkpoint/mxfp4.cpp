#include "core/checkpoint/mxfp4.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/thread_pool.hpp"
#include "core/checkpoint/safetensors_dtype.hpp"
#include "core/checkpoint/widened_memory.hpp"
#include "core/tensor/mxfp4.hpp"

namespace headlight {
namespace {

constexpr std::string_view kBlocks = "_blocks", kScales = "_scales";
constexpr std::size_t kManyNumbers = 1 << 22;  // worth all cores
constexpr std::int64_t kNumbers = kMxfp4Numbers;

// What keeps the bytes of the new store's tensors.
struct Storage {
  TensorStore packed;
  std::vector<std::unique_ptr<std::uint16_t[]>> widened;
};

struct Pair {
  const TensorEntry* blocks = nullptr;
  const TensorEntry* scales = nullptr;
  std::uint16_t* to = nullptr;

  std::int64_t n_experts() const { return blocks->shape[0]; }
  std::int64_t n_out() const { return blocks->shape[1]; }
  std::int64_t n_blocks() const { return blocks->shape[2]; }  // of one output
  std::int64_t n_in() const { return n_blocks() * kNumbers; }
  std::size_t n_numbers() const { return static_cast<std::size_t>(n_experts() * n_out() * n_in()); }
};

Pair pair_of(const TensorStore& store, const TensorEntry& blocks) {
  const std::string name = blocks.name.substr(0, blocks.name.size() - kBlocks.size()) + std::string(kScales);
  const TensorEntry* scales = store.find(name);
  if (!scales)
    throw Error(ErrorCode::not_found, "the tensor \"" + name + "\", the scales of \"" + blocks.name + "\", is missing");
  const Shape& shape = blocks.shape;
  const bool is_packed = blocks.dtype == DType::u8 && shape.size() == 4 && shape[3] == static_cast<std::int64_t>(kMxfp4Bytes);
  if (!is_packed || scales->dtype != DType::u8 || scales->shape != Shape(shape.begin(), shape.begin() + 3))
    throw Error(ErrorCode::corrupt, "the tensors \"" + blocks.name + "\", " + std::string(safetensors_name(blocks.dtype)) + " of shape " +
                                        to_string(shape) + ", and \"" + name + "\", " + std::string(safetensors_name(scales->dtype)) +
                                        " of shape " + to_string(scales->shape) +
                                        ", are no MXFP4: that is U8 of [expert, out, block, 16] and of [expert, out, block]");
  if (blocks.bytes.empty())
    throw Error(ErrorCode::corrupt, "the tensor \"" + blocks.name + "\" of shape " + to_string(shape) + " has no numbers");
  return {.blocks = &blocks, .scales = scales};
}

// The outputs of one expert, 32 by 32 numbers at a time: blocks run along the inputs, and the numbers are wanted along the outputs.
void widen_expert(const Pair& pair, std::int64_t expert) {
  const std::int64_t n_out = pair.n_out(), n_blocks = pair.n_blocks();
  const std::int64_t first = expert * n_out * n_blocks;
  const std::byte* blocks = pair.blocks->bytes.data() + first * static_cast<std::int64_t>(kMxfp4Bytes);
  const std::byte* scales = pair.scales->bytes.data() + first;
  std::uint16_t* to = pair.to + expert * n_out * pair.n_in();
  std::uint16_t tile[kNumbers][kNumbers];
  for (std::int64_t out = 0; out < n_out; out += kNumbers) {
    const std::int64_t n_rows = std::min(kNumbers, n_out - out);
    for (std::int64_t block = 0; block < n_blocks; ++block) {
      for (std::int64_t row = 0; row < n_rows; ++row) {
        const std::int64_t at = (out + row) * n_blocks + block;
        dequantize_mxfp4(blocks + at * static_cast<std::int64_t>(kMxfp4Bytes), static_cast<std::uint8_t>(scales[at]), tile[row]);
      }
      for (std::int64_t in = 0; in < kNumbers; ++in)
        for (std::int64_t row = 0; row < n_rows; ++row) to[(block * kNumbers + in) * n_out + out + row] = tile[row][in];
    }
  }
}

void widen_all(const std::vector<Pair>& pairs, std::size_t n_numbers) {
  std::vector<std::pair<const Pair*, std::int64_t>> experts;
  for (const Pair& pair : pairs)
    for (std::int64_t i = 0; i < pair.n_experts(); ++i) experts.emplace_back(&pair, i);
  ThreadPool pool(n_numbers >= kManyNumbers ? 0 : 1);
  pool.parallel_for(experts.size(), [&](std::size_t i) { widen_expert(*experts[i].first, experts[i].second); });
}

}  // namespace

TensorStore with_mxfp4_widened(TensorStore packed) {
  const auto storage = std::make_shared<Storage>(Storage{.packed = std::move(packed), .widened = {}});
  const TensorStore& store = storage->packed;
  std::vector<Pair> pairs;
  std::size_t n_numbers = 0;
  for (const auto& [name, tensor] : store.tensors()) {
    if (!name.ends_with(kBlocks)) continue;
    pairs.push_back(pair_of(store, *tensor));
    n_numbers += pairs.back().n_numbers();
  }
  check_memory(n_numbers * sizeof(std::uint16_t), "its experts in MXFP4", "bfloat16");

  std::vector<TensorEntry> entries;
  for (const auto& [name, tensor] : store.tensors()) {
    const bool is_packed = std::ranges::any_of(pairs, [&](const Pair& pair) { return tensor == pair.blocks || tensor == pair.scales; });
    if (!is_packed) entries.push_back(*tensor);
  }
  for (Pair& pair : pairs) {
    const std::size_t n = pair.n_numbers();
    storage->widened.push_back(std::make_unique_for_overwrite<std::uint16_t[]>(n));
    pair.to = storage->widened.back().get();
    entries.push_back({.name = pair.blocks->name.substr(0, pair.blocks->name.size() - kBlocks.size()),
                       .dtype = DType::bf16,
                       .shape = {pair.n_experts(), pair.n_in(), pair.n_out()},
                       .bytes = std::as_bytes(std::span(pair.to, n))});
  }
  widen_all(pairs, n_numbers);
  std::vector<std::string> notes = store.notes();
  if (!pairs.empty())
    notes.push_back(std::to_string(pairs.size()) + " tensors in MXFP4 were widened to BF16, " +
                    mebibytes(n_numbers * sizeof(std::uint16_t)) + " of memory");
  return TensorStore(std::move(entries), storage, std::move(notes));
}

}  // namespace headlight
