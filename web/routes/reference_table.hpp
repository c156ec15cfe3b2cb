// Published heads beside what the detectors find: for the pages of a model's references and of a family.
#pragma once

#include "storage/reference_comparison.hpp"
#include "web/components.hpp"

namespace headlight {

Json comparison_json(const ReferenceComparison& comparison);
Json publication_json(const Publication& publication);

// The paper's title, as a link where its address is one of the web.
Markup paper_link(const Json& row);
// The family's name, as a link where a scan has looked for it.
Markup compared_family(const Json& comparison);

// How well the detectors do, a row each comparison; the first columns say which list, and of which model or family.
Markup comparison_table(const Json& comparisons, bool of_one_family);
// The published heads of one comparison, found or missed, and those found besides.
Markup comparison_heads(const Json& comparison);

}  // namespace headlight
