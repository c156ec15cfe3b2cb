// What a shared library exports, read from the file: nothing of it is loaded or run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace headlight {

// Names of the defined dynamic symbols that others can see, sorted. Throws Error{corrupt} when the file is no 64-bit ELF library
// or is cut off.
std::vector<std::string> exported_symbols(const std::filesystem::path& library);

}  // namespace headlight
