// Who may ask. The server is for the browser of the person who started it: a page from elsewhere must not read it, not even
// when its name has been made to point to this machine (DNS rebinding). So Host, and Origin where there is one, must name it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "web/http.hpp"

namespace headlight {

struct Refusal {
  int status = 403;
  std::string code, message;
};

// Nothing when the request may be answered by a server on this port.
std::optional<Refusal> refusal_of(const Request& request, int port);

// Headers of every response: nothing from elsewhere, no framing, no guessing of types.
const std::vector<std::pair<std::string, std::string>>& security_headers();

}  // namespace headlight
