#include "core/checkpoint/hub_cache.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolderPrefix = "models--";
constexpr size_t kLongestName = 96;
constexpr size_t kFewestDigits = 4;  // of a commit

bool is_one_of(char c, std::string_view others) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.find(c) != std::string_view::npos;
}

bool is_name_part(std::string_view part) {
  const auto is_mark = [](char c) { return c == '-' || c == '.'; };
  if (part.empty() || is_mark(part.front()) || is_mark(part.back())) return false;
  if (part.find("--") != part.npos || part.find("..") != part.npos) return false;
  return std::all_of(part.begin(), part.end(), [](char c) { return is_one_of(c, "-_."); });
}

bool is_repository(const std::string& text) {
  const size_t slash = text.find('/');
  if (text.size() > kLongestName) return false;
  return is_name_part(text.substr(0, slash)) && (slash == text.npos || is_name_part(text.substr(slash + 1)));
}

// What git allows, less what a path must not hold.
bool is_revision(std::string_view text) {
  if (text.empty() || text.front() == '/' || text.front() == '-' || text.back() == '/') return false;
  if (text.find("..") != text.npos || text.find("//") != text.npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_one_of(c, "-_./+#="); });
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

fs::path home() { return environment("HOME").value_or("."); }

fs::path expanded(const std::string& path) {
  if (path == "~") return home();
  return path.starts_with("~/") ? home() / path.substr(2) : fs::path(path);
}

std::string without_trailing_space(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text;
}

std::vector<fs::path> snapshots_in(const fs::path& repository_folder) {
  std::vector<fs::path> snapshots;
  for (const auto& entry : fs::directory_iterator(repository_folder / "snapshots"))
    if (entry.is_directory()) snapshots.push_back(entry.path());
  std::sort(snapshots.begin(), snapshots.end());
  return snapshots;
}

std::vector<std::string> revisions_in(const fs::path& repository_folder) {
  std::vector<std::string> revisions;
  if (fs::is_directory(repository_folder / "refs"))
    for (const auto& entry : fs::recursive_directory_iterator(repository_folder / "refs"))
      if (entry.is_regular_file()) revisions.push_back(entry.path().lexically_relative(repository_folder / "refs").generic_string());
  for (const fs::path& snapshot : snapshots_in(repository_folder)) revisions.push_back(snapshot.filename().string());
  std::sort(revisions.begin(), revisions.end());
  return revisions;
}

// "models--openai-community--gpt2" -> "openai-community/gpt2"
std::string repository_of(const fs::path& repository_folder) {
  std::string name = repository_folder.filename().string();
  if (!name.starts_with(kFolderPrefix)) return "ORG/NAME";
  name.erase(0, kFolderPrefix.size());
  if (const size_t between = name.find("--"); between != name.npos) name.replace(between, 2, "/");
  return name;
}

fs::path canonical_folder(const fs::path& folder) {
  const fs::path whole = fs::weakly_canonical(folder);
  return whole.has_filename() ? whole : whole.parent_path();
}

struct SnapshotFiles {
  std::set<std::string> there;
  std::vector<std::string> dangling;  // of what Headlight reads, links to blobs that are not there
};

bool ends_with_one_of(const std::string& name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_weights(const std::string& name) { return ends_with_one_of(name, {".safetensors", ".bin", ".pt", ".pth", ".gguf"}); }
bool is_read(const std::string& name) { return ends_with_one_of(name, {".safetensors", ".gguf", ".json", ".model", ".txt"}); }

SnapshotFiles files_of(const fs::path& snapshot) {
  SnapshotFiles files;
  for (const auto& entry : fs::recursive_directory_iterator(snapshot)) {
    const std::string name = entry.path().lexically_relative(snapshot).generic_string();
    if (fs::is_regular_file(entry.path()))
      files.there.insert(name);
    else if (entry.is_symlink() && is_read(name))
      files.dangling.push_back(name);
  }
  std::sort(files.dangling.begin(), files.dangling.end());
  return files;
}

// What a model needs and the snapshot has not; other weights than safetensors are for others to judge.
std::vector<std::string> missing_from(const fs::path& snapshot) {
  const SnapshotFiles files = files_of(snapshot);
  std::vector<std::string> missing = files.dangling;
  const auto need = [&](const std::string& name) {
    if (files.there.contains(name) || std::find(missing.begin(), missing.end(), name) != missing.end()) return;
    missing.push_back(name);
  };
  const auto is_there = [&](auto condition) { return std::any_of(files.there.begin(), files.there.end(), condition); };
  if (is_there([](const std::string& name) { return name.ends_with(".gguf"); })) return missing;
  need("config.json");
  if (files.there.contains("model.safetensors")) return missing;
  if (const std::string index = "model.safetensors.index.json"; files.there.contains(index)) {
    const Json content = parse_json_file((snapshot / index).string());
    if (content["weight_map"].is_object())
      for (const auto& [tensor, shard] : content["weight_map"].as_object())
        if (shard.is_string()) need(shard.as_string());
  } else if (!is_there(is_weights)) {
    need("model.safetensors");
  }
  return missing;
}

std::int64_t partial_bytes(const fs::path& repository_folder) {
  std::int64_t bytes = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(repository_folder / "blobs", none))
    if (entry.path().extension() == ".incomplete") bytes += static_cast<std::int64_t>(entry.file_size());
  return bytes;
}

}  // namespace

