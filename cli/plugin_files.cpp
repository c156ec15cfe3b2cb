#include "cli/plugin_files.hpp"

#include <cctype>
#include <utility>
#include <vector>

#include "cli/plugin_templates.hpp"
#include "core/base/error.hpp"
#include "core/base/files.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

// Lower-case words joined by '-', the first of which begins with a letter.
bool is_id(const std::string& name) {
  if (name.empty() || !std::islower(static_cast<unsigned char>(name.front())) || name.ends_with('-') ||
      name.find("--") != name.npos)
    return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
}

// "second-token" as "SecondToken", or as "Second-token".
std::string class_name(const std::string& id) {
  std::string name;
  bool begins = true;
  for (const char c : id) {
    if (c != '-') name += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = c == '-';
  }
  return name;
}
std::string title(std::string id) {
  id.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(id.front())));
  return id;
}

using Words = std::vector<std::pair<std::string, std::string>>;

std::string filled_in(std::string_view text, const Words& words) {
  std::string result(text);
  for (const auto& [place, word] : words)
    for (size_t at = 0; (at = result.find(place, at)) != result.npos; at += word.size()) result.replace(at, place.size(), word);
  return result;
}

}  // namespace

fs::path write_plugin_files(const fs::path& folder, const std::string& name, PluginKind kind) {
  if (!is_id(name))
    throw Error(ErrorCode::bad_input,
                "\"" + name + "\" is no name of a plugin: write lower-case words joined by '-', such as second-token");
  const fs::path target = folder / name;
  if (fs::exists(target))
    throw Error(ErrorCode::bad_input, target.string() + " is there already: choose another name or move it away");
  std::error_code failure;
  if (!fs::create_directories(target, failure))
    throw Error(ErrorCode::io, target.string() + ": cannot be made: " + failure.message());

  const bool is_family = kind == PluginKind::family;
  const Words words = {
      {"@NAME@", name},
      {"@CLASS@", class_name(name)},
      {"@TITLE@", title(name)},
      {"@KIND@", is_family ? "a family of attention heads" : "a method that establishes what attention heads do"},
      {"@FLAG@", is_family ? "--families" : "--methods"}};
  namespace templates = plugin_templates;
  write_file(target / (name + ".cpp"), filled_in(is_family ? templates::kFamily : templates::kMethod, words));
  write_file(target / "CMakeLists.txt", filled_in(templates::kCmake, words));
  write_file(target / "README.md", filled_in(templates::kReadme, words));
  return target;
}

}  // namespace headlight
