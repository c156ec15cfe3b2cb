// Reading a task file strictly: every error names the field, what was found and what is allowed.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace headlight::tasks {

// "slots.IO" + "value" is "slots.IO.value"; "" + "id" is "id".
std::string inner_place(std::string_view place, std::string_view name);
std::string inner_place(std::string_view place, size_t index);  // "templates[2]"

[[noreturn]] void fail_at(std::string_view place, const std::string& message);

// What `read` throws gets the place in front.
template <typename Read>
auto read_at(const std::string& place, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw error.at(place);
  }
}

// Names that authors choose: [A-Za-z][A-Za-z0-9_-]*.
bool is_name(std::string_view text);

// One object of the file. Unknown fields are refused when it is made.
class Fields {
 public:
  Fields(const Json& object, std::string place, std::initializer_list<std::string_view> allowed);

  bool has(std::string_view name) const { return object_.contains(name); }
  const Json& at(std::string_view name) const;  // throws when it is missing
  const Json* find(std::string_view name) const { return object_.find(name); }
  std::string place(std::string_view name) const { return inner_place(place_, name); }

  std::string text(std::string_view name) const;  // a string that is not empty
  bool flag(std::string_view name, bool fallback) const;
  int count(std::string_view name, int fallback, int least, int most) const;
  std::string choice(std::string_view name, std::string_view fallback, std::initializer_list<std::string_view> allowed) const;

 private:
  const Json& object_;
  std::string place_;
};

// The members of an object whose names the author chooses; throws when it is no object or a name is none.
const Json::Object& named_members(const Json& value, const std::string& place);

// A string, or an array of strings that is not empty.
std::vector<std::string> one_or_more_texts(const Json& value, const std::string& place);

}  // namespace headlight::tasks
