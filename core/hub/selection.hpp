// Which files of a repository a model needs.
#pragma once

#include <string>
#include <vector>

namespace headlight {

struct SelectionRequest {
  std::string repository;             // for messages
  std::string gguf;                   // this one file, or the one that fits the pattern; "" for safetensors
  std::vector<std::string> patterns;  // exactly the files that fit one of these; empty for what a model needs
};

inline constexpr const char* kShardIndex = "model.safetensors.index.json";

// From what the repository holds, in the order to fetch it. Shards are left out: the index, which is then among the files, names
// them. Throws Error{unsupported} for pickled weights (with the command that converts them), adapters, and repositories of GGUF
// files alone; Error{not_found} for a file or pattern that nothing fits.
std::vector<std::string> select_files(const std::vector<std::string>& held, const SelectionRequest& request);

// The shards that the text of an index names, sorted. Throws Error{corrupt}.
std::vector<std::string> shards_of(const std::string& index);

// "*" is any text, "?" any character, and nothing else is special.
bool fits_pattern(std::string_view name, std::string_view pattern);

}  // namespace headlight
