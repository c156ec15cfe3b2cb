// The route table as documents.
#pragma once

#include <string>

#include "core/base/json.hpp"

namespace headlight {

// OpenAPI 3.1.
Json openapi_document();

// The tables of web/README.md.
std::string routes_markdown();

}  // namespace headlight
