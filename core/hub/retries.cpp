#include "core/hub/retries.hpp"

#include <algorithm>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace headlight {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{500}, kLongestWait{30'000}, kSlice{50};
constexpr std::chrono::seconds kMostAsked{600};

std::string reason_of(const HttpResponse& response) {
  if (!response.broken.empty()) return response.broken;
  return "the server answers " + std::to_string(response.status);
}

// Retry-After, or what the hub sends instead: RateLimit: "api";r=0;t=55 (nothing remains, reset in 55 s).
std::optional<std::chrono::seconds> asked_pause(const HttpResponse& response) {
  if (const auto asked = retry_after(response.header("retry-after"))) return asked;
  const std::string& limit = response.header("ratelimit");
  const size_t reset = limit.find(";t=");
  if (response.status != 429 || reset == limit.npos) return std::nullopt;
  return retry_after(limit.substr(reset + 3, limit.find(';', reset + 1) - reset - 3));
}

}  // namespace

bool is_transient(const HttpResponse& response) {
  if (!response.broken.empty()) return !response.hopeless;
  return response.status == 408 || response.status == 429 || response.status >= 500;
}

void Retries::wait_after(const HttpResponse& response) {
  const std::string reason = what_ + ": " + reason_of(response);
  if (n_failures_ >= policy_.n_retries)
    throw Error(ErrorCode::io, reason + "; given up after " + std::to_string(n_failures_ + 1) + (n_failures_ ? " tries" : " try") +
                                   ". What has come is kept, and the same command goes on from there");
  milliseconds wait = std::min(kLongestWait, kFirstWait * (1 << std::min(n_failures_, 10)));
  if (const auto asked = asked_pause(response)) {
    if (*asked > kMostAsked)
      throw Error(ErrorCode::io, reason + " and asks for a pause of " + std::to_string(asked->count()) + " s: give the same command again then");
    wait = *asked;
  }
  ++n_failures_;
  policy_.on_note(reason + "; trying again in " + seconds_text(wait));
  const auto end = std::chrono::steady_clock::now() + wait;
  while (std::chrono::steady_clock::now() < end) {
    if (policy_.cancelled()) throw Error(ErrorCode::cancelled, "interrupted");
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(kSlice, end - std::chrono::steady_clock::now()));
  }
}

}  // namespace headlight
