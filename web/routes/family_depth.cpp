#include "web/routes/family_depth.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "web/components.hpp"
#include "web/rows_json.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

std::int64_t count_of(const DetectorRow& row, Verdict verdict) {
  const auto found = row.n_heads.find(verdict);
  return found == row.n_heads.end() ? 0 : found->second;
}

bool is_measured_without_a_find(const DetectorRow& row) {
  return row.measures_family && row.status == RunStatus::done && count_of(row, Verdict::not_measurable) == 0 &&
         count_of(row, Verdict::confirmed) + count_of(row, Verdict::correlational) == 0;
}

// A layer as a box, the darker the more of its heads were found.
Markup layer_strip(const std::vector<Json>& found, const std::string& words) {
  const std::int64_t most = std::max<std::int64_t>(1, std::ranges::max(found, {}, &Json::as_integer).as_integer());
  Markup boxes;
  for (size_t layer = 0; layer < found.size(); ++layer) {
    const std::int64_t n = found[layer].as_integer();
    const double darkness = n == 0 ? 1 : 0.35 + 0.65 * static_cast<double>(n) / static_cast<double>(most);
    boxes += tag("rect", {{"class", n == 0 ? "fill-absent" : "fill-confirmed"},
                          {"x", std::to_string(10 * layer)},
                          {"y", "0"},
                          {"width", "9"},
                          {"height", "10"},
                          {"fill-opacity", number_text(darkness)}});
  }
  return tag("svg",
             {{"class", "layer-strip"},
              {"viewBox", "0 0 " + std::to_string(10 * found.size()) + " 10"},
              {"preserveAspectRatio", "none"},
              {"role", "img"},
              {"aria-label", words}},
             boxes);
}

}  // namespace

Json family_depths(Catalogue& catalogue, const std::vector<HeadRow>& heads) {
  std::map<std::string, std::set<HeadId>> by_model;
  for (const HeadRow& row : heads) by_model[row.model].insert(row.head);
  Json depths = Json::array();
  for (const ModelRow& model : catalogue.models()) {
    const auto found = by_model.find(model.record.name);
    if (found == by_model.end()) continue;
    std::vector<int> layers(static_cast<size_t>(model.record.n_layers), 0);
    for (const HeadId& head : found->second) ++layers.at(static_cast<size_t>(head.layer));
    Json counts = Json::array();
    for (const int n : layers) counts.push(n);
    depths.push(Json::object({{"model", found->first}, {"found", std::move(counts)}}));
  }
  return depths;
}

Json closest_heads(Catalogue& catalogue, const std::string& family) {
  Json closest = Json::array();
  for (const DetectorRow& row : catalogue.detectors({.family = family})) {
    if (!is_measured_without_a_find(row)) continue;
    const HeadPage page = catalogue.heads(
        {.model = row.name.model, .family = family, .method = row.name.method, .task = row.name.task, .order = {}, .limit = 1});
    for (const HeadRow& head : page.rows)
      if (head.score) closest.push(head_row_json(head));
  }
  return closest;
}

Json unsolved_tasks(Catalogue& catalogue, const std::string& family) {
  Json unsolved = Json::array();
  for (const DetectorRow& row : catalogue.detectors({.family = family}))
    if (row.measures_family && count_of(row, Verdict::not_measurable) > 0) unsolved.push(task_result_json(catalogue.run(row.run).row));
  return unsolved;
}

Markup depth_table(const Json& depths) {
  const std::vector<Column> columns{{"Model"}, {"Layers, the first one on the left"}, {"Found in", "", "layer: heads"}};
  Markup rows;
  for (const Json& depth : depths.as_array()) {
    const auto& found = depth.at("found").as_array();
    std::string words;
    for (size_t layer = 0; layer < found.size(); ++layer)
      if (found[layer].as_integer() > 0)
        words += (words.empty() ? "L" : ", L") + std::to_string(layer) + ": " + std::to_string(found[layer].as_integer());
    rows += row_of({model_link(depth.at("model").as_string()), layer_strip(found, words), escaped(words)}, columns);
  }
  return table_of("Where the heads sit", columns, rows);
}

Markup closest_table(const Json& closest) {
  const std::vector<Column> columns{{"Model"},
                                    {"Task"},
                                    {"Closest"},
                                    {"Statistic", "number"},
                                    {"95 % interval", "number"},
                                    {"Null", "number", "the same statistic where there is nothing to find"},
                                    {"Counts from", "number", "the threshold"},
                                    {"q", "number"}};
  Markup rows;
  for (const Json& row : closest.as_array()) {
    const std::string model = row.at("model").as_string();
    rows += row_of({model_link(model), task_link(row.at("task").as_string()), head_link(model, row.at("head").as_string()),
                    number_markup(row.at("score")), escaped(interval_words(row.at("ci_low"), row.at("ci_high"))),
                    escaped(number_words(row.at("null_mean"))), escaped(number_words(row.at("threshold"))),
                    escaped(probability_words(row.at("q")))},
                   columns);
  }
  return table_of("Closest heads", columns, rows);
}

Markup unsolved_table(const Json& unsolved) {
  const std::vector<Column> columns{{"Model"}, {"Task"}, {"Accuracy", "number", "with its standard error"}, {"Guessing", "number"}, {"Prompts", "number"}, {"Why", "why"}};
  Markup rows;
  for (const Json& row : unsolved.as_array())
    rows += row_of({model_link(row.at("model").as_string()), task_link(row.at("task").as_string()), accuracy_markup(row),
                    escaped(percent_words(row.at("chance"))), kept_prompts(row),
                    escaped(row.at("why_not").is_null() ? "" : row.at("why_not").as_string())},
                   columns);
  return table_of("Tasks that models do not solve", columns, rows);
}

}  // namespace headlight
