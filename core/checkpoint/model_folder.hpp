// From what a user names to the folder with config.json in it.
#pragma once

#include <filesystem>

namespace headlight {

// The folder itself, or the current snapshot of a Hugging Face cache folder ("models--gpt2", with refs/ and snapshots/); a
// GGUF file is returned as it is. Throws Error{not_found} (also for a snapshot whose download was interrupted), Error{bad_input}
// for another file.
std::filesystem::path resolve_model_folder(const std::filesystem::path& named);

}  // namespace headlight
