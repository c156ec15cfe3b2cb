#include "core/hub/cache_writer.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/checkpoint/hub_cache.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure)
    throw Error(ErrorCode::io, folder.string() + ": cannot be made: " + failure.message() + ". HF_HUB_CACHE names the folder where models go");
}

}  // namespace

CacheWriter::CacheWriter(const fs::path& cache, const std::string& repository) : folder_(hub_repository_folder(cache, repository)) {
  locks_ = cache / ".locks" / folder_.filename();
  for (const fs::path& folder : {folder_ / "blobs", folder_ / "refs", folder_ / "snapshots", locks_}) make_folder(folder);
}

void CacheWriter::link(const std::string& commit, const std::string& file, const std::string& etag) const {
  const fs::path place = snapshot(commit) / file, beside = place.string() + ".part-" + std::to_string(::getpid());
  make_folder(place.parent_path());
  std::error_code failure;
  fs::remove(beside, failure);
  fs::create_symlink(blob(etag).lexically_relative(place.parent_path()), beside, failure);
  if (!failure) fs::rename(beside, place, failure);
  if (failure) {
    std::error_code ignored;
    fs::remove(beside, ignored);
    throw Error(ErrorCode::io, place.string() + ": cannot be made a link to its blob: " + failure.message() +
                                   ". The hub cache needs a disk with symbolic links; HF_HUB_CACHE names another folder");
  }
}

void CacheWriter::set_revision(const std::string& revision, const std::string& commit) const {
  if (revision == commit) return;
  const fs::path ref = folder_ / "refs" / revision;
  make_folder(ref.parent_path());
  write_file(ref, commit);
}

FileLock::FileLock(const fs::path& path, const std::function<void()>& on_wait, const std::function<bool()>& cancelled)
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw Error(ErrorCode::io, path.string() + ": cannot be opened: " + std::strerror(errno));
  bool waiting = false;
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const bool stop = cancelled();
    if (stop || (reason != EWOULDBLOCK && reason != EINTR)) {
      ::close(descriptor_);
      if (stop) throw Error(ErrorCode::cancelled, "interrupted");
      throw Error(ErrorCode::io, path.string() + ": cannot be locked: " + std::strerror(reason));
    }
    if (!waiting) on_wait();
    waiting = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

std::int64_t free_bytes(const fs::path& folder) {
  std::error_code unknown;
  const fs::space_info space = fs::space(folder, unknown);
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return unknown ? most : static_cast<std::int64_t>(std::min<std::uintmax_t>(space.available, static_cast<std::uintmax_t>(most)));
}

}  // namespace headlight
