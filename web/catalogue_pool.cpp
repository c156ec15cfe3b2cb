#include "web/catalogue_pool.hpp"

#include <sys/stat.h>

namespace headlight {
namespace {

constexpr size_t kMostIdle = 8;

// Device and inode in one number; 0 when there is no file.
std::uint64_t identity_of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return 0;
  return static_cast<std::uint64_t>(status.st_ino) * 0x9e3779b97f4a7c15u ^ static_cast<std::uint64_t>(status.st_dev);
}

}  // namespace

CataloguePool::CataloguePool(std::filesystem::path path) : path_(std::move(path)), file_(identity_of(path_)) {
  idle_.push_back(std::make_unique<Catalogue>(path_));
}

CataloguePool::Lease CataloguePool::borrow() {
  const std::uint64_t file = identity_of(path_);
  std::unique_ptr<Catalogue> catalogue;
  {
    const std::lock_guard lock(mutex_);
    if (file != file_) idle_.clear();
    file_ = file;
    if (!idle_.empty()) {
      catalogue = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!catalogue) catalogue = std::make_unique<Catalogue>(path_);
  return Lease(*this, std::move(catalogue), file);
}

void CataloguePool::take_back(std::unique_ptr<Catalogue> catalogue, std::uint64_t file) {
  const std::lock_guard lock(mutex_);
  if (file == file_ && idle_.size() < kMostIdle) idle_.push_back(std::move(catalogue));
}

}  // namespace headlight
