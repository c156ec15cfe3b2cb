// What a visitor asks of a route: the names in the path and the fields of the query, checked against what the route documents.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "web/target.hpp"

namespace headlight {

struct Parameter {
  std::string_view name, type, doc;  // type: string, integer or number
  bool in_path = false;
};

class Arguments {
 public:
  // Throws Error{bad_input}: a field that the route does not know (the message lists those it does), or one given twice.
  Arguments(std::span<const Parameter> parameters, QueryFields path, QueryFields query);

  // "" when it was not given.
  const std::string& text(std::string_view name) const;
  bool has(std::string_view name) const { return !text(name).empty(); }
  // Throws Error{bad_input} when it was not given.
  const std::string& required(std::string_view name) const;
  // Throw Error{bad_input} for anything but a number (within the bounds).
  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t low, std::int64_t high) const;
  std::optional<double> number(std::string_view name) const;

  const QueryFields& query() const { return query_; }
  // The query with these fields changed ("" takes one away): for links that change one thing of a view.
  QueryFields query_with(const QueryFields& changes) const;

 private:
  QueryFields path_, query_;
};

}  // namespace headlight
