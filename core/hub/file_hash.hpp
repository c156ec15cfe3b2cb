// The hashes by which a hub names the content of a file: SHA-256 of large files, and of small ones the SHA-1 that git gives them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headlight {

enum class FileHashKind { sha256, git_blob };

// By the number of digits; nothing when the text is neither.
std::optional<FileHashKind> file_hash_kind(std::string_view hexadecimal);

class FileHasher {
 public:
  // `size_bytes` is the whole file's, which git's hash begins with.
  FileHasher(FileHashKind kind, std::int64_t size_bytes);
  ~FileHasher();
  FileHasher(FileHasher&&) noexcept;
  FileHasher& operator=(FileHasher&&) noexcept;

  void add(std::string_view bytes);
  std::string digest();  // lower-case hexadecimal; ends it

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headlight
