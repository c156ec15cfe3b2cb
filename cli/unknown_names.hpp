// For lists that came out empty: which of the names that were asked for the catalogue does not have.
#pragma once

#include <ostream>
#include <string>

#include "storage/catalogue.hpp"

namespace headlight {

// A line for each name that is given ("" is not) and not there, with what was probably meant. Returns whether there was one.
bool tell_unknown_names(Catalogue& catalogue, const DetectorName& asked, std::ostream& out);

}  // namespace headlight
