// Where plugins and tasks are looked for, and what is found there.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "core/host/plugin_info.hpp"

namespace headlight {

struct SearchFolders {
  std::vector<std::filesystem::path> plugins, tasks, models;  // those that exist, first found first taken
};

// In this order: $HEADLIGHT_PLUGIN_PATH (colon-separated; plugins and tasks), the user's folder ($XDG_DATA_HOME/headlight/plugins, else
// ~/.local/share/headlight/plugins), then beside the executable: its build tree or its install tree.
// Models: $HEADLIGHT_MODEL_PATH, then models/ of the source tree or the install tree.
SearchFolders search_folders(const std::filesystem::path& executable);

struct PluginProblem {
  std::filesystem::path path;
  std::string reason;
};

struct PluginIndex {
  std::vector<PluginInfo> families, methods;  // by id; of two with one id the first found
  std::vector<PluginProblem> problems;        // files that are no plugins, each with its reason
};

// Reads the manifests of all *.so in the folders in a child process (`worker` is this executable): a library that crashes or
// hangs (takes longer than `load_timeout`) while it is loaded is reported like any other problem, and the rest is read.
PluginIndex index_plugins(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& worker,
                          std::chrono::milliseconds load_timeout = std::chrono::seconds(20));

// The same of given files.
PluginIndex index_libraries(const std::vector<std::filesystem::path>& libraries, const std::filesystem::path& worker,
                            std::chrono::milliseconds load_timeout = std::chrono::seconds(20));

// By id; throws Error{not_found} that lists what there is.
const PluginInfo& find_plugin(const std::vector<PluginInfo>& plugins, const std::string& id, PluginKind kind);

}  // namespace headlight
