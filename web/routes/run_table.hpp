// The table of runs that the overview, /runs and a model's page show.
#pragma once

#include "core/base/json.hpp"
#include "web/html.hpp"

namespace headlight {

// REQUIRES runs: Run[].
Markup run_table(const Json& runs);

}  // namespace headlight
