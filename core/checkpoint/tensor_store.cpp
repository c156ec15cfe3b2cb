#include "core/checkpoint/tensor_store.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSingleFile = "model.safetensors";
constexpr const char* kIndexFile = "model.safetensors.index.json";

// The first file (by name) whose name ends so; empty when there is none.
std::string file_ending_with(const fs::path& folder, std::initializer_list<std::string_view> endings) {
  std::string first;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool ends = std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return name.ends_with(e); });
    if (ends && (first.empty() || name < first)) first = name;
  }
  return first;
}

// Says what stands in the folder instead of safetensors, and what to do about it.
[[noreturn]] void refuse_folder(const fs::path& folder) {
  const std::string place = folder.string();
  if (const auto adapter = file_ending_with(folder, {"adapter_model.safetensors", "adapter_config.json"}); !adapter.empty())
    throw Error(ErrorCode::unsupported, place + ": holds an adapter (" + adapter +
                                            "), not a model: merge it into its base model first "
                                            "(peft: merge_and_unload(), then save_pretrained())");
  if (const auto other = file_ending_with(folder, {".safetensors"}); !other.empty())
    throw Error(ErrorCode::not_found, place + ": has " + other + " but neither " + kSingleFile + " nor " + kIndexFile +
                                          ": an incomplete download, or a file to rename to " + kSingleFile);
  if (const auto pickled = file_ending_with(folder, {".bin", ".pt", ".pth"}); !pickled.empty())
    throw Error(ErrorCode::unsupported,
                place + ": the weights are pickled (" + pickled +
                    "), and reading those would run the code in them. Convert them where you trust them: python3 -c "
                    "'import sys, transformers as t; t.AutoModelForCausalLM.from_pretrained(sys.argv[1])"
                    ".save_pretrained(sys.argv[1], safe_serialization=True)' " +
                    in_quotes(place));
  throw Error(ErrorCode::not_found, place + ": has no weights: neither " + kSingleFile + " nor " + kIndexFile);
}

}  // namespace

TensorStore::TensorStore(std::vector<TensorEntry> entries, std::shared_ptr<const void> storage, std::vector<std::string> notes)
    : entries_(std::move(entries)), storage_(std::move(storage)), notes_(std::move(notes)) {
  for (const TensorEntry& entry : entries_)
    if (!tensors_.emplace(entry.name, &entry).second)
      throw Error(ErrorCode::corrupt, "two tensors have the name " + in_quotes(entry.name));
}

bool TensorStore::has_safetensors(const fs::path& folder) {
  return fs::exists(folder / kSingleFile) || fs::exists(folder / kIndexFile);
}

TensorStore TensorStore::open(const fs::path& folder) {
  TensorStore store;
  if (fs::exists(folder / kSingleFile))
    store.open_single(folder / kSingleFile);
  else if (fs::exists(folder / kIndexFile))
    store.open_shards(folder, folder / kIndexFile);
  else
    refuse_folder(folder);
  return store;
}

const TensorEntry* TensorStore::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : found->second;
}

bool TensorStore::has_tensor_beginning_with(std::string_view prefix) const {
  const auto found = tensors_.lower_bound(prefix);
  return found != tensors_.end() && std::string_view(found->first).starts_with(prefix);
}

void TensorStore::open_single(const fs::path& file) {
  files_.emplace_back(file);
  for (const TensorEntry& tensor : files_.back().tensors()) tensors_.emplace(tensor.name, &tensor);
}

void TensorStore::open_shards(const fs::path& folder, const fs::path& index) {
  std::map<std::string, std::vector<std::string>> names_by_shard;
  const Json content = parse_json_file(index.string());
  try {
    for (const auto& [name, shard] : content.at("weight_map").as_object()) names_by_shard[shard.as_string()].push_back(name);
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt, index.string() + ": " + error.what());
  }
  if (names_by_shard.empty()) throw Error(ErrorCode::corrupt, index.string() + ": its \"weight_map\" names no tensor");

  files_.reserve(names_by_shard.size());
  for (const auto& [shard, names] : names_by_shard) {
    if (shard.empty() || fs::path(shard).filename() != shard || shard == "." || shard == "..")
      throw Error(ErrorCode::corrupt, index.string() + ": the shard " + in_quotes(shard) + " is not a file name of this folder");
    if (!fs::exists(folder / shard))
      throw Error(ErrorCode::not_found, (folder / shard).string() + ": this shard is missing; " + kIndexFile +
                                            " says that it holds " + std::to_string(names.size()) +
                                            " tensors: an incomplete download?");
    const SafetensorsFile& file = files_.emplace_back(folder / shard);
    for (const std::string& name : names) {
      const TensorEntry* tensor = file.find(name);
      if (!tensor)
        throw Error(ErrorCode::corrupt, (folder / shard).string() + ": has no tensor " + in_quotes(name) + ", though " +
                                            kIndexFile + " says so: files of different versions?");
      tensors_.emplace(name, tensor);
    }
    if (file.tensors().size() > names.size())
      notes_.push_back(shard + " holds " + std::to_string(file.tensors().size() - names.size()) + " tensors that " + kIndexFile +
                       " does not name; they were not read");
  }
}

}  // namespace headlight
