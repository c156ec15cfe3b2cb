// A head's page: what it is to each family, a line for each.
#pragma once

#include "core/base/json.hpp"
#include "storage/head_profile.hpp"
#include "web/html.hpp"

namespace headlight {

Json profile_json(const FamilyProfile& profile);

// `profile` is a list of these; families without any sign of the head are folded away. `families`: the plugins, for their titles.
Markup profile_table(const Json& profile, const Json& families);

}  // namespace headlight
