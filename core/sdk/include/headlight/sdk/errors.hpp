// Errors: throw Failure, or any standard exception, anywhere in a plugin.
#pragma once

#include <headlight/plugin.h>

#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

namespace headlight::sdk {

class Failure : public std::runtime_error {
 public:
  Failure(headlight_code code, const std::string& message) : std::runtime_error(message), code_(code) {}
  headlight_code code() const { return code_; }

 private:
  headlight_code code_;
};

namespace detail {

// Runs `body`, turning what it throws into the boundary's pair of code and message.
template <typename Body>
headlight_code guarded(const headlight_host* host, Body body) noexcept {
  try {
    body();
    return HEADLIGHT_OK;
  } catch (const Failure& failure) {
    if (host) host->fail(host->context, failure.code(), failure.what());
    return failure.code();
  } catch (const std::bad_alloc&) {
    if (host) host->fail(host->context, HEADLIGHT_OUT_OF_MEMORY, "the memory budget is used up: raise --memory");
    return HEADLIGHT_OUT_OF_MEMORY;
  } catch (const std::exception& exception) {
    if (host) host->fail(host->context, HEADLIGHT_INTERNAL, exception.what());
  } catch (...) {
    if (host) host->fail(host->context, HEADLIGHT_INTERNAL, "an exception that is no std::exception");
  }
  return HEADLIGHT_INTERNAL;
}

// The host has already recorded why.
inline void check(headlight_code code) {
  if (code != HEADLIGHT_OK) throw Failure(code, code == HEADLIGHT_CANCELLED ? "cancelled" : "refused by the host");
}

}  // namespace detail

// What `ask` gives, or nothing where the model's layout does not define it.
template <typename Ask>
auto where_defined(Ask ask) -> std::optional<decltype(ask())> {
  try {
    return ask();
  } catch (const Failure& failure) {
    if (failure.code() != HEADLIGHT_UNSUPPORTED) throw;
    return std::nullopt;
  }
}

}  // namespace headlight::sdk
