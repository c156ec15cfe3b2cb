// All tensors of a model: model.safetensors, the shards that model.safetensors.index.json names, or what another format brings.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/safetensors.hpp"

namespace headlight {

// Movable; entries stay valid while it lives.
class TensorStore {
 public:
  // Throws Error{not_found} when there are no tensors, Error{unsupported} with the command that converts them when they
  // are pickled (*.bin, *.pt), Error{corrupt} when index and shards contradict each other.
  static TensorStore open(const std::filesystem::path& folder);
  static bool has_safetensors(const std::filesystem::path& folder);

  // Tensors whose bytes live as long as `storage`. Throws Error{corrupt} for a repeated name.
  TensorStore(std::vector<TensorEntry> entries, std::shared_ptr<const void> storage, std::vector<std::string> notes = {});

  const std::map<std::string, const TensorEntry*, std::less<>>& tensors() const { return tensors_; }  // by name
  const TensorEntry* find(std::string_view name) const;  // null when absent
  bool has_tensor_beginning_with(std::string_view prefix) const;
  const std::vector<std::string>& notes() const { return notes_; }  // tensors that the index leaves out, and the like

 private:
  TensorStore() = default;
  void open_single(const std::filesystem::path& file);
  void open_shards(const std::filesystem::path& folder, const std::filesystem::path& index);

  std::vector<SafetensorsFile> files_;
  std::vector<TensorEntry> entries_;
  std::shared_ptr<const void> storage_;
  std::map<std::string, const TensorEntry*, std::less<>> tensors_;
  std::vector<std::string> notes_;
};

}  // namespace headlight