std::string HubName::text() const { return repository + (revision == "main" ? "" : "@" + revision) + (file.empty() ? "" : "/" + file); }

std::optional<HubName> parse_hub_name(const std::string& text) {
  HubName name{.repository = text};
  if (text.ends_with(".gguf")) {
    const size_t org = text.find('/'), file = org == text.npos ? org : text.find('/', org + 1);
    if (file != text.npos) {
      name.file = text.substr(file + 1);
      name.repository = text.substr(0, file);
      if (!is_revision(name.file)) return std::nullopt;
    }
  }
  if (const size_t at = name.repository.find('@'); at != std::string::npos) {
    name.revision = name.repository.substr(at + 1);
    name.repository.resize(at);
  }
  return is_repository(name.repository) && is_revision(name.revision) ? std::optional(name) : std::nullopt;
}

fs::path hub_home() {
  if (const auto folder = environment("HF_HOME")) return expanded(*folder);
  if (const auto folder = environment("XDG_CACHE_HOME")) return expanded(*folder) / "huggingface";
  return home() / ".cache" / "huggingface";
}

fs::path hub_cache_folder() {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
    if (const auto folder = environment(name)) return expanded(*folder);
  return hub_home() / "hub";
}

fs::path hub_repository_folder(const fs::path& cache, const std::string& repository) {
  std::string name = repository;
  if (const size_t slash = name.find('/'); slash != name.npos) name.replace(slash, 1, "--");
  return cache / (std::string(kFolderPrefix) + name);
}

bool is_hub_repository_folder(const fs::path& folder) {
  std::error_code unreadable;
  return !fs::exists(folder / "config.json", unreadable) && fs::is_directory(folder / "snapshots", unreadable);
}

bool is_hub_snapshot(const fs::path& folder) {
  const fs::path snapshots = canonical_folder(folder).parent_path();
  return snapshots.filename() == "snapshots" && snapshots.parent_path().filename().string().starts_with(kFolderPrefix);
}

HubName name_of_hub_snapshot(const fs::path& snapshot) {
  const fs::path whole = canonical_folder(snapshot), repository_folder = whole.parent_path().parent_path();
  const std::string commit = whole.filename().string();
  const fs::path main = repository_folder / "refs" / "main";
  const bool is_current =
      fs::exists(main) ? without_trailing_space(read_file(main)) == commit : snapshots_in(repository_folder).size() == 1;
  return {.repository = repository_of(repository_folder), .revision = is_current ? "main" : commit, .file = ""};
}

std::optional<fs::path> find_hub_snapshot(const fs::path& repository_folder, const std::string& revision) {
  if (!is_hub_repository_folder(repository_folder)) return std::nullopt;
  const std::string place = repository_folder.string();
  const std::string fetch = "headlight pull " + HubName{.repository = repository_of(repository_folder), .revision = revision, .file = ""}.text();
  if (const fs::path ref = repository_folder / "refs" / revision; fs::is_regular_file(ref)) {
    const std::string commit = without_trailing_space(read_file(ref));
    const fs::path snapshot = repository_folder / "snapshots" / commit;
    if (!commit.empty() && fs::is_directory(snapshot)) return snapshot;
    throw Error(ErrorCode::not_found, ref.string() + ": names the snapshot \"" + commit + "\", which is not in " +
                                          (repository_folder / "snapshots").string() + ": an incomplete download? Fetch it with: " + fetch);
  }
  const std::vector<fs::path> snapshots = snapshots_in(repository_folder);
  if (snapshots.empty()) return std::nullopt;
  if (revision == "main") {
    if (snapshots.size() == 1) return snapshots.front();
    throw Error(ErrorCode::bad_input, place + ": is a cache folder with " + std::to_string(snapshots.size()) +
                                          " snapshots and no refs/main: name one of " +
                                          listed(revisions_in(repository_folder), 8) + " (@REVISION), or fetch the current one with: " + fetch);
  }
  std::vector<fs::path> fitting;
  for (const fs::path& snapshot : snapshots)
    if (revision.size() >= kFewestDigits && snapshot.filename().string().starts_with(revision)) fitting.push_back(snapshot);
  if (fitting.size() == 1) return fitting.front();
  if (fitting.size() > 1)
    throw Error(ErrorCode::bad_input, place + ": " + std::to_string(fitting.size()) + " snapshots begin with \"" + revision +
                                          "\": write more of the commit");
  throw Error(ErrorCode::not_found, place + ": has no revision \"" + revision + "\", only " + listed(revisions_in(repository_folder), 8) +
                                        ". Fetch it with: " + fetch);
}

void require_complete_snapshot(const fs::path& snapshot) {
  const std::vector<std::string> missing = missing_from(snapshot);
  if (missing.empty()) return;
  const std::int64_t partial = partial_bytes(snapshot.parent_path().parent_path());
  throw Error(ErrorCode::not_found, snapshot.string() + ": the download is incomplete: of what a model needs, " + listed(missing, 4) +
                                        (missing.size() == 1 ? " is" : " are") + " missing" +
                                        (partial > 0 ? " (" + size_text(partial) + " of unfinished files lie in blobs/)" : "") +
                                        ". Fetch the rest with: headlight pull " + name_of_hub_snapshot(snapshot).text());
}

}  // namespace headlight
