// The table of models that the overview and /models show.
#pragma once

#include "core/base/json.hpp"
#include "web/html.hpp"

namespace headlight {

// REQUIRES models: Model[], tallies: Tally[].
Markup model_table(const Json& models, const Json& tallies);

}  // namespace headlight
