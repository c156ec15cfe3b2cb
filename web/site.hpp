// All that is served, from request to response, without sockets: checks, routes, twins, errors.
#pragma once

#include <filesystem>

#include "web/catalogue_pool.hpp"
#include "web/http.hpp"
#include "web/route.hpp"

namespace headlight {

class Website {
 public:
  // Throws what opening a Catalogue throws.
  explicit Website(const std::filesystem::path& catalogue);

  // Never throws; thread-safe. `port` is the one that the request came in on.
  Response answer(const Request& request, int port);

 private:
  Response answer_route(const Request& request, Format& format);

  CataloguePool pool_;
};

// {"error": {"code", "message"}} with the status.
Response json_error(int status, const std::string& code, const std::string& message);

}  // namespace headlight
