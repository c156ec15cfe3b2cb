#include "core/host/model_source.hpp"

#include <algorithm>

#include "core/base/error.hpp"
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

}  // namespace

std::vector<ModelSource> resolve_models(const std::string& argument, const std::vector<fs::path>& search) {
  std::vector<fs::path> candidates{argument};
  if (!fs::path(argument).is_absolute())
    for (const fs::path& folder : search) candidates.push_back(folder / argument);
  std::string looked;
  for (const fs::path& folder : candidates) {
    std::error_code ignored;
    looked += (looked.empty() ? "" : ", ") + folder.string();
    if (!fs::exists(folder, ignored)) continue;
    if (is_gguf_file(folder)) return {{folder.stem().string(), folder}};
    if (is_model_folder(folder) || has_model_files(folder)) {
      // A folder found by name keeps the name it was asked by.
      const bool by_name = folder != fs::path(argument);
      std::string name = by_name ? fs::path(argument).lexically_normal().generic_string() : name_of(folder);
      while (name.ends_with('/')) name.pop_back();
      const auto series = fs::weakly_canonical(folder).parent_path().filename().string();
      if (!by_name && series.ends_with("-steps")) name = series + "/" + name;
      return {{name, folder}};
    }
    if (auto models = models_in(folder); !models.empty()) return models;
    throw Error(ErrorCode::bad_input, folder.string() + ": holds no model: a Hugging Face model folder has a config.json and *.safetensors, or there is one *.gguf");
  }
  throw Error(ErrorCode::not_found, "no model \"" + argument + "\": looked for " + looked + ". Give the path of a Hugging Face model folder or of a GGUF file");
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
