// The files that `headlight plugin new` begins with; cli/templates has them as they are.
#pragma once

#include <string_view>

namespace headlight::plugin_templates {

extern const std::string_view kFamily, kMethod, kCmake, kReadme;  // with @NAME@, @CLASS@, @TITLE@ and the like to be filled in

}  // namespace headlight::plugin_templates
