#include "cli/found_heads.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <ostream>
#include <set>
#include <vector>

#include "cli/table.hpp"

namespace headlight {
namespace {

constexpr size_t kMostInACell = 4;

// What detectors of one family say of one model.
struct Cell {
  std::vector<HeadRow> found;  // a head once, confirmed ones first, the largest first
  std::optional<HeadRow> closest;
  std::set<std::string> unsolved;  // tasks
};

std::string two_digits(const std::optional<double>& value) {
  if (!value) return "-";
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.2f", *value == 0 ? 0.0 : *value);
  return text.data();
}

std::string words_of(const HeadRow& row) {
  return to_string(row.head) + " " + two_digits(row.score) + " [" + two_digits(row.ci_low) + ", " + two_digits(row.ci_high) + "]";
}

// The best verdict of a head stands for it, then its largest score.
bool is_better(const HeadRow& a, const HeadRow& b) {
  return std::pair(a.verdict, -a.score.value_or(-INFINITY)) < std::pair(b.verdict, -b.score.value_or(-INFINITY));
}

void look_at(Catalogue& catalogue, const DetectorRow& detector, Cell& cell) {
  const auto rows_of = [&](std::optional<Verdict> verdict, std::optional<std::int64_t> limit) {
    const DetectorName& name = detector.name;
    return catalogue
        .heads({.model = name.model, .family = name.family, .method = name.method, .task = name.task, .verdict = verdict, .order = {}, .limit = limit})
        .rows;
  };
  if (detector.n_heads.contains(Verdict::not_measurable)) {
    cell.unsolved.insert(detector.name.task);
    return;
  }
  for (const Verdict verdict : {Verdict::confirmed, Verdict::correlational})
    std::ranges::move(rows_of(verdict, {}), std::back_inserter(cell.found));
  for (const HeadRow& row : rows_of({}, 1))
    if (row.score && (!cell.closest || *row.score > *cell.closest->score)) cell.closest = row;
}

std::string text_of(Cell& cell) {
  std::ranges::sort(cell.found, is_better);
  std::set<HeadId> seen;
  std::erase_if(cell.found, [&](const HeadRow& row) { return !seen.insert(row.head).second; });
  std::string text;
  for (size_t i = 0; i < std::min(kMostInACell, cell.found.size()); ++i) {
    const HeadRow& row = cell.found[i];
    const std::string words = words_of(row);
    text += (i == 0 ? "" : ", ") + (row.verdict == Verdict::confirmed ? "**" + words + "**" : words);
  }
  if (cell.found.size() > kMostInACell) text += " and " + std::to_string(cell.found.size() - kMostInACell) + " more";
  if (!text.empty()) return text;
  if (cell.closest) {
    const std::string from = cell.closest->threshold ? ", counts from " + two_digits(cell.closest->threshold) : ", no threshold";
    return "none: " + words_of(*cell.closest) + " on " + cell.closest->task + from;
  }
  std::string tasks;
  for (const std::string& task : cell.unsolved) tasks += (tasks.empty() ? "" : ", ") + task;
  return tasks.empty() ? "not looked for" : "not measurable: does not do " + tasks;
}

}  // namespace

void print_found_heads(Catalogue& catalogue, const std::string& model, const std::string& family, std::ostream& out) {
  std::map<std::string, std::map<std::string, Cell>> cells;  // [family][model]
  std::set<std::string> models;
  for (const DetectorRow& detector : catalogue.detectors({.model = model, .family = family})) {
    if (!detector.measures_family || detector.status != RunStatus::done) continue;
    models.insert(detector.name.model);
    look_at(catalogue, detector, cells[detector.name.family][detector.name.model]);
  }
  std::vector<TableColumn> columns{{"family"}};
  for (const std::string& name : models) columns.push_back({name});
  Table table(columns);
  for (auto& [name, by_model] : cells) {
    std::vector<Json> row{name};
    for (const std::string& column : models) row.emplace_back(text_of(by_model[column]));
    table.add(row);
  }
  table.print_markdown(out);
}

}  // namespace headlight
