// One HTTP exchange at a time over a connection that is kept: no redirects, no retries, no opinions. (libcurl behind it.)
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct HttpRequest {
  std::string url;
  bool head_only = false;
  std::vector<std::string> headers;  // "Range: bytes=5-"
};

struct HttpResponse {
  int status = 0;                              // 0: no answer came
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // unless a sink took it
  std::string broken;                          // why the exchange did not come to its end; "" when it did
  bool hopeless = false;                       // broken, and trying again will not help: a certificate, for instance

  const std::string& header(const std::string& name) const;  // "" when it was not sent
};

// Takes a body piece by piece. What it throws ends the exchange and is thrown on.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  // Before the first piece: false leaves the body to HttpResponse::body (an error page, a redirect).
  virtual bool begin(const HttpResponse& head) = 0;
  virtual void add(std::string_view piece) = 0;
};

struct HttpOptions {
  std::chrono::seconds connect{20};
  std::chrono::seconds silence{30};  // without a byte
  std::string certificates;          // a file; "" for the system's
  std::string agent;
  std::function<bool()> cancelled = [] { return false; };
};

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;

  // Proxies are taken from the usual environment variables. Throws Error{cancelled}, Error{bad_input} for something that is no
  // http(s) address, Error{corrupt} for a body without a sink of more than 64 MB; failures of the network are HttpResponse::broken.
  HttpResponse send(const HttpRequest& request, HttpSink* sink = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The address that `location` means on the page `base`. Throws Error{bad_input}.
std::string resolved_url(const std::string& base, const std::string& location);

// "https://host:443": what two addresses have in common that may see the same secrets.
std::string origin_of(const std::string& url);

// One part of a path, or with `keep_slashes` a whole path, with everything escaped that has a meaning in an address.
std::string url_escaped(std::string_view text, bool keep_slashes = false);

// What a Retry-After header asks for: seconds or a date; nothing when it is neither.
std::optional<std::chrono::seconds> retry_after(const std::string& text);

}  // namespace headlight
