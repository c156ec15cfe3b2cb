// Which models a scan is about: folders, folders of models, names of shipped models, and names of models in the hub cache.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/results.hpp"
#include "core/checkpoint/checkpoint.hpp"

namespace headlight {

struct ModelSource {
  std::string name;  // "mixture-tiny", "mixture-tiny-steps/step00250", "openai-community/gpt2"
  std::filesystem::path folder;  // or the GGUF file
};

// A model folder, a GGUF file, a folder that holds model folders (each becomes FOLDER/NAME), a name found in `search`, or
// ORG/NAME[@REVISION][/FILE.gguf] in the hub cache; the first that is there counts. A folder of a repository in a hub cache and a
// snapshot in it serve too.
// Throws Error{not_found} that says what was looked at, or what a download in the hub cache lacks; Error{bad_input} for a folder
// without any model.
std::vector<ModelSource> resolve_models(const std::string& argument, const std::vector<std::filesystem::path>& search);

// The same for what needs a tokenizer alone: any folder, and a snapshot in the hub cache without its weights.
std::filesystem::path resolve_tokenizer_folder(const std::string& argument, const std::vector<std::filesystem::path>& search);

ModelRecord record_of(const ModelSource& source, const Checkpoint& checkpoint);

}  // namespace headlight
