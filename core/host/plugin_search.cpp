#include "core/host/plugin_search.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/nearest.hpp"
#include "core/base/text.hpp"
#include "core/host/child_process.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

void add_existing(const fs::path& folder, std::vector<fs::path>& folders) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return;
  const fs::path whole = fs::canonical(folder, ignored);
  if (std::find(folders.begin(), folders.end(), whole) == folders.end()) folders.push_back(whole);
}

void add_listed(const char* variable, std::vector<fs::path>& folders) {
  const char* value = std::getenv(variable);
  std::istringstream list(value ? value : "");
  for (std::string folder; std::getline(list, folder, ':');)
    if (!folder.empty()) add_existing(folder, folders);
}

fs::path user_folder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return fs::path(data) / "headlight";
  if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".local/share/headlight";
  return {};
}

std::vector<fs::path> libraries_in(const std::vector<fs::path>& folders) {
  std::vector<fs::path> libraries;
  for (const fs::path& folder : folders) {
    std::vector<fs::path> here;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(folder, failure))
      if (entry.path().extension() == ".so") here.push_back(entry.path());
    std::sort(here.begin(), here.end());
    libraries.insert(libraries.end(), here.begin(), here.end());
  }
  return libraries;
}

void keep(PluginInfo info, PluginIndex& index) {
  auto& plugins = info.kind == PluginKind::family ? index.families : index.methods;
  for (const PluginInfo& present : plugins)
    if (present.id == info.id) {
      if (present.build_id != info.build_id)
        index.problems.push_back({info.path, "left out: " + present.path.string() + " has the same id \"" + info.id + "\" and was found first"});
      return;
    }
  plugins.push_back(std::move(info));
}

void take(const Json& message, PluginIndex& index) {
  if (message.at("type").as_string() == "plugin")
    keep(plugin_info_from(message.at("plugin")), index);
  else
    index.problems.push_back({message.at("path").as_string(), message.at("message").as_string()});
}

// Has one child describe the libraries from `first` on; returns how many it got through. The one it died of is reported.
size_t describe(const std::vector<fs::path>& libraries, size_t first, const fs::path& worker, std::chrono::milliseconds timeout,
                PluginIndex& index) {
  ChildProcess child(worker, {"worker", "plugins"});
  Json paths = Json::array();
  for (size_t i = first; i < libraries.size(); ++i) paths.push(libraries[i].string());
  child.send(Json::object({{"paths", paths}}));
  size_t n_begun = 0, n_done = 0;
  Frame frame;
  ChildProcess::Wait got;
  while ((got = child.next(frame, timeout)) == ChildProcess::Wait::frame) {
    if (frame.message.at("type").as_string() == "loading") {
      ++n_begun;
      continue;
    }
    ++n_done;
    take(frame.message, index);
  }
  const bool hung = got == ChildProcess::Wait::silence;
  if (hung) child.kill();
  const ProcessEnd end = child.wait();
  if (n_begun > n_done) {
    const std::string why = hung ? "it did not load within " + seconds_text(timeout) : "while it was loaded the process " + end.how;
    index.problems.push_back({libraries[first + n_done], why + (end.last_words.empty() ? "" : "; last words: " + end.last_words)});
    return n_done + 1;
  }
  if (first + n_done == libraries.size()) return n_done;
  index.problems.push_back({worker, "the process that reads the manifests " + end.how + ": " + end.last_words});
  return libraries.size() - first;
}

}  // namespace

SearchFolders search_folders(const fs::path& executable) {
  SearchFolders folders;
  add_listed("HEADLIGHT_PLUGIN_PATH", folders.plugins);
  if (!user_folder().empty()) add_existing(user_folder() / "plugins", folders.plugins);
  folders.tasks = folders.plugins;
  add_listed("HEADLIGHT_MODEL_PATH", folders.models);
  const fs::path bin = executable.parent_path();
  // Installed: PREFIX/bin/headlight. Built: SOURCE/build/PRESET/cli/headlight.
  const fs::path prefix = bin.parent_path();
  for (const char* lib : {"lib", HEADLIGHT_LIBDIR}) add_existing(prefix / lib / "headlight/plugins", folders.plugins);
  add_existing(prefix / "share/headlight/tasks", folders.tasks);
  add_existing(prefix / "share/headlight/models", folders.models);
  add_existing(prefix / "plugins", folders.plugins);
  add_existing(prefix / "../../plugins/tasks", folders.tasks);
  add_existing(prefix / "../../models", folders.models);
  return folders;
}

PluginIndex index_plugins(const std::vector<fs::path>& folders, const fs::path& worker, std::chrono::milliseconds load_timeout) {
  return index_libraries(libraries_in(folders), worker, load_timeout);
}

PluginIndex index_libraries(const std::vector<fs::path>& libraries, const fs::path& worker, std::chrono::milliseconds load_timeout) {
  PluginIndex index;
  for (size_t first = 0; first < libraries.size();) first += describe(libraries, first, worker, load_timeout, index);
  const auto by_id = [](const PluginInfo& a, const PluginInfo& b) { return a.id < b.id; };
  std::sort(index.families.begin(), index.families.end(), by_id);
  std::sort(index.methods.begin(), index.methods.end(), by_id);
  return index;
}

const PluginInfo& find_plugin(const std::vector<PluginInfo>& plugins, const std::string& id, PluginKind kind) {
  std::vector<std::string> known;
  for (const PluginInfo& plugin : plugins) {
    if (plugin.id == id) return plugin;
    known.push_back(plugin.id);
  }
  throw Error(ErrorCode::not_found, "there is no " + std::string(to_string(kind)) + " \"" + id + "\"" + instead_of(id, known) +
                                        (known.empty() ? ": see `headlight plugins`" : ""));
}

}  // namespace headlight
