// Reading the parts of a tokenizer.json: every error says in which field it happened.
#pragma once

#include <cstdint>
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

// The member of this name through `read`, which is called with it: errors say that it is missing, or are its own and name it.
template <typename Read>
auto read_member(const Json& object, std::string_view name, Read read) -> decltype(read(object)) {
  const Json& member = object.at(name);
  return within(name, [&]() -> decltype(read(object)) { return read(member); });
}

[[noreturn]] inline void refuse(const std::string& what) {
  throw Error(ErrorCode::unsupported, what + " is not supported by Headlight's tokenizer");
}

// Any member that is missing, null or a string; "" for the former two.
inline std::string optional_string(const Json& object, std::string_view name) { return object.value_or(name, ""); }

// A member that must be there, of its type; errors name it.
inline bool required_bool(const Json& object, std::string_view name) {
  return read_member(object, name, [](const Json& member) { return member.as_bool(); });
}
inline const std::string& required_string(const Json& object, std::string_view name) {
  return read_member(object, name, [](const Json& member) -> const std::string& { return member.as_string(); });
}
inline const Json::Array& required_array(const Json& object, std::string_view name) {
  return read_member(object, name, [](const Json& member) -> const Json::Array& { return member.as_array(); });
}

inline std::int64_t required_integer(const Json& object, std::string_view name) {
  return read_member(object, name, [](const Json& member) { return member.as_integer(); });
}

}  // namespace headlight::tokenization
