// A request and its answer, apart from any HTTP library: what the routes see, and what tests hand in.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headlight {

struct Request {
  std::string method = "GET";
  std::string target = "/";  // path and query as sent, percent-encoded
  std::string host;          // header values; "" without the header
  std::string origin;
  std::string if_none_match;
};

struct Response {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  // Instead of a body: called again and again until it gives nothing. It may wait, about a second at most each time.
  std::function<std::optional<std::string>()> next_chunk;

  const std::string* header(std::string_view name) const;
};

}  // namespace headlight
