// The Error that an action throws, so that a test can state its words.
#pragma once

#include <optional>
#include <string>

#include "core/base/error.hpp"

namespace headlight::testing_support {

// Its message; "no error" when nothing is thrown.
template <typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Its code; nothing when nothing is thrown.
template <typename Action>
std::optional<ErrorCode> code_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace headlight::testing_support
