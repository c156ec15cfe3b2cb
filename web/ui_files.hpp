// The files of web/ui as they were when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace headlight {

struct UiFile {
  std::string_view name, content;
};

// By name. Made by web/embed_ui.cmake.
std::span<const UiFile> ui_files();

}  // namespace headlight
