#include "core/hub/pull.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/text.hpp"
#include "core/hub/cache_writer.hpp"
#include "core/hub/hub_client.hpp"
#include "core/hub/selection.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

std::int64_t size_on_disk(const fs::path& path) {
  std::error_code none;
  const auto size = fs::file_size(path, none);
  return none ? -1 : static_cast<std::int64_t>(size);
}

struct PlannedFile {
  PulledFile file;
  HubBlob blob;              // without an ETag when the snapshot has the file already
  std::int64_t n_there = 0;  // bytes
  bool is_linked() const { return blob.etag.empty(); }
};

class Pull {
 public:
  Pull(const HubSettings& settings, const PullRequest& request, PullObserver& observer, const std::function<bool()>& cancelled)
      : settings_(settings), request_(request), observer_(observer), cancelled_(cancelled), repository_(request.name.repository),
        client_(settings, {.n_retries = request.n_retries,
                           .cancelled = cancelled,
                           .on_note = [this](const std::string& text) { observer_.on_note(text); }}) {}

  PullReport run() {
    const HubRevision revision = client_.revision(repository_, request_.name.revision);
    commit_ = revision.commit;
    std::vector<std::string> held;
    for (const HubFile& file : revision.files) {
      held.push_back(file.name);
      if (file.size) sizes_[file.name] = *file.size;
    }
    const SelectionRequest selection{.repository = repository_, .gguf = request_.gguf, .patterns = request_.include};
    const std::vector<std::string> chosen = select_files(held, selection);
    writer_.emplace(settings_.cache, repository_);
    std::vector<PlannedFile> plan;
    for (const std::string& name : chosen) plan.push_back(planned(name));
    if (request_.include.empty())
      for (const std::string& shard : missing_shards(plan, held)) plan.push_back(planned(shard));
    announce(plan);
    PullReport report{.snapshot = writer_->snapshot(commit_), .commit = commit_, .files = {}};
    for (const PlannedFile& file : plan) {
      fetch(file);
      report.files.push_back(file.file.name);
    }
    writer_->set_revision(request_.name.revision, commit_);  // last: until now an older snapshot of the branch was the current one
    return report;
  }

 private:
  PlannedFile planned(const std::string& name) {
    PlannedFile plan{.file = {.name = name}, .blob = {}};
    const std::int64_t linked = size_on_disk(writer_->snapshot(commit_) / name);
    if (const auto said = sizes_.find(name); linked >= 0 && (said == sizes_.end() || said->second == linked)) {
      plan.file.size = plan.n_there = linked;
      return plan;
    }
    plan.blob = client_.blob(repository_, commit_, name);
    plan.file.size = plan.blob.size;
    plan.n_there = size_on_disk(writer_->blob(plan.blob.etag));
    if (plan.n_there != plan.blob.size)
      plan.n_there = std::clamp<std::int64_t>(size_on_disk(writer_->partial(plan.blob.etag)), 0, plan.blob.size);
    return plan;
  }

  // The shards that the index names; it is fetched at once, since the plan needs it.
  std::vector<std::string> missing_shards(const std::vector<PlannedFile>& plan, const std::vector<std::string>& held) {
    const auto index = std::find_if(plan.begin(), plan.end(), [](const PlannedFile& file) { return file.file.name == kShardIndex; });
    if (index == plan.end()) return {};
    fetch(*index, false);
    const std::vector<std::string> shards = shards_of(read_file(writer_->snapshot(commit_) / kShardIndex));
    for (const std::string& shard : shards)
      if (std::find(held.begin(), held.end(), shard) == held.end())
        throw Error(ErrorCode::corrupt, repository_ + ": " + kShardIndex + " names the shard \"" + shard +
                                            "\", which the repository does not hold at " + commit_);
    return shards;
  }

