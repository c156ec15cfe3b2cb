// Which models a scan is about: folders, folders of models, and names of shipped models.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/results.hpp"
#include "core/checkpoint/checkpoint.hpp"

namespace headlight {

struct ModelSource {
  std::string name;  // "mixture-tiny", "mixture-tiny-steps/step00250"
  std::filesystem::path folder;  // or the GGUF file
};

// A model folder, a GGUF file, a folder that holds model folders (each becomes FOLDER/NAME), or a name found in `search`.
// Throws Error{not_found} that says what was looked at, or Error{bad_input} for a folder without any model.
std::vector<ModelSource> resolve_models(const std::string& argument, const std::vector<std::filesystem::path>& search);

ModelRecord record_of(const ModelSource& source, const Checkpoint& checkpoint);

}  // namespace headlight
