// Files as the rest of the program needs them: whole, or mapped; errors name the path and the reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace headlight {

// Throws Error{not_found} or Error{io}.
std::string read_file(const std::filesystem::path& path);

// Writes beside the file and renames, so that nobody ever sees half of it. Throws Error{io}.
void write_file(const std::filesystem::path& path, std::string_view content);

// A file mapped read-only; pages are shared by all processes that map it. Move-only.
class FileMap {
 public:
  FileMap() = default;
  explicit FileMap(const std::filesystem::path& path);
  FileMap(FileMap&& other) noexcept;
  FileMap& operator=(FileMap&& other) noexcept;
  ~FileMap();

  std::span<const std::byte> bytes() const { return {data_, size_}; }  // borrowed until destruction
  size_t size() const { return size_; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace headlight
