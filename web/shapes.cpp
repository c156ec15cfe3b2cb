#include "web/shapes.hpp"

#include "core/base/error.hpp"

namespace headlight {
namespace {

// "number?[]" is {"number?", list}; "Run?" is {"Run", nullable}.
struct TypeParts {
  std::string_view inner;
  bool nullable = false, list = false;
};

TypeParts parts_of(std::string_view type) {
  if (type.ends_with("?")) return {.inner = type.substr(0, type.size() - 1), .nullable = true};
  if (type.ends_with("[]")) return {.inner = type.substr(0, type.size() - 2), .list = true};
  return {.inner = type};
}

bool is_plain(std::string_view type) {
  return type == "string" || type == "integer" || type == "number" || type == "boolean" || type == "json";
}

bool has_plain_type(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_bool();
  return true;
}

const char* word_for(const Json& value) {
  switch (value.type()) {
    case Json::Type::null:
      return "null";
    case Json::Type::boolean:
      return "a boolean";
    case Json::Type::integer:
      return "an integer";
    case Json::Type::number:
      return "a number";
    case Json::Type::string:
      return "a string";
    case Json::Type::array:
      return "an array";
    case Json::Type::object:
      return "an object";
  }
  return "?";
}

void compare_fields(const Json& value, const Shape& shape, const std::string& place, std::vector<std::string>& problems) {
  for (const Field& field : shape.fields) {
    const Json* found = value.find(field.name);
    const std::string inner = place + "." + std::string(field.name);
    if (found == nullptr) {
      problems.push_back(inner + ": missing");
      continue;
    }
    for (std::string& problem : mismatches(*found, field.type, inner)) problems.push_back(std::move(problem));
  }
  for (const auto& [name, member] : value.as_object()) {
    bool known = false;
    for (const Field& field : shape.fields) known = known || field.name == name;
    if (!known) problems.push_back(place + "." + name + ": not documented");
  }
}

std::string typescript_type(std::string_view type) {
  const TypeParts parts = parts_of(type);
  if (parts.nullable) return typescript_type(parts.inner) + " | null";
  if (parts.list) {
    const std::string inner = typescript_type(parts.inner);
    return (inner.find(' ') == std::string::npos ? inner : "(" + inner + ")") + "[]";
  }
  if (type == "integer") return "number";
  if (type == "json") return "any";
  return std::string(type);
}

template <typename Each>
void for_all_shapes(Each each) {
  for (const Shape& shape : row_shapes()) each(shape);
  for (const Shape& shape : answer_shapes()) each(shape);
}

}  // namespace

const Shape& shape_named(std::string_view name) {
  const Shape* found = nullptr;
  for_all_shapes([&](const Shape& shape) {
    if (shape.name == name) found = &shape;
  });
  if (found == nullptr) throw Error(ErrorCode::internal, "no shape is called '" + std::string(name) + "'");
  return *found;
}

std::vector<std::string> mismatches(const Json& value, std::string_view type, const std::string& place) {
  const TypeParts parts = parts_of(type);
  if (parts.nullable) return value.is_null() ? std::vector<std::string>{} : mismatches(value, parts.inner, place);
  const std::string expected = place + ": expected " + std::string(type) + ", found " + word_for(value);
  std::vector<std::string> problems;
  if (parts.list) {
    if (!value.is_array()) return {expected};
    for (size_t i = 0; i < value.size(); ++i)
      for (std::string& problem : mismatches(value[i], parts.inner, place + "[" + std::to_string(i) + "]"))
        problems.push_back(std::move(problem));
  } else if (is_plain(type)) {
    if (!has_plain_type(value, type)) problems.push_back(expected);
  } else if (!value.is_object()) {
    problems.push_back(expected);
  } else {
    compare_fields(value, shape_named(type), place, problems);
  }
  return problems;
}

Json schema_of(std::string_view type) {
  const TypeParts parts = parts_of(type);
  if (parts.nullable) {
    if (is_plain(parts.inner)) return Json::object({{"type", Json(Json::Array{std::string(parts.inner), "null"})}});
    return Json::object({{"anyOf", Json(Json::Array{schema_of(parts.inner), Json::object({{"type", "null"}})})}});
  }
  if (parts.list) return Json::object({{"type", "array"}, {"items", schema_of(parts.inner)}});
  if (type == "json") return Json::object();
  if (is_plain(type)) return Json::object({{"type", std::string(type)}});
  return Json::object({{"$ref", "#/components/schemas/" + std::string(type)}});
}

Json all_schemas() {
  Json schemas = Json::object();
  for_all_shapes([&](const Shape& shape) {
    Json properties = Json::object(), required = Json::array();
    for (const Field& field : shape.fields) {
      Json schema = schema_of(field.type);
      if (!field.doc.empty()) schema.set("description", std::string(field.doc));
      properties.set(field.name, std::move(schema));
      required.push(std::string(field.name));
    }
    schemas.set(shape.name, Json::object({{"type", "object"},
                                          {"description", std::string(shape.doc)},
                                          {"properties", std::move(properties)},
                                          {"required", std::move(required)},
                                          {"additionalProperties", false}}));
  });
  return schemas;
}

std::string typescript_declarations() {
  std::string text =
      "// Made from web/row_shapes.cpp and web/answer_shapes.cpp; a test compares. For the type check only: browsers never see "
      "it.\n";
  for_all_shapes([&](const Shape& shape) {
    text += "\n/** " + std::string(shape.doc) + " */\nexport interface " + std::string(shape.name) + " {\n";
    for (const Field& field : shape.fields) {
      if (!field.doc.empty()) text += "  /** " + std::string(field.doc) + " */\n";
      text += "  " + std::string(field.name) + ": " + typescript_type(field.type) + ";\n";
    }
    text += "}\n";
  });
  return text;
}

}  // namespace headlight
