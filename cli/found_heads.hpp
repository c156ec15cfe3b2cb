// The heads that were found, as a Markdown table of families by models: the table of models/README.md.
#pragma once

#include <iosfwd>
#include <string>

#include "storage/catalogue.hpp"

namespace headlight {

// A cell names the heads whose statistic is present, those that are confirmed too in bold, each with the statistic and its interval
// on the task where it is largest. Where there is none it says what was looked at: the head that came closest, or that the model
// does not do the tasks. "" is any model or family.
void print_found_heads(Catalogue& catalogue, const std::string& model, const std::string& family, std::ostream& out);

}  // namespace headlight
