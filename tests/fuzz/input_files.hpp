// Inputs as files, for readers of paths. The files are in memory and are written anew for every input.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::fuzz {

// A folder with some of the named files: an input is their contents in this order, with kNextFile between them. A file whose part is empty
// or missing is not there.
class InputFolder {
 public:
  InputFolder(std::initializer_list<const char*> names);
  ~InputFolder();
  InputFolder(const InputFolder&) = delete;

  static constexpr std::string_view kNextFile = "\n\f\f\f\n";

  const std::filesystem::path& with(std::string_view input);
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  // The input that makes these files of a folder; what is not there becomes an empty part.
  std::string input_of(const std::filesystem::path& folder) const;

 private:
  struct Slot {
    std::string name;
    std::string path;
    int descriptor = -1;  // -1: the file is not there
  };
  static void write(Slot& slot, std::string_view content);

  std::filesystem::path path_;
  std::vector<Slot> slots_;
};

// One file of this name.
class InputFile {
 public:
  explicit InputFile(const char* name) : folder_{name}, path_(folder_ / name) {}
  const std::filesystem::path& with(std::string_view input);

 private:
  InputFolder folder_;
  std::filesystem::path path_;
};

}  // namespace headlight::fuzz
