// The cache that Hugging Face's own tools keep: CACHE/models--ORG--NAME with refs/ (branch to commit), snapshots/COMMIT/ (the files, as
// links) and blobs/ (their bytes, named by their hash). Read here; core/hub writes it.
// Reference: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace headlight {

// "ORG/NAME", "ORG/NAME@REVISION", and with a file of the repository behind it: "ORG/NAME/FILE.gguf".
struct HubName {
  std::string repository;         // "openai-community/gpt2"
  std::string revision = "main";  // a branch, a tag or a commit
  std::string file;               // a .gguf file; "" for the whole model

  std::string text() const;  // as it is written; "@main" is left out
};

// Nothing when the text cannot be the name of a repository.
std::optional<HubName> parse_hub_name(const std::string& text);

// $HF_HOME, else $XDG_CACHE_HOME/huggingface, else ~/.cache/huggingface.
std::filesystem::path hub_home();
// $HF_HUB_CACHE (or the older $HUGGINGFACE_HUB_CACHE), else hub/ in hub_home().
std::filesystem::path hub_cache_folder();
// models--ORG--NAME in the cache; whether it is there is another question.
std::filesystem::path hub_repository_folder(const std::filesystem::path& cache, const std::string& repository);

// True for a folder of a repository in a cache: it has snapshots/.
bool is_hub_repository_folder(const std::filesystem::path& folder);
// True for models--ORG--NAME/snapshots/COMMIT.
bool is_hub_snapshot(const std::filesystem::path& folder);

// The name by which a snapshot is asked for: ORG/NAME, with @COMMIT unless it is the current one.
HubName name_of_hub_snapshot(const std::filesystem::path& snapshot);

// The snapshot of a revision: the commit that refs/REVISION names, a commit, or the first digits of one; for "main" without a ref
// the only snapshot there is. Nothing when `repository_folder` is not there or has none.
// Throws Error{not_found} that lists the revisions there are, or Error{bad_input} when the choice is not clear.
std::optional<std::filesystem::path> find_hub_snapshot(const std::filesystem::path& repository_folder, const std::string& revision);

// Throws Error{not_found} that says what an interrupted download has left out of the snapshot, and how to fetch it.
void require_complete_snapshot(const std::filesystem::path& snapshot);

}  // namespace headlight
