// Rows for people, programs, spreadsheets and manuals: one list of columns, four ways to print it.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/base/json.hpp"

namespace headlight {

struct TableColumn {
  std::string name;
  bool right = false;  // numbers stand to the right
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}
  void add(std::vector<Json> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }

  void print(std::ostream& out) const;           // aligned; numbers with three digits after the point
  void print_json(std::ostream& out) const;      // an array of objects, everything as it is
  void print_csv(std::ostream& out) const;       // RFC 4180, with a header line; nothing for null
  void print_markdown(std::ostream& out) const;  // the cells are Markdown, but for bars, which would end them

 private:
  std::vector<TableColumn> columns_;
  std::vector<std::vector<Json>> rows_;
};

// "0.937", "-7.73", "-" for null
std::string short_text(const Json& value);
// Seconds for people: "0.4 s", "2 min 05 s"
std::string duration_text(double seconds);

template <typename T>
Json json_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace headlight
