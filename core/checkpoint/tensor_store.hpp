// All tensors of a model folder: model.safetensors, or the shards that model.safetensors.index.json names.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/safetensors.hpp"

namespace headlight {

// Movable; entries stay valid while it lives.
class TensorStore {
 public:
  // Throws Error{not_found} when there are no tensors, Error{unsupported} with the command that converts them when they
  // are pickled (*.bin, *.pt) or GGUF, Error{corrupt} when index and shards contradict each other.
  static TensorStore open(const std::filesystem::path& folder);

  const std::map<std::string, const TensorEntry*, std::less<>>& tensors() const { return tensors_; }  // by name
  const TensorEntry* find(std::string_view name) const;  // null when absent
  bool has_tensor_beginning_with(std::string_view prefix) const;
  const std::vector<std::string>& notes() const { return notes_; }  // tensors that the index leaves out

 private:
  void open_single(const std::filesystem::path& file);
  void open_shards(const std::filesystem::path& folder, const std::filesystem::path& index);

  std::vector<SafetensorsFile> files_;
  std::map<std::string, const TensorEntry*, std::less<>> tensors_;
  std::vector<std::string> notes_;
};

}  // namespace headlight
