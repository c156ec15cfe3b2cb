// /models/{model}/overlap: which families agree on the model's heads, as a matrix and pair by pair.
#include "storage/overlap.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr Parameter kParameters[] = {{"model", "string", "name or fingerprint of the model; may hold slashes", true}};

Json overlap_json(const FamilyOverlap& overlap) {
  return Json::object({{"family_a", overlap.family_a},
                       {"family_b", overlap.family_b},
                       {"n_heads", overlap.n_heads},
                       {"n_a", overlap.n_a},
                       {"n_b", overlap.n_b},
                       {"n_both", overlap.n_both},
                       {"share", json_or_null(overlap.share)},
                       {"share_low", json_or_null(overlap.share_low)},
                       {"share_high", json_or_null(overlap.share_high)},
                       {"correlation", json_or_null(overlap.correlation)},
                       {"correlation_low", json_or_null(overlap.correlation_low)},
                       {"correlation_high", json_or_null(overlap.correlation_high)}});
}

Answer answer_overlap(Catalogue& catalogue, const Arguments& arguments, Format) {
  const ModelRow model = catalogue.model(arguments.text("model"));
  auto overlaps = family_overlaps(catalogue, model.record.name);
  std::stable_sort(overlaps.begin(), overlaps.end(),
                   [](const FamilyOverlap& a, const FamilyOverlap& b) { return a.share.value_or(-1) > b.share.value_or(-1); });
  return {.data = Json::object({{"model", model_json(model)}, {"overlaps", list_json(overlaps, overlap_json)}})};
}

std::string pair_words(const Json& overlap) {
  return overlap.at("family_a").as_string() + " and " + overlap.at("family_b").as_string() + ": " + count_words(overlap.at("n_both").as_integer()) +
         " heads are both; correlation " + number_words(overlap.at("correlation"));
}

// Families across and down; a cell says how many heads two of them share, and is the darker the larger the share.
Markup matrix(const Json& overlaps) {
  std::set<std::string> families;
  std::map<std::pair<std::string, std::string>, const Json*> by_pair;
  std::map<std::string, std::int64_t> n_heads;
  for (const Json& overlap : overlaps.as_array()) {
    const std::string a = overlap.at("family_a").as_string(), b = overlap.at("family_b").as_string();
    by_pair[{a, b}] = by_pair[{b, a}] = &overlap;
    n_heads[a] = std::max(n_heads[a], overlap.at("n_a").as_integer());
    n_heads[b] = std::max(n_heads[b], overlap.at("n_b").as_integer());
    families.insert({a, b});
  }
  Markup head = tag("th", {{"scope", "col"}}, "Family");
  for (const std::string& family : families) head += tag("th", {{"scope", "col"}, {"class", "number name"}}, breakable(family));
  Markup rows;
  for (const std::string& down : families) {
    Markup cells = tag("th", {{"scope", "row"}}, family_link(down));
    for (const std::string& across : families) {
      if (down == across) {
        cells += tag("td", {{"class", "number"}}, tag("b", {}, count_words(n_heads[down])));
        continue;
      }
      const Json& overlap = *by_pair.at({down, across});
      const double share = overlap.at("share").is_null() ? 0 : overlap.at("share").as_number();
      cells += tag("td", {{"class", "number shade-" + std::to_string(static_cast<int>(std::ceil(share * 4)))}, {"title", pair_words(overlap)}},
                   count_words(overlap.at("n_both").as_integer()));
    }
    rows += tag("tr", {}, cells);
  }
  return tag("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Matrix of families"}},
             tag("table", {{"class", "overlap"}},
                 {tag("caption", {}, "Heads that look like both families; on the diagonal, like the one"), tag("thead", {}, tag("tr", {}, head)),
                  tag("tbody", {}, rows)}));
}

Markup pair_table(const Json& overlaps) {
  const std::vector<Column> columns{{"Families"},
                                    {"Both", "number", "heads that look like both"},
                                    {"First", "number", "heads that look like the first"},
                                    {"Second", "number", "heads that look like the second"},
                                    {"Share", "number", "of the heads that look like either, with Wilson's 95 % interval"},
                                    {"Correlation", "number", "Spearman's, of the statistics over all heads, with its 95 % interval"}};
  Markup rows;
  for (const Json& o : overlaps.as_array())
    rows += row_of({family_link(o.at("family_a").as_string()) + Markup{" and "} + family_link(o.at("family_b").as_string()),
                    escaped(count_words(o.at("n_both").as_integer())), escaped(count_words(o.at("n_a").as_integer())),
                    escaped(count_words(o.at("n_b").as_integer())), number_markup(o.at("share")) + interval_markup(o.at("share_low"), o.at("share_high")),
                    number_markup(o.at("correlation")) + interval_markup(o.at("correlation_low"), o.at("correlation_high"))},
                   columns);
  return table_of("Pairs of families, the closest first", columns, rows);
}

Page page_overlap(const View& view) {
  const std::string model = view.data.at("model").at("name").as_string();
  const Json& overlaps = view.data.at("overlaps");
  Markup body = note(
      "One head may look like several families: an induction head also retrieves, a sink is also streaming. Heads count that pass a "
      "family's threshold; correlations are over all heads.",
      "lead");
  if (overlaps.size() == 0)
    body += note("No two families have been looked for in this model on tasks that it solves.");
  else
    body += section("matrix", "How many heads two families share", matrix(overlaps)) + section("pairs", "Pair by pair", pair_table(overlaps));
  return {.title = "Overlap of families in " + model,
          .section = "models",
          .crumbs = {{"Models", "/models"}, {model, model_url(model)}},
          .body = std::move(body)};
}

}  // namespace

const Route kOverlapRoute{.pattern = "/models/{model}/overlap",
                          .summary = "Which families agree on a model's heads.",
                          .parameters = kParameters,
                          .answer_shape = "OverlapAnswer",
                          .table = "overlaps",
                          .answer = answer_overlap,
                          .page = page_overlap};

}  // namespace headlight
