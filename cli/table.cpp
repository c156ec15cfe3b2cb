#include "cli/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace headlight {
namespace {

// Columns on a terminal: bytes that do not begin a code point take no place.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string csv_text(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return to_text(value);
  const std::string& text = value.as_string();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string markdown_line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += ' ';
    for (const char c : cell) line += c == '|' ? std::string("\\|") : std::string(1, c);
    line += " |";
  }
  return line + "\n";
}

}  // namespace

std::string short_text(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.as_string();
  if (value.type() != Json::Type::number) return to_text(value);
  const double number = value.as_number();
  char buffer[40];
  const double size = std::abs(number);
  std::snprintf(buffer, sizeof buffer, size != 0 && size < 0.0005 ? "%.1e" : size < 10 ? "%.3f" : "%.2f", number);
  return buffer;
}

std::string duration_text(double seconds) {
  char buffer[40];
  if (seconds < 60)
    std::snprintf(buffer, sizeof buffer, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
  else
    std::snprintf(buffer, sizeof buffer, "%d min %02d s", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60);
  return buffer;
}

void Table::print(std::ostream& out) const {
  std::vector<size_t> widths;
  for (const TableColumn& column : columns_) widths.push_back(width_of(column.name));
  std::vector<std::vector<std::string>> lines;
  for (const auto& row : rows_) {
    auto& line = lines.emplace_back();
    for (size_t c = 0; c < row.size(); ++c) {
      line.push_back(short_text(row[c]));
      widths[c] = std::max(widths[c], width_of(line.back()));
    }
  }
  const auto write = [&](const std::vector<std::string>& line) {
    std::string text;
    for (size_t c = 0; c < line.size(); ++c) {
      const std::string gap(widths[c] - width_of(line[c]), ' ');
      text += (c ? "  " : "") + (columns_[c].right ? gap + line[c] : line[c] + gap);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << "\n";
  };
  std::vector<std::string> header;
  for (const TableColumn& column : columns_) header.push_back(column.name);
  write(header);
  for (const auto& line : lines) write(line);
}

void Table::print_json(std::ostream& out) const {
  out << "[";
  for (size_t r = 0; r < rows_.size(); ++r) {
    Json object = Json::object();
    for (size_t c = 0; c < columns_.size(); ++c) object.set(columns_[c].name, rows_[r][c]);
    out << (r ? ",\n " : "") << to_text(object);
  }
  out << "]\n";
}

void Table::print_csv(std::ostream& out) const {
  for (size_t c = 0; c < columns_.size(); ++c) out << (c ? "," : "") << columns_[c].name;
  out << "\n";
  for (const auto& row : rows_) {
    for (size_t c = 0; c < row.size(); ++c) out << (c ? "," : "") << csv_text(row[c]);
    out << "\n";
  }
}

void Table::print_markdown(std::ostream& out) const {
  std::vector<std::string> names;
  std::string rule = "|";
  for (const TableColumn& column : columns_) {
    names.push_back(column.name);
    rule += column.right ? "---:|" : "---|";
  }
  out << markdown_line(names) << rule << "\n";
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (const Json& value : row) cells.push_back(short_text(value));
    out << markdown_line(cells);
  }
}

}  // namespace headlight
