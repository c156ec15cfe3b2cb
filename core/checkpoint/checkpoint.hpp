// A model folder, opened: the description from its config.json and the weights from its mapped safetensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/checkpoint/weights.hpp"

namespace headlight {

struct Checkpoint {
  std::filesystem::path folder;
  ModelDescription description;
  ModelWeights weights;         // borrowed from `storage`
  DType dtype = DType::f32;     // of most weights
  std::int64_t n_parameters = 0;
  std::string fingerprint;      // hash of the tensors' names, shapes and numbers, not of the files
  std::vector<std::string> notes;  // what a user should know: unused tensors, defaults taken
  std::shared_ptr<const void> storage;  // keeps the files mapped
};

// Opens a Hugging Face folder, a GGUF file, or a folder with one GGUF file and no safetensors. Throws Error with what is wrong and what to do: no such folder, no config.json, only pickled
// weights (with the command that converts them), unknown architecture, unsupported option by name, missing or misshapen tensor.
Checkpoint open_checkpoint(const std::filesystem::path& folder);

// True when the folder has a config.json or a GGUF file: what `scan models/` looks for.
bool is_model_folder(const std::filesystem::path& folder);

}  // namespace headlight
