// Patience with a hub: what is worth another try, how long to wait before it, and when it is enough.
#pragma once

#include <functional>
#include <string>

#include "core/hub/http.hpp"

namespace headlight {

struct RetryPolicy {
  int n_retries = 5;
  std::function<bool()> cancelled = [] { return false; };
  std::function<void(const std::string&)> on_note = [](const std::string&) {};  // "config.json: ...; trying again in 2 s"
};

// True for an answer that may be another one next time: a broken connection, 408, 429, and what a server cannot help (5xx).
bool is_transient(const HttpResponse& response);

class Retries {
 public:
  Retries(const RetryPolicy& policy, std::string what) : policy_(policy), what_(std::move(what)) {}

  // Waits as long as Retry-After asks, else twice as long each time. Throws Error{io} when the tries are used up, or the wait
  // would be longer than anybody's; Error{cancelled}.
  void wait_after(const HttpResponse& response);
  // Something was gained: the count begins again.
  void reset() { n_failures_ = 0; }

 private:
  const RetryPolicy& policy_;
  std::string what_;
  int n_failures_ = 0;
};

}  // namespace headlight
