// The evidence for one head: a row for each family and task, attentional and causal numbers side by side.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "web/html.hpp"

namespace headlight {

// What is known of a head for one (family, task).
struct EvidenceGroup {
  std::string family, task, verdict;
  std::vector<const Json*> statistics, effects;  // Evidence, borrowed
};
// Confirmed or correlational: what a page shows first.
bool looks_like_it(const EvidenceGroup& group);
// Best verdict first, otherwise as they come.
std::vector<EvidenceGroup> evidence_groups(const Json& evidence);

// REQUIRES a HeadAnswer.
Markup evidence_table(const Json& head_answer);

}  // namespace headlight
