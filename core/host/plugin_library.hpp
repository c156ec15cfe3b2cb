// A loaded plugin. Loading runs foreign code, so only worker processes do it.
#pragma once

#include <headlight/plugin.h>

#include <filesystem>

#include "core/host/plugin_info.hpp"

namespace headlight {

struct LoadedPlugin {
  const headlight_plugin* plugin = nullptr;  // valid until the process ends: libraries are never unloaded
  PluginInfo info;
};

// Throws Error{plugin} that says why the file is no plugin of this program: not loadable (with the loader's words), no
// headlight_plugin_v1, built for another major version, or a manifest that breaks the rules (each broken rule by name).
LoadedPlugin load_plugin(const std::filesystem::path& path);

}  // namespace headlight
