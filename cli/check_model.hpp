// The small model on which plugins and tasks are checked.
#pragma once

#include "cli/options.hpp"
#include "core/host/model_source.hpp"
#include "core/host/plugin_search.hpp"

namespace headlight {

// --model, else mixture-tiny, which ships. Throws Error{not_found} that says so.
ModelSource model_for_checks(const ParsedOptions& options, const SearchFolders& folders);

}  // namespace headlight
