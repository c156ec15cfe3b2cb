// Read-only catalogues for many threads: each is used by one thread at a time and then kept for the next, since its index of
// heads is dear to build. A file that was put in the place of the old one is noticed.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/catalogue.hpp"

namespace headlight {

class CataloguePool {
 public:
  // Throws what opening a Catalogue throws.
  explicit CataloguePool(std::filesystem::path path);

  // Gives the catalogue back when it goes. Throws what opening throws.
  class Lease {
   public:
    Lease(CataloguePool& pool, std::unique_ptr<Catalogue> catalogue, std::uint64_t file)
        : pool_(pool), catalogue_(std::move(catalogue)), file_(file) {}
    ~Lease() { pool_.take_back(std::move(catalogue_), file_); }
    Lease(const Lease&) = delete;
    Catalogue& operator*() { return *catalogue_; }

   private:
    CataloguePool& pool_;
    std::unique_ptr<Catalogue> catalogue_;
    std::uint64_t file_;
  };
  Lease borrow();

  const std::filesystem::path& path() const { return path_; }

 private:
  void take_back(std::unique_ptr<Catalogue> catalogue, std::uint64_t file);

  std::filesystem::path path_;
  std::mutex mutex_;
  std::uint64_t file_ = 0;  // which file those of idle_ have open
  std::vector<std::unique_ptr<Catalogue>> idle_;
};

}  // namespace headlight
