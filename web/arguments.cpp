#include "web/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.hpp"

namespace headlight {
namespace {

std::string names_of(std::span<const Parameter> parameters) {
  std::string names;
  for (const Parameter& parameter : parameters)
    if (!parameter.in_path) names += (names.empty() ? "" : ", ") + std::string(parameter.name);
  return names;
}

template <typename Number>
std::optional<Number> parsed(const std::string& text) {
  Number value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Arguments::Arguments(std::span<const Parameter> parameters, QueryFields path, QueryFields query) : path_(std::move(path)) {
  for (auto& [name, value] : query) {
    const bool known =
        std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& p) { return !p.in_path && p.name == name; });
    if (!known) {
      const std::string names = names_of(parameters);
      throw Error(ErrorCode::bad_input, "unknown parameter '" + name +
                                            "': " + (names.empty() ? "this URL takes none" : "this URL understands " + names));
    }
    if (value.empty()) continue;  // as a form sends what was left blank
    if (has(name)) throw Error(ErrorCode::bad_input, "the parameter '" + name + "' is given twice");
    query_.emplace_back(std::move(name), std::move(value));
  }
}

const std::string& Arguments::text(std::string_view name) const {
  static const std::string kNone;
  for (const QueryFields* fields : {&path_, &query_})
    for (const auto& [field, value] : *fields)
      if (field == name) return value;
  return kNone;
}

const std::string& Arguments::required(std::string_view name) const {
  const std::string& value = text(name);
  if (value.empty()) throw Error(ErrorCode::bad_input, "the parameter '" + std::string(name) + "' is missing");
  return value;
}

std::int64_t Arguments::integer(std::string_view name, std::int64_t fallback, std::int64_t low, std::int64_t high) const {
  const std::string& value = text(name);
  if (value.empty()) return fallback;
  const auto number = parsed<std::int64_t>(value);
  if (!number || *number < low || *number > high)
    throw Error(ErrorCode::bad_input, "the parameter '" + std::string(name) + "' is '" + value +
                                          "': it must be a whole number from " + std::to_string(low) + " to " +
                                          std::to_string(high));
  return *number;
}

std::optional<double> Arguments::number(std::string_view name) const {
  const std::string& value = text(name);
  if (value.empty()) return std::nullopt;
  const auto number = parsed<double>(value);
  if (!number || !std::isfinite(*number))
    throw Error(ErrorCode::bad_input,
                "the parameter '" + std::string(name) + "' is '" + value + "': it must be a number such as 0.5");
  return number;
}

QueryFields Arguments::query_with(const QueryFields& changes) const {
  QueryFields fields;
  for (const auto& [name, value] : query_)
    if (std::none_of(changes.begin(), changes.end(), [&](const auto& change) { return change.first == name; }))
      fields.emplace_back(name, value);
  for (const auto& change : changes)
    if (!change.second.empty()) fields.push_back(change);
  return fields;
}

}  // namespace headlight
