#include "core/checkpoint/checkpoint.hpp"

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/checkpoint/architectures.hpp"
#include "core/checkpoint/bind_weights.hpp"
#include "core/checkpoint/fingerprint.hpp"
#include "core/checkpoint/gguf/model.hpp"
#include "core/checkpoint/model_folder.hpp"
#include "core/checkpoint/mxfp4.hpp"
#include "core/checkpoint/tensor_store.hpp"
#include "core/tensor/gguf/file.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfigFile = "config.json";

Blueprint read_config(const fs::path& folder) {
  const fs::path file = folder / kConfigFile;
  if (!fs::exists(file)) {
    TensorStore::open(folder);  // says more where the folder holds something else
    throw Error(ErrorCode::not_found, folder.string() + ": has weights but no " + kConfigFile +
                                          ", which says what they mean: copy it from where the weights come from");
  }
  const Json fields = parse_json_file(file.string());
  try {
    if (!fields.is_object()) throw Error(ErrorCode::corrupt, "is not a JSON object");
    return read_blueprint(Config(fields));
  } catch (const Error& error) {
    throw error.at(file.string());
  }
}

Checkpoint open_folder(const fs::path& folder) {
  Blueprint blueprint = read_config(folder);
  TensorStore files = TensorStore::open(folder);
  Checkpoint checkpoint;
  checkpoint.fingerprint = fingerprint_of(files);  // of what is stored, widened or not
  std::shared_ptr<const TensorStore> store;
  BoundWeights bound;
  try {
    if (blueprint.quantization == Quantization::mxfp4) files = with_mxfp4_widened(std::move(files));
    store = std::make_shared<const TensorStore>(std::move(files));
    bound = bind_weights(*store, blueprint);
  } catch (const Error& error) {
    throw error.at(folder.string());
  }
  checkpoint.folder = folder;
  checkpoint.description = std::move(blueprint.description);
  checkpoint.weights = std::move(bound.weights);
  checkpoint.dtype = bound.dtype;
  checkpoint.n_parameters = bound.n_parameters;
  for (const std::vector<std::string>& notes : {blueprint.notes, store->notes(), bound.notes})
    checkpoint.notes.insert(checkpoint.notes.end(), notes.begin(), notes.end());
  checkpoint.storage = store;
  return checkpoint;
}

// The GGUF file to read: where a folder has safetensors too, those count.
std::optional<fs::path> gguf_file_of(const fs::path& model) {
  if (TensorStore::has_safetensors(model)) return std::nullopt;
  return gguf::file_named_by(model);
}

}  // namespace

bool is_model_folder(const fs::path& folder) {
  std::error_code unreadable;
  if (fs::is_regular_file(folder / kConfigFile, unreadable)) return true;
  if (!fs::is_directory(folder, unreadable)) return false;
  for (const auto& entry : fs::directory_iterator(folder, unreadable))
    if (entry.path().extension() == ".gguf") return true;
  return false;
}

Checkpoint open_checkpoint(const fs::path& folder) {
  try {
    const fs::path model = resolve_model_folder(folder);
    if (const auto file = gguf_file_of(model)) return gguf::open_model(*file);
    return open_folder(model);
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::io, folder.string() + ": cannot be read: " + error.code().message());
  }
}

}  // namespace headlight
