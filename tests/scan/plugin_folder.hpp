// A plugin folder with chosen plugins of the tree and of tests/broken_plugins.
#pragma once

#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace headlight::testing_support {

class PluginFolder {
 public:
  explicit PluginFolder(const std::vector<std::string>& names);
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace headlight::testing_support
