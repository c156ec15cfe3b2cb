#include "core/hub/partial_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/base/error.hpp"

namespace headlight {

PartialFile::PartialFile(std::filesystem::path path, std::int64_t full_size, std::optional<FileHashKind> kind)
    : path_(std::move(path)), full_size_(full_size), kind_(kind) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("opened");
  try {
    const off_t length = ::lseek(descriptor_, 0, SEEK_END);
    if (length < 0) fail("read");
    if (length > full_size_)
      restart();
    else
      hash_what_is_there();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

PartialFile::~PartialFile() { ::close(descriptor_); }

void PartialFile::fail(const char* doing) const {
  const int reason = errno;
  if (reason == ENOSPC || reason == EDQUOT)
    throw Error(ErrorCode::io, path_.string() + ": the disk is full after " + std::to_string(size_) + " of " + std::to_string(full_size_) +
                                   " bytes. Free some space, or set HF_HUB_CACHE to a folder on a larger disk; the same command goes on from there");
  throw Error(ErrorCode::io, path_.string() + ": cannot be " + doing + ": " + std::strerror(reason));
}

void PartialFile::hash_what_is_there() {
  size_ = 0;
  if (kind_) hasher_.emplace(*kind_, full_size_);
  std::vector<char> piece(1 << 20);
  for (;;) {
    const ssize_t got = ::pread(descriptor_, piece.data(), piece.size(), size_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read");
    if (got == 0) return;
    if (hasher_) hasher_->add({piece.data(), static_cast<size_t>(got)});
    size_ += got;
  }
}

void PartialFile::restart() {
  if (::ftruncate(descriptor_, 0) != 0) fail("emptied");
  hash_what_is_there();
}

void PartialFile::add(std::string_view bytes) {
  if (hasher_) hasher_->add(bytes);
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail("written");
    size_ += put;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
}

std::string PartialFile::digest() { return hasher_ ? hasher_->digest() : ""; }

void PartialFile::become(const std::filesystem::path& path) {
  if (::fsync(descriptor_) != 0) fail("written");
  std::error_code failure;
  std::filesystem::rename(path_, path, failure);
  if (failure) throw Error(ErrorCode::io, path.string() + ": cannot be written: " + failure.message());
}

}  // namespace headlight
