// A model in several GGUF files, NAME-00001-of-00003.gguf and so on, as llama.cpp's llama-gguf-split writes them: the first has the
// metadata of all, each has some of the tensors.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace headlight::gguf {

struct PartName {
  int number = 0, count = 0;  // 1 of 3
};

// What the file's name says; null for a name that is not a part's.
std::optional<PartName> part_name(const std::filesystem::path& file);

// "-00001-of-00003.gguf"
std::string part_ending(int number, int count);

// The part of that number beside `file`. REQUIRES part_name(file).
std::filesystem::path part_path(const std::filesystem::path& file, int number);

}  // namespace headlight::gguf
