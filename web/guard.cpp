#include "web/guard.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace headlight {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return result;
}

bool is_this_server(std::string_view host, int port) {
  constexpr std::array<std::string_view, 3> kNames{"localhost", "127.0.0.1", "[::1]"};
  const std::string given = lower(host);
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
    return given == std::string(name) + ":" + std::to_string(port) || (port == 80 && given == name);
  });
}

}  // namespace

std::optional<Refusal> refusal_of(const Request& request, int port) {
  const std::string here = "http://localhost:" + std::to_string(port);
  if (!is_this_server(request.host, port))
    return Refusal{.code = "forbidden",
                   .message = "the Host header is '" + request.host +
                              "', but this server answers only for localhost, 127.0.0.1 and [::1] with port " +
                              std::to_string(port) + ": open " + here +
                              " (when forwarding a port, use the same number on both sides: ssh -L " + std::to_string(port) +
                              ":localhost:" + std::to_string(port) + ")"};
  constexpr std::string_view kScheme = "http://";
  if (!request.origin.empty() &&
      !(request.origin.starts_with(kScheme) && is_this_server(std::string_view(request.origin).substr(kScheme.size()), port)))
    return Refusal{.code = "forbidden",
                   .message = "the page at '" + request.origin + "' may not read this server; only pages of " + here + " may"};
  if (request.method != "GET" && request.method != "HEAD")
    return Refusal{.status = 405,
                   .code = "method_not_allowed",
                   .message = "this server only shows the catalogue: " + request.method + " is refused, use GET or HEAD"};
  return std::nullopt;
}

const std::vector<std::pair<std::string, std::string>>& security_headers() {
  static const std::vector<std::pair<std::string, std::string>> kHeaders{
      {"Content-Security-Policy",
       "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  return kHeaders;
}

}  // namespace headlight
