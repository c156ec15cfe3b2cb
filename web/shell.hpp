// The frame around every page: head, navigation, way here, foot.
#pragma once

#include <string>

#include "web/route.hpp"

namespace headlight {

struct PageFrame {
  std::string catalogue;          // name of the file
  std::string json_url, csv_url;  // twins of the page; "" without
};

std::string framed(const Page& page, const PageFrame& frame);
// The page that says what went wrong.
Page error_page(int status, const std::string& message);

}  // namespace headlight
