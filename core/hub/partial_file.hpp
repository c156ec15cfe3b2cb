// A file on its way into the cache: BLOB.incomplete, and the hash of what has come. It gets its name when all of it is there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/hub/file_hash.hpp"

namespace headlight {

class PartialFile {
 public:
  // Goes on with the file when it is there (and no longer than it may be): its bytes are hashed. REQUIRES that nobody else writes it.
  // Without a kind of hash the content cannot be checked. Throws Error{io}.
  PartialFile(std::filesystem::path path, std::int64_t full_size, std::optional<FileHashKind> kind);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;

  std::int64_t size() const { return size_; }
  std::int64_t full_size() const { return full_size_; }

  void add(std::string_view bytes);  // throws Error{io}, which says when the disk is full
  void restart();                    // from nothing

  // The hash of all bytes; "" without a kind.
  std::string digest();
  // REQUIRES size() == full_size(). Everything on the disk, then under its name.
  void become(const std::filesystem::path& path);

 private:
  void hash_what_is_there();
  [[noreturn]] void fail(const char* doing) const;

  const std::filesystem::path path_;
  const std::int64_t full_size_;
  const std::optional<FileHashKind> kind_;
  std::optional<FileHasher> hasher_;
  std::int64_t size_ = 0;
  int descriptor_ = -1;
};

}  // namespace headlight
