// The shapes of what the API answers, as data: documentation, OpenAPI, TypeScript declarations and tests come from here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"

namespace headlight {

// A type is string, integer, number, boolean, json (anything) or the name of a shape; then "[]" for a list of it, then "?" where
// it may be null. "number?[]" is a list of numbers or nulls.
struct Field {
  std::string_view name, type, doc;  // the doc names the unit; "" where the shape says it all
};

struct Shape {
  std::string_view name, doc;
  std::span<const Field> fields;  // all are always there, in this order
};

// Those of the catalogue's rows, then those of whole answers.
std::span<const Shape> row_shapes();
std::span<const Shape> answer_shapes();

// Throws Error{internal} for an unknown name.
const Shape& shape_named(std::string_view name);

// What does not fit, as sentences with the place ("data.heads[3].score: expected number, found a string"); empty when all does.
std::vector<std::string> mismatches(const Json& value, std::string_view type, const std::string& place);

// JSON Schema of a type, with references to "#/components/schemas/NAME".
Json schema_of(std::string_view type);
// All shapes as {"NAME": schema}.
Json all_schemas();

// Declarations of all shapes for the front end's type check: what web/ui/api.d.ts holds.
std::string typescript_declarations();

}  // namespace headlight
