#include "cli/check_model.hpp"

#include "core/base/error.hpp"

namespace headlight {

ModelSource model_for_checks(const ParsedOptions& options, const SearchFolders& folders) {
  try {
    return resolve_models(options.text("model", "mixture-tiny"), folders.models).front();
  } catch (const Error& error) {
    if (options.has("model") || error.code() != ErrorCode::not_found) throw;
    throw Error(error.code(), "mixture-tiny, on which plugins and tasks are checked, is not here; name another small model with --model");
  }
}

}  // namespace headlight
