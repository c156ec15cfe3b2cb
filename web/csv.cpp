#include "web/csv.hpp"

#include "core/base/error.hpp"
#include "web/shapes.hpp"

namespace headlight {
namespace {

const Shape& item_shape(std::string_view answer_shape, std::string_view field) {
  for (const Field& member : shape_named(answer_shape).fields)
    if (member.name == field && member.type.ends_with("[]")) return shape_named(member.type.substr(0, member.type.size() - 2));
  throw Error(ErrorCode::internal, "the shape " + std::string(answer_shape) + " has no list '" + std::string(field) + "'");
}

struct CsvColumn {
  std::string name;
  std::vector<std::string_view> path;  // of members
};

// Shapes within shapes become columns of their own: "a.score" is a_score. Lists are left out.
void add_columns(const Shape& shape, const CsvColumn& above, std::vector<CsvColumn>& columns) {
  for (const Field& field : shape.fields) {
    const std::string_view type = field.type.substr(0, field.type.find('?'));
    CsvColumn column{.name = above.name + (above.name.empty() ? "" : "_") + std::string(field.name), .path = above.path};
    column.path.push_back(field.name);
    if (type.ends_with("[]") || field.type.ends_with("[]") || type == "json") continue;
    if (type == "string" || type == "integer" || type == "number" || type == "boolean") {
      columns.push_back(std::move(column));
    } else {
      add_columns(shape_named(type), column, columns);
    }
  }
}

const Json& value_at(const Json& row, const CsvColumn& column) {
  const Json* value = &row;
  for (const std::string_view name : column.path) value = &(*value)[name];
  return *value;
}

std::string cell_text(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return to_text(value);
  const std::string& text = value.as_string();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string csv_of(const Json& rows, std::string_view answer_shape, std::string_view field) {
  std::vector<CsvColumn> columns;
  add_columns(item_shape(answer_shape, field), {}, columns);
  std::string text;
  for (size_t i = 0; i < columns.size(); ++i) text += (i == 0 ? "" : ",") + columns[i].name;
  text += "\n";
  for (const Json& row : rows.as_array()) {
    for (size_t i = 0; i < columns.size(); ++i) text += (i == 0 ? "" : ",") + cell_text(value_at(row, columns[i]));
    text += "\n";
  }
  return text;
}

}  // namespace headlight
