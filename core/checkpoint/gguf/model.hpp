// A GGUF file as a checkpoint: its metadata read as the config.json that it was made from, its tensors as that folder's.
#pragma once

#include "core/checkpoint/checkpoint.hpp"

namespace headlight::gguf {

// Throws Error that names the file, and what stopped it.
Checkpoint open_model(const std::filesystem::path& file);

}  // namespace headlight::gguf
