#include "tests/fuzz/input_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "core/base/files.hpp"

namespace headlight::fuzz {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path) { throw std::system_error(errno, std::generic_category(), path); }

fs::path new_folder() {
  const fs::path memory = "/dev/shm";
  std::string pattern = ((fs::exists(memory) ? memory : fs::temp_directory_path()) / "headlight-fuzz-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) fail(pattern);
  return pattern;
}

}  // namespace

InputFolder::InputFolder(std::initializer_list<const char*> names) : path_(new_folder()) {
  for (const char* name : names) slots_.push_back({.name = name, .path = (path_ / name).string()});
}

InputFolder::~InputFolder() {
  for (Slot& slot : slots_)
    if (slot.descriptor >= 0) ::close(slot.descriptor);
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void InputFolder::write(Slot& slot, std::string_view content) {
  if (content.empty()) {
    if (slot.descriptor >= 0) ::unlink(slot.path.c_str()), ::close(slot.descriptor);
    slot.descriptor = -1;
    return;
  }
  if (slot.descriptor < 0) slot.descriptor = ::open(slot.path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const auto size = static_cast<ssize_t>(content.size());
  if (slot.descriptor < 0 || ::pwrite(slot.descriptor, content.data(), content.size(), 0) != size || ::ftruncate(slot.descriptor, size) != 0) fail(slot.path);
}

const fs::path& InputFolder::with(std::string_view input) {
  for (Slot& slot : slots_) {
    const std::size_t end = std::min(input.find(kNextFile), input.size());
    write(slot, input.substr(0, end));
    input.remove_prefix(std::min(end + kNextFile.size(), input.size()));
  }
  return path_;
}

std::string InputFolder::input_of(const fs::path& folder) const {
  std::string input;
  for (const Slot& slot : slots_) {
    if (&slot != &slots_.front()) input += kNextFile;
    if (fs::exists(folder / slot.name)) input += read_file(folder / slot.name);
  }
  return input;
}

const fs::path& InputFile::with(std::string_view input) {
  folder_.with(input);
  return path_;
}

}  // namespace headlight::fuzz
