#include "web/routes/head_profile.hpp"

#include <algorithm>

#include "web/components.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr double kMostThresholds = 2;  // the bar ends at twice the threshold

// The statistic as a bar whose middle is the threshold.
Markup strength_bar(const Json& row) {
  if (!row.at("score").is_number() || !row.at("threshold").is_number() || row.at("threshold").as_number() <= 0) return {};
  const double times = row.at("score").as_number() / row.at("threshold").as_number();
  const double width = 100 * std::clamp(times / kMostThresholds, 0.0, 1.0);
  const bool found = row.at("verdict").as_string() == "confirmed" || row.at("verdict").as_string() == "correlational";
  return tag("svg",
             {{"class", "strength"}, {"viewBox", "0 0 100 10"}, {"preserveAspectRatio", "none"}, {"role", "img"},
              {"aria-label", number_words(times) + " times the threshold"}},
             {tag("rect", {{"class", "fill-absent"}, {"x", "0"}, {"y", "0"}, {"width", "100"}, {"height", "10"}}),
              tag("rect", {{"class", found ? "fill-confirmed" : "fill-correlational"}, {"x", "0"}, {"y", "0"}, {"width", number_text(width)}, {"height", "10"}}),
              tag("rect", {{"class", "threshold"}, {"x", "49"}, {"y", "0"}, {"width", "1"}, {"height", "10"}})});
}

Markup row_markup(const Json& row, const Json& families, const std::vector<Column>& columns) {
  const std::string family = row.at("family").as_string();
  const std::int64_t n = row.at("n_tasks").as_integer(), solved = row.at("n_measurable").as_integer();
  Markup task = task_link(row.at("task").as_string());
  if (n > 1) task += tag("span", {{"class", "quiet below"}}, "of " + counted(n, "task") + (solved < n ? ", " + count_words(solved) + " solved" : ""));
  Markup effect = escaped(number_words(row.at("effect")));
  if (!row.at("effect_method").is_null())
    effect += tag("span", {{"class", "quiet below"}}, row.at("effect_method").as_string() + ", " + row.at("effect_unit").as_string());
  Markup score = number_markup(row.at("score")) + interval_markup(row.at("ci_low"), row.at("ci_high"));
  return row_of({link_to(family_url(family), title_of(families, family)), verdict_chip(row.at("verdict").as_string()), task, score, strength_bar(row),
                 escaped(number_words(row.at("threshold"))), escaped(number_words(row.at("null_mean"))), effect},
                columns);
}

}  // namespace

Json profile_json(const FamilyProfile& p) {
  return Json::object({{"family", p.family},
                       {"verdict", to_string(p.verdict)},
                       {"task", p.task},
                       {"score", json_or_null(p.score)},
                       {"ci_low", json_or_null(p.ci_low)},
                       {"ci_high", json_or_null(p.ci_high)},
                       {"unit", text_or_null(p.unit)},
                       {"null_mean", json_or_null(p.null_mean)},
                       {"threshold", json_or_null(p.threshold)},
                       {"effect", json_or_null(p.effect)},
                       {"effect_method", text_or_null(p.effect_method.value_or(""))},
                       {"effect_unit", text_or_null(p.effect_unit.value_or(""))},
                       {"n_tasks", p.n_tasks},
                       {"n_measurable", p.n_measurable}});
}

Markup profile_table(const Json& profile, const Json& families) {
  const std::vector<Column> columns{{"Family"},
                                    {"Verdict", "", "the best of its tasks"},
                                    {"Task", "", "of those with this verdict the one with the largest statistic"},
                                    {"Statistic", "number", "mean over the reported prompts, with its 95 % interval"},
                                    {"", "", "the statistic; the mark is the threshold"},
                                    {"Counts from", "number", "the threshold"},
                                    {"Null", "number", "the same statistic where there is nothing to find"},
                                    {"Effect", "number", "of editing the head, on this task; the largest of the methods"}};
  Markup found, rest;
  std::int64_t n_rest = 0;
  for (const Json& row : profile.as_array()) {
    const std::string verdict = row.at("verdict").as_string();
    const bool is_sign = verdict != "absent" && verdict != "not measurable";
    (is_sign ? found : rest) += row_markup(row, families, columns);
    n_rest += !is_sign;
  }
  Markup all = found.html.empty() ? Markup{} : table_of("Families of which it shows a sign", columns, found);
  if (rest.html.empty()) return all;
  return all + tag("details", {{"open", "", found.html.empty()}},
                   {tag("summary", {}, counted(n_rest, "family") + " of which it shows no sign, the closest first"),
                    table_of("Families of which it shows no sign", columns, rest)});
}

}  // namespace headlight
