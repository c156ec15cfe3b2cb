// The evidence for one head: a row for each family and task, attentional and causal numbers side by side.
#pragma once

#include "core/base/json.hpp"
#include "web/html.hpp"

namespace headlight {

// REQUIRES a HeadAnswer.
Markup evidence_table(const Json& head_answer);

}  // namespace headlight
