#include "core/tasks/schema.hpp"

#include <algorithm>

namespace headlight::tasks {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string> strings(std::initializer_list<std::string_view> words) { return {words.begin(), words.end()}; }

}  // namespace

std::string inner_place(std::string_view place, std::string_view name) {
  return place.empty() ? std::string(name) : std::string(place) + "." + std::string(name);
}

std::string inner_place(std::string_view place, size_t index) { return std::string(place) + "[" + std::to_string(index) + "]"; }

void fail_at(std::string_view place, const std::string& message) {
  throw Error(ErrorCode::bad_input, place.empty() ? message : std::string(place) + ": " + message);
}

bool is_name(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

Fields::Fields(const Json& object, std::string place, std::initializer_list<std::string_view> allowed)
    : object_(object), place_(std::move(place)) {
  if (!object.is_object()) fail_at(place_, "expected an object with the fields " + listed(strings(allowed)));
  for (const auto& [name, value] : object.as_object()) {
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      fail_at(place_, "\"" + name + "\" is not a field here; allowed: " + listed(strings(allowed)));
  }
}

const Json& Fields::at(std::string_view name) const {
  const Json* value = object_.find(name);
  if (!value) fail_at(place_, "the field \"" + std::string(name) + "\" is missing");
  return *value;
}

std::string Fields::text(std::string_view name) const {
  std::string value = read_at(place(name), [&] { return at(name).as_string(); });
  if (value.empty()) fail_at(place(name), "expected a text, found an empty string");
  return value;
}

bool Fields::flag(std::string_view name, bool fallback) const {
  return has(name) ? read_at(place(name), [&] { return at(name).as_bool(); }) : fallback;
}

int Fields::count(std::string_view name, int fallback, int least, int most) const {
  if (!has(name)) return fallback;
  const auto value = read_at(place(name), [&] { return at(name).as_integer(); });
  if (value < least || value > most) {
    fail_at(place(name),
            std::to_string(value) + " is out of range; allowed: " + std::to_string(least) + " to " + std::to_string(most));
  }
  return static_cast<int>(value);
}

std::string Fields::choice(std::string_view name, std::string_view fallback,
                           std::initializer_list<std::string_view> allowed) const {
  if (!has(name) && !fallback.empty()) return std::string(fallback);
  const std::string value = text(name);
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
    fail_at(place(name), "\"" + value + "\" is not known; allowed: " + listed(strings(allowed)));
  return value;
}

const Json::Object& named_members(const Json& value, const std::string& place) {
  if (!value.is_object()) fail_at(place, "expected an object");
  for (const auto& [name, member] : value.as_object())
    if (!is_name(name)) fail_at(place, "\"" + name + "\" is not a name; allowed: a letter, then letters, digits, _ and -");
  return value.as_object();
}

std::vector<std::string> one_or_more_texts(const Json& value, const std::string& place) {
  if (value.is_string()) return {value.as_string()};
  if (!value.is_array() || value.size() == 0) fail_at(place, "expected a string, or an array of strings that is not empty");
  std::vector<std::string> texts;
  for (size_t i = 0; i < value.size(); ++i) texts.push_back(read_at(inner_place(place, i), [&] { return value[i].as_string(); }));
  return texts;
}

}  // namespace headlight::tasks
