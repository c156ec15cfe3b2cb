// config.json as an architecture reads it: every field with the default that transformers has for it, and refusals that
// name the field, the value found and the values that would do. Nothing is guessed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/checkpoint/model_description.hpp"

namespace headlight {

class Config {
 public:
  // Other spellings of a field, as transformers' attribute_map has them: {"hidden_size", "n_embd"}.
  using Alias = std::pair<std::string_view, std::string_view>;

  explicit Config(Json fields) : fields_(std::move(fields)) {}
  // The same with the first name of each pair read as the second. Throws Error{corrupt} when both stand there and differ.
  Config with_aliases(std::initializer_list<Alias> aliases) const;

  // The same without fields that the architecture does not have, whatever a file says of them.
  Config without(std::initializer_list<std::string_view> names) const;

  // Readers: a missing field is its default; a field of the wrong type or out of range throws Error{bad_input} that names it.
  int count(std::string_view name, int fallback) const;      // 1 ..
  int require_count(std::string_view name) const;            // 1 .., must be there
  std::optional<int> optional_count(std::string_view name, std::optional<int> fallback = {}) const;  // null: nothing
  int layer_count(std::string_view name, int fallback) const;
  double number(std::string_view name, double fallback) const;
  std::optional<double> optional_number(std::string_view name, std::optional<double> fallback = {}) const;
  bool flag(std::string_view name, bool fallback) const;     // null counts as false
  std::string word(std::string_view name, const char* fallback) const;
  std::optional<int> token(std::string_view name, std::optional<int> fallback) const;  // of a list, the first
  Activation activation(std::string_view name, const char* fallback) const;

  bool has(std::string_view name) const { return fields_.contains(name); }  // also when null
  const Json& operator[](std::string_view name) const { return fields_[name]; }
  const Json& fields() const { return fields_; }

  // Throws Error{unsupported} unless the flag stands as Headlight computes it.
  void require_flag(std::string_view name, bool fallback, bool supported) const;
  // Throws Error{unsupported}: `"name" is VALUE, <why>`.
  [[noreturn]] void refuse(std::string_view name, std::string_view why) const;

 private:
  Json fields_;
};

// Throws Error{corrupt}: `"total" is 50, which "parts" = 4 does not divide`. Returns the quotient.
int divide_evenly(std::string_view total_name, int total, std::string_view parts_name, int parts);

}  // namespace headlight
