// /models/{model}/overlap: which families agree on the model's heads, as a matrix and pair by pair.
#include "storage/overlap.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr Parameter kOverlapParameters[] = {{"model", "string", "name or fingerprint of the model; may hold slashes", true}};

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
  return overlap.at("family_a").as_string() + " and " + overlap.at("family_b").as_string() + ": " + counted(overlap.at("n_both").as_integer(), "head") +
         " of both, share " + number_words(overlap.at("share")) + " " + interval_words(overlap.at("share_low"), overlap.at("share_high")) +
         "; correlation " + number_words(overlap.at("correlation")) + " " + interval_words(overlap.at("correlation_low"), overlap.at("correlation_high"));
}

// The model's families by name, with their heads.
std::map<std::string, std::int64_t> heads_by_family(const Json& overlaps) {
  std::map<std::string, std::int64_t> n_heads;
  for (const Json& overlap : overlaps.as_array())
    for (const auto& [family, n] : {std::pair("family_a", "n_a"), std::pair("family_b", "n_b")}) {
      std::int64_t& most = n_heads[overlap.at(family).as_string()];
      most = std::max(most, overlap.at(n).as_integer());
    }
  return n_heads;
}

Markup matrix_cell(const Json& overlap) {
  const double share = overlap.at("share").is_null() ? 0 : overlap.at("share").as_number();
  const std::int64_t n = overlap.at("n_both").as_integer();
  Markup text = n == 0 ? tag("span", {{"class", "quiet"}}, "0") : tag("b", {}, count_words(n));
  if (n > 0) text += tag("span", {{"class", "below"}}, interval_words(overlap.at("share_low"), overlap.at("share_high")));
  return tag("td", {{"class", "number shade-" + std::to_string(static_cast<int>(std::ceil(share * 4)))}, {"title", pair_words(overlap)}}, text);
}

// Families that the model has heads of across and down; a cell says how many heads two of them share, with the interval of the share,
// and is the darker the larger the share.
Markup matrix(const Json& overlaps) {
  std::map<std::string, std::int64_t> n_heads = heads_by_family(overlaps);
  std::string without;
  std::int64_t n_without = 0;
  for (const auto& [family, n] : n_heads)
    if (n == 0) without += (n_without++ == 0 ? "" : ", ") + family;
  std::erase_if(n_heads, [](const auto& family) { return family.second == 0; });
  const Markup others = n_without == 0 ? Markup{} : note("No head looks like " + without + ".");
  if (n_heads.empty()) return others;
  std::map<std::pair<std::string, std::string>, const Json*> by_pair;
  for (const Json& overlap : overlaps.as_array()) {
    const std::string a = overlap.at("family_a").as_string(), b = overlap.at("family_b").as_string();
    by_pair[{a, b}] = by_pair[{b, a}] = &overlap;
  }
  Markup head = tag("th", {{"scope", "col"}}, "Family"), rows;
  for (const auto& [family, n] : n_heads) head += tag("th", {{"scope", "col"}, {"class", "number name"}}, breakable(family));
  for (const auto& [down, n] : n_heads) {
    Markup cells = tag("th", {{"scope", "row"}}, family_link(down));
    for (const auto& [across, other] : n_heads) {
      const auto pair = by_pair.find({down, across});
      cells += pair != by_pair.end() ? matrix_cell(*pair->second) : tag("td", {{"class", "number own"}}, down == across ? count_words(n) : std::string(kNothing));
    }
    rows += tag("tr", {}, cells);
  }
  return note("How many heads look like both families, and below it the 95 % interval of their share among the heads that look like either; on the diagonal, "
              "how many look like the one.") +
         tag("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Matrix of families"}},
             tag("table", {{"class", "overlap"}},
                 {tag("caption", {{"class", "unseen"}}, "Heads that look like both families; on the diagonal, like the one"),
                  tag("thead", {}, tag("tr", {}, head)), tag("tbody", {}, rows)})) +
         others;
}

constexpr double kClose = 0.5;

// Pairs that share a head, or whose statistics surely rise and fall together.
bool is_close(const Json& overlap) {
  return overlap.at("n_both").as_integer() > 0 || (overlap.at("correlation_low").is_number() && overlap.at("correlation_low").as_number() > kClose);
}

Markup pair_table(const Json& overlaps) {
  const std::vector<Column> columns{{"Families"},
                                    {"Both", "number", "heads that look like both"},
                                    {"First", "number", "heads that look like the first"},
                                    {"Second", "number", "heads that look like the second"},
                                    {"Share", "number", "of the heads that look like either, with Wilson's 95 % interval"},
                                    {"Correlation", "number", "Spearman's, of the statistics over all heads, with its 95 % interval"}};
  Markup rows;
  std::int64_t n_far = 0;
  for (const Json& o : overlaps.as_array()) {
    if (!is_close(o)) {
      ++n_far;
      continue;
    }
    rows += row_of({family_link(o.at("family_a").as_string()) + Markup{" and "} + family_link(o.at("family_b").as_string()),
                    escaped(count_words(o.at("n_both").as_integer())), escaped(count_words(o.at("n_a").as_integer())),
                    escaped(count_words(o.at("n_b").as_integer())), number_markup(o.at("share")) + interval_markup(o.at("share_low"), o.at("share_high")),
                    number_markup(o.at("correlation")) + interval_markup(o.at("correlation_low"), o.at("correlation_high"))},
                   columns);
  }
  const Markup far = n_far == 0 ? Markup{}
                                : note("Left out: " + counted(n_far, "pair") + " that share no head and whose correlation is not surely above " + number_words(kClose) + "; "
                                       "the JSON and CSV twins have them all.");
  return (rows.html.empty() ? Markup{} : table_of("Pairs of families, the closest first", columns, rows)) + far;
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
                          .parameters = kOverlapParameters,
                          .answer_shape = "OverlapAnswer",
                          .table = "overlaps",
                          .answer = answer_overlap,
                          .page = page_overlap};

}  // namespace headlight
