#include "core/host/model_source.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/checkpoint/hub_cache.hpp"
#include "core/checkpoint/model_folder.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

std::string name_of(const fs::path& folder) {
  fs::path whole = fs::weakly_canonical(folder);
  return whole.filename().string();
}

bool has_model_files(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto extension = entry.path().extension();
    if (extension == ".safetensors" || extension == ".bin" || extension == ".pt" || extension == ".gguf") return true;
  }
  return false;
}

bool is_gguf_file(const fs::path& path) {
  std::error_code ignored;
  return path.extension() == ".gguf" && fs::is_regular_file(path, ignored);
}

std::vector<ModelSource> models_in(const fs::path& folder) {
  std::vector<ModelSource> sources;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.is_directory() && is_model_folder(entry.path()))
      sources.push_back({name_of(folder) + "/" + entry.path().filename().string(), entry.path()});
  std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return sources;
}

// The first of the places that an argument can stand for; nothing when none is there.
std::optional<fs::path> first_place(const std::string& argument, const std::vector<fs::path>& search, std::string& looked) {
  std::vector<fs::path> candidates{argument};
  if (!fs::path(argument).is_absolute())
    for (const fs::path& folder : search) candidates.push_back(folder / argument);
  for (const fs::path& place : candidates) {
    std::error_code unreadable;
    if (fs::exists(place, unreadable)) return place;
    looked += (looked.empty() ? "" : ", ") + place.string();
  }
  return std::nullopt;
}

std::vector<ModelSource> models_at(const fs::path& place, const std::string& argument) {
  if (is_hub_repository_folder(place) || is_hub_snapshot(place)) {
    const fs::path snapshot = resolve_model_folder(place);
    return {{name_of_hub_snapshot(snapshot).text(), snapshot}};
  }
  if (is_gguf_file(place)) return {{place.stem().string(), place}};
  if (is_model_folder(place) || has_model_files(place)) {
    // A folder found by name keeps the name it was asked by.
    const bool by_name = place != fs::path(argument);
    std::string name = by_name ? fs::path(argument).lexically_normal().generic_string() : name_of(place);
    while (name.ends_with('/')) name.pop_back();
    const auto series = fs::weakly_canonical(place).parent_path().filename().string();
    if (!by_name && series.ends_with("-steps")) name = series + "/" + name;
    return {{name, place}};
  }
  if (auto models = models_in(place); !models.empty()) return models;
  throw Error(ErrorCode::bad_input, place.string() + ": holds no model: a Hugging Face model folder has a config.json and *.safetensors, or there is one *.gguf");
}

// Looks in the hub cache for what is nowhere else. Throws Error{not_found} that says where was looked, and how to fetch it.
fs::path cached_snapshot(const std::string& argument, const std::string& looked) {
  const auto name = parse_hub_name(argument);
  if (!name)
    throw Error(ErrorCode::not_found, "no model \"" + argument + "\": looked for " + looked +
                                          ". Give the path of a Hugging Face model folder or of a GGUF file, or ORG/NAME of a model in the hub cache");
  const fs::path repository = hub_repository_folder(hub_cache_folder(), name->repository);
  if (const auto snapshot = find_hub_snapshot(repository, name->revision)) return *snapshot;
  const std::string where = "no model \"" + argument + "\": looked for " + looked + ", and in the hub cache for " + repository.string();
  if (name->repository.find('/') == std::string::npos)
    throw Error(ErrorCode::not_found, where + ". Give the path of a Hugging Face model folder or of a GGUF file, or fetch a model from the "
                                              "hub with: headlight pull ORG/NAME");
  throw Error(ErrorCode::not_found, where + ". Fetch it from the hub with: headlight pull " + argument);
}

}  // namespace

std::vector<ModelSource> resolve_models(const std::string& argument, const std::vector<fs::path>& search) {
  std::string looked;
  if (const auto place = first_place(argument, search, looked)) return models_at(*place, argument);
  const fs::path snapshot = cached_snapshot(argument, looked);
  const HubName name = *parse_hub_name(argument);
  if (name.file.empty()) {
    require_complete_snapshot(snapshot);
    return {{name.text(), snapshot}};
  }
  if (!fs::is_regular_file(snapshot / name.file))
    throw Error(ErrorCode::not_found, (snapshot / name.file).string() + ": is not in the hub cache. Fetch it with: headlight pull " + argument);
  return {{name.text(), snapshot / name.file}};
}

fs::path resolve_tokenizer_folder(const std::string& argument, const std::vector<fs::path>& search) {
  std::string looked;
  const auto place = first_place(argument, search, looked);
  if (!place) return cached_snapshot(argument, looked);
  if (is_hub_repository_folder(*place))
    if (const auto snapshot = find_hub_snapshot(*place, "main")) return *snapshot;
  return *place == fs::path(argument) && fs::is_directory(*place) ? *place : models_at(*place, argument).front().folder;
}

ModelRecord record_of(const ModelSource& source, const Checkpoint& checkpoint) {
  const ModelDescription& d = checkpoint.description;
  ModelRecord record{.fingerprint = checkpoint.fingerprint, .name = source.name, .path = fs::absolute(source.folder).lexically_normal().string(),
                     .architecture = d.architecture, .tokenizer_hash = "", .dtype = std::string(to_string(checkpoint.dtype)),
                     .n_layers = d.n_layers, .n_heads = d.attention.n_heads, .n_kv_heads = d.attention.n_kv_heads, .d_model = d.d_model,
                     .d_head = d.attention.d_head, .vocab_size = d.vocab_size, .n_ctx = std::nullopt, .n_parameters = checkpoint.n_parameters};
  if (d.n_ctx > 0) record.n_ctx = d.n_ctx;
  try {
    record.tokenizer_hash = Tokenizer::open(source.folder).content_hash();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return record;
}

}  // namespace headlight
