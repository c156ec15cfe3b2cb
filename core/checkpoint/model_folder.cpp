#include "core/checkpoint/model_folder.hpp"

#include <string>

#include "core/base/error.hpp"
#include "core/checkpoint/hub_cache.hpp"

namespace headlight {

namespace fs = std::filesystem;

fs::path resolve_model_folder(const fs::path& named) {
  const std::string place = named.string();
  if (!fs::exists(named)) throw Error(ErrorCode::not_found, place + ": there is no such folder");
  if (!fs::is_directory(named)) {
    if (named.extension() == ".gguf") return named;
    throw Error(ErrorCode::bad_input, place + ": is a file; give a GGUF file, or the folder that has config.json and model.safetensors");
  }
  fs::path folder = named;
  if (is_hub_repository_folder(named)) {
    const auto snapshot = find_hub_snapshot(named, "main");
    if (!snapshot) throw Error(ErrorCode::not_found, place + ": is a folder of a hub cache without any snapshot: a download that was refused?");
    folder = *snapshot;
  }
  if (is_hub_snapshot(folder)) require_complete_snapshot(folder);
  return folder;
}

}  // namespace headlight
