#include "core/base/files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/base/error.hpp"

namespace headlight {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* doing, int reason) {
  const auto code = reason == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  throw Error(code, path.string() + ": cannot be " + doing + ": " + std::strerror(reason));
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path) : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (value_ < 0) fail(path, "opened", errno);
  }
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { ::close(value_); }
  int get() const { return value_; }

 private:
  int value_;
};

size_t size_of_file(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(path, "read", errno);
  if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::bad_input, path.string() + ": is not a regular file");
  return static_cast<size_t>(status.st_size);
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path);
  std::string content(size_of_file(file, path), '\0');
  size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, "read", errno);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  content.resize(filled);
  return content;
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path part = path.string() + ".part-" + std::to_string(::getpid());
  {
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!out.flush()) fail(path, "written", errno ? errno : EIO);
  }
  std::error_code failure;
  std::filesystem::rename(part, path, failure);
  if (failure) {
    std::filesystem::remove(part);
    fail(path, "written", failure.value());
  }
}

FileMap::FileMap(const std::filesystem::path& path) {
  const Descriptor file(path);
  size_ = size_of_file(file, path);
  if (size_ == 0) return;
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) fail(path, "mapped", errno);
  data_ = static_cast<const std::byte*>(mapped);
}

FileMap::FileMap(FileMap&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

FileMap& FileMap::operator=(FileMap&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

FileMap::~FileMap() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace headlight