  void announce(const std::vector<PlannedFile>& plan) {
    std::int64_t n_bytes = 0, n_there = 0;
    int n_files_there = 0;
    for (const PlannedFile& file : plan) {
      n_bytes += file.file.size;
      n_there += file.n_there;
      n_files_there += file.n_there == file.file.size && file.file.size > 0;
    }
    observer_.on_plan(static_cast<int>(plan.size()), n_files_there, n_bytes, n_there);
    const std::int64_t available = free_bytes(writer_->repository_folder());
    if (n_bytes - n_there > available)
      throw Error(ErrorCode::io, repository_ + ": " + size_text(n_bytes - n_there) + " are to come, and " + settings_.cache.string() +
                                     " has " + size_text(available) + " left: free some space, or set HF_HUB_CACHE to a folder on a larger disk");
  }

  void fetch(const PlannedFile& plan, bool tell = true) {
    const bool was_there = plan.is_linked() || plan.n_there == plan.blob.size;
    if (!plan.is_linked() && size_on_disk(writer_->snapshot(commit_) / plan.file.name) != plan.blob.size) {
      const auto wait = [&] { observer_.on_note(plan.file.name + ": waiting for another download of it"); };
      const FileLock lock(writer_->lock_file(plan.blob.etag), wait, cancelled_);
      if (size_on_disk(writer_->blob(plan.blob.etag)) != plan.blob.size) download(plan);
      writer_->link(commit_, plan.file.name, plan.blob.etag);
    }
    if (tell) observer_.on_file(plan.file, was_there);
  }

  // REQUIRES the lock of the blob.
  void download(const PlannedFile& plan) {
    const std::string& etag = plan.blob.etag;
    const auto kind = file_hash_kind(etag);
    PartialFile part(writer_->partial(etag), plan.blob.size, kind);
    for (bool again = part.size() > 0;; again = false) {
      const auto on_bytes = [&](size_t n_new) { observer_.on_bytes(plan.file, part.size(), static_cast<std::int64_t>(n_new)); };
      client_.download(repository_, commit_, plan.file.name, part, on_bytes);
      const std::string found = part.digest();
      if (!kind) observer_.on_note(plan.file.name + ": the hub names no hash of it, so its content could not be checked");
      if (!kind || found == etag) break;
      part.restart();
      const std::string wrong = plan.file.name + ": the hash of what came is " + found + ", the hub says " + etag;
      if (!again) throw Error(ErrorCode::corrupt, wrong + ". Nothing of it was kept: try again later, or from another network");
      observer_.on_note(wrong + "; an earlier part was damaged, so it is fetched from the beginning");
    }
    part.become(writer_->blob(etag));
  }

  const HubSettings& settings_;
  const PullRequest& request_;
  PullObserver& observer_;
  const std::function<bool()>& cancelled_;
  const std::string repository_;
  HubClient client_;
  std::optional<CacheWriter> writer_;
  std::string commit_;
  std::map<std::string, std::int64_t> sizes_;  // what the hub says beforehand
};

// Without the network: whether it is here.
PullReport find_in_cache(const HubSettings& settings, const PullRequest& request) {
  const auto snapshot = find_hub_snapshot(hub_repository_folder(settings.cache, request.name.repository), request.name.revision);
  if (!snapshot)
    throw Error(ErrorCode::not_found, request.name.text() + ": is not in the hub cache " + settings.cache.string() +
                                          ", and HF_HUB_OFFLINE forbids to fetch it: unset it");
  if (!request.gguf.empty() || !request.include.empty())
    throw Error(ErrorCode::bad_input, "HF_HUB_OFFLINE forbids to ask the hub for --gguf and --include: unset it");
  require_complete_snapshot(*snapshot);
  return {.snapshot = *snapshot, .commit = snapshot->filename().string(), .files = {}};
}

}  // namespace

PullReport pull(const HubSettings& settings, const PullRequest& request, PullObserver& observer, const std::function<bool()>& cancelled) {
  try {
    if (settings.offline) {
      PullReport report = find_in_cache(settings, request);
      observer.on_note("HF_HUB_OFFLINE is set: the hub was not asked whether there is something newer");
      return report;
    }
    return Pull(settings, request, observer, cancelled).run();
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::io, settings.cache.string() + ": cannot be used as a hub cache: " + error.code().message());
  }
}

}  // namespace headlight
