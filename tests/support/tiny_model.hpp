// Small models with random weights, made on the fly and written as Hugging Face folders. A test changes the config or
// the tensors before it writes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/checkpoint/safetensors.hpp"

namespace headlight::testing_support {

struct TinyTensor {
  Shape shape;
  DType dtype = DType::f32;
  std::vector<std::byte> bytes;
};

// float32 numbers as a tensor of shape and dtype F32, F64, BF16 (cut off) or F16 (exact where it can be).
TinyTensor make_tensor(Shape shape, const std::vector<float>& numbers, DType dtype = DType::f32);

struct TinyModel {
  Json config;
  std::map<std::string, TinyTensor> tensors;

  // Adds or replaces a tensor of random numbers from -1 to 1 that depend on its name only.
  void add(const std::string& name, Shape shape, DType dtype = DType::f32);
  // Renames the tensors whose name begins with `from` to begin with `to`.
  void rename_prefix(const std::string& from, const std::string& to);

  // config.json and model.safetensors
  void write(const std::filesystem::path& folder) const;
  // config.json, `n_shards` shards and their index
  void write_sharded(const std::filesystem::path& folder, int n_shards) const;
  void write_config(const std::filesystem::path& folder) const;
};

// 2 layers, 2 heads of 4 dimensions, d_model 8, d_mlp 32, 11 tokens, 16 positions, tied.
TinyModel tiny_gpt2();

// 2 layers, 4 heads and 2 key-value heads of 4 dimensions, d_model 16, d_mlp 24, 11 tokens, 32 positions, untied.
TinyModel tiny_llama();

}  // namespace headlight::testing_support
