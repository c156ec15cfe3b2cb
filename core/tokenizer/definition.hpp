// Reading the parts of a tokenizer.json: every error says in which field it happened.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/json.hpp"

namespace headlight::tokenization {

// Runs `read`; what it throws carries the field's name in front: "pre_tokenizer: pretokenizers[1]: ...".
template <typename Read>
auto within(std::string_view field, Read read) -> decltype(read()) {
  try {
    return read();
  } catch (const Error& error) {
    throw error.at(field);
  }
}

// The "type" of a stage; throws Error{bad_input} when the stage is no object or says none.
inline const std::string& stage_type(const Json& stage) { return stage.at("type").as_string(); }

[[noreturn]] inline void refuse(const std::string& what) {
  throw Error(ErrorCode::unsupported, what + " is not supported by Headlight's tokenizer");
}

// Any member that is missing, null or a string; "" for the former two.
inline std::string optional_string(const Json& object, std::string_view name) { return object.value_or(name, ""); }

// A member that must be there, of its type; errors name it.
inline bool required_bool(const Json& object, std::string_view name) {
  return within(name, [&] { return object.at(name).as_bool(); });
}
inline const std::string& required_string(const Json& object, std::string_view name) {
  return within(name, [&]() -> const std::string& { return object.at(name).as_string(); });
}
inline const Json::Array& required_array(const Json& object, std::string_view name) {
  return within(name, [&]() -> const Json::Array& { return object.at(name).as_array(); });
}

}  // namespace headlight::tokenization
