#include "core/checkpoint/model_folder.hpp"

#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/files.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

// The snapshot that refs/main names; without it, the only one there is.
fs::path current_snapshot(const fs::path& cache) {
  const fs::path main = cache / "refs" / "main";
  if (fs::exists(main)) {
    std::string revision = read_file(main);
    while (!revision.empty() && std::isspace(static_cast<unsigned char>(revision.back()))) revision.pop_back();
    const fs::path snapshot = cache / "snapshots" / revision;
    if (!revision.empty() && fs::is_directory(snapshot)) return snapshot;
    throw Error(ErrorCode::not_found, main.string() + ": names the snapshot \"" + revision + "\", which is not in " +
                                          (cache / "snapshots").string() + ": an incomplete download?");
  }
  std::vector<fs::path> snapshots;
  for (const auto& entry : fs::directory_iterator(cache / "snapshots"))
    if (entry.is_directory()) snapshots.push_back(entry.path());
  if (snapshots.size() == 1) return snapshots.front();
  throw Error(ErrorCode::bad_input, cache.string() + ": is a cache folder with " + std::to_string(snapshots.size()) +
                                        " snapshots and no refs/main: name one of the folders in snapshots/");
}

}  // namespace

fs::path resolve_model_folder(const fs::path& named) {
  const std::string place = named.string();
  if (!fs::exists(named)) throw Error(ErrorCode::not_found, place + ": there is no such folder");
  if (!fs::is_directory(named)) {
    if (named.extension() == ".gguf") return named;
    throw Error(ErrorCode::bad_input, place + ": is a file; give a GGUF file, or the folder that has config.json and model.safetensors");
  }
  if (!fs::exists(named / "config.json") && fs::is_directory(named / "snapshots")) return current_snapshot(named);
  return named;
}

}  // namespace headlight
