#include "core/tasks/data_file.hpp"

#include <algorithm>
#include <map>
#include <system_error>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/tasks/conllu.hpp"
#include "core/tasks/csv.hpp"
#include "core/tasks/schema.hpp"

namespace headlight::tasks {
namespace {

constexpr std::uintmax_t kMostBytes = 64u << 20;

Json::Array rows_of_json_lines(const std::string& text) {
  Json::Array rows;
  int line = 0;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view content = std::string_view(text).substr(start, end - start);
    start = end + 1;
    ++line;
    if (content.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    rows.push_back(read_at("line " + std::to_string(line), [&] { return parse_json(content); }));
  }
  return rows;
}

Json span_json(const TextSpan& span) { return Json(Json::Array{Json(span.begin), Json(span.end)}); }

Json::Array rows_of_conllu(const std::string& text) {
  Json::Array rows;
  for (const ConlluSentence& sentence : read_conllu(text)) {
    Json::Array words, arcs;
    for (const TextSpan& word : sentence.words) words.push_back(span_json(word));
    for (const ConlluArc& arc : sentence.arcs)
      arcs.push_back(Json::object({{"relation", arc.relation},
                                   {"dependent", words[static_cast<size_t>(arc.dependent)]},
                                   {"head", words[static_cast<size_t>(arc.head)]}}));
    rows.push_back(Json::object({{"text", sentence.text}, {"words", Json(std::move(words))}, {"arcs", Json(std::move(arcs))}}));
  }
  return rows;
}

// "a; b;c" is "a", "b", "c".
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(';', start), text.size());
    const size_t first = std::min(text.find_first_not_of(' ', start), end);
    const size_t last = end > first ? text.find_last_not_of(' ', end - 1) + 1 : first;
    if (last > first) parts.push_back(text.substr(first, last - first));
    start = end + 1;
  }
  return parts;
}

// A line of the table, by its column's name.
using Line = std::map<std::string, std::string>;

// Every right and every wrong answer to a question is a row; the question is what they are about.
void add_answered(const Line& line, Json::Array& rows) {
  for (const auto& [column, label] : {std::pair("Correct Answers", "true"), std::pair("Incorrect Answers", "false")})
    for (const std::string& answer : parts_of(line.at(column))) {
      const std::string& question = line.at("Question");
      rows.push_back(Json::object({{"text", "Q: " + question + "\nA: " + answer}, {"label", label}, {"group", question}}));
    }
}

Json::Array rows_of_csv(const std::string& text) {
  const auto table = read_csv(text);
  if (table.empty()) throw Error(ErrorCode::bad_input, "the table is empty");
  const std::vector<std::string>& columns = table.front();
  const auto has = [&](const char* name) { return std::find(columns.begin(), columns.end(), name) != columns.end(); };
  const bool is_answered = has("Question") && has("Correct Answers") && has("Incorrect Answers");
  if (!is_answered && !has("text"))
    throw Error(ErrorCode::bad_input, "the table has the columns " + listed(columns) +
                                          "; expected text (and answer, wrong, label, group, corrupted), or Question, "
                                          "Correct Answers and Incorrect Answers");
  Json::Array rows;
  for (size_t i = 1; i < table.size(); ++i) {
    if (table[i].size() != columns.size())
      throw Error(ErrorCode::bad_input, "row " + std::to_string(i + 1) + " has " + std::to_string(table[i].size()) +
                                            " fields, but the first row has " + std::to_string(columns.size()));
    Line line;
    for (size_t c = 0; c < columns.size(); ++c) line[columns[c]] = table[i][c];
    if (is_answered) {
      add_answered(line, rows);
      continue;
    }
    Json::Object row;
    for (const auto& [name, value] : line)
      if (!value.empty()) row.emplace_back(name, value);
    rows.push_back(Json(std::move(row)));
  }
  return rows;
}

Json::Array rows_of(const std::filesystem::path& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (!failure && size > kMostBytes)
    throw Error(ErrorCode::bad_input, "the file has " + std::to_string(size >> 20) + " MiB; at most " +
                                          std::to_string(kMostBytes >> 20) + " can be part of a task");
  std::string text = read_file(file);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  const std::string ending = file.extension().string();
  if (ending == ".jsonl") return rows_of_json_lines(text);
  if (ending == ".csv") return rows_of_csv(text);
  if (ending == ".conllu") return rows_of_conllu(text);
  throw Error(ErrorCode::bad_input, "the ending \"" + ending + "\" is not known; allowed: .jsonl, .csv, .conllu");
}

}  // namespace

Json with_data(const Json& definition, const std::filesystem::path& folder) {
  const Json* data = definition.is_object() ? definition.find("data") : nullptr;
  if (!data || !data->is_object() || !data->contains("file")) return definition;
  const Fields fields(*data, "data", {"file"});
  const std::filesystem::path name = fields.text("file");
  if (name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end())
    fail_at("data.file", "\"" + name.string() + "\" is not in the task's folder");
  Json result = definition;
  result.set("data", Json::object({{"rows", read_at("data.file: " + name.string(), [&] { return rows_of(folder / name); })}}));
  return result;
}

}  // namespace headlight::tasks
