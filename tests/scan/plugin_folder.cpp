#include "tests/scan/plugin_folder.hpp"

#include "core/base/error.hpp"
#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {

namespace fs = std::filesystem;

PluginFolder::PluginFolder(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string file = name + ".so";
    const fs::path own = built_plugins() / file, broken = fs::path(HEADLIGHT_BINARY_DIR) / "broken_plugins" / file;
    const fs::path& source = fs::exists(own) ? own : broken;
    if (!fs::exists(source)) throw Error(ErrorCode::not_found, source.string() + " was not built");
    fs::create_symlink(source, folder_ / file);
  }
}

}  // namespace headlight::testing_support
