// The folder that `headlight plugin new` writes: a plugin that builds, runs, and waits for its formula.
#pragma once

#include <filesystem>
#include <string>

#include "core/host/plugin_info.hpp"

namespace headlight {

// Writes FOLDER/NAME with CMakeLists.txt, NAME.cpp and README.md and returns it. Throws Error{bad_input} for a name that is no id and
// when there is such a file or folder already.
std::filesystem::path write_plugin_files(const std::filesystem::path& folder, const std::string& name, PluginKind kind);

}  // namespace headlight
