// Puts files into the hub cache as Hugging Face's own tools do, so that they find them too: bytes in blobs/, links in snapshots/, the
// commit in refs/. Whatever appears there appears whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace headlight {

class CacheWriter {
 public:
  // Makes the folders of the repository. Throws Error{io}.
  CacheWriter(const std::filesystem::path& cache, const std::string& repository);

  const std::filesystem::path& repository_folder() const { return folder_; }
  std::filesystem::path snapshot(const std::string& commit) const { return folder_ / "snapshots" / commit; }
  std::filesystem::path blob(const std::string& etag) const { return folder_ / "blobs" / etag; }
  std::filesystem::path partial(const std::string& etag) const { return folder_ / "blobs" / (etag + ".incomplete"); }
  std::filesystem::path lock_file(const std::string& etag) const { return locks_ / (etag + ".lock"); }

  // snapshots/COMMIT/FILE becomes a link to the blob.
  void link(const std::string& commit, const std::string& file, const std::string& etag) const;
  void set_revision(const std::string& revision, const std::string& commit) const;

 private:
  std::filesystem::path folder_, locks_;
};

// Held by one process at a time; the system lets go of it when the process dies.
class FileLock {
 public:
  // Waits for it: `on_wait` once, when another holds it. Throws Error{io}, Error{cancelled}.
  FileLock(const std::filesystem::path& path, const std::function<void()>& on_wait, const std::function<bool()>& cancelled);
  ~FileLock();
  FileLock(const FileLock&) = delete;

 private:
  int descriptor_;
};

// Bytes that may still be written where `folder` is.
std::int64_t free_bytes(const std::filesystem::path& folder);

}  // namespace headlight
