#include "web/routes/reference_table.hpp"

#include "web/routes/plugin_words.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr size_t kMostExtra = 24;  // heads shown; all of them are in the twin

Json compared_head_json(const ComparedHead& head) {
  return Json::object({{"head", to_string(head.head)},
                       {"found", head.found},
                       {"rank", json_or_null(head.rank)},
                       {"score", json_or_null(head.score)},
                       {"published_score", json_or_null(head.published_score)}});
}

Json low(const std::optional<WilsonInterval>& interval) { return interval ? Json(interval->low) : Json(); }
Json high(const std::optional<WilsonInterval>& interval) { return interval ? Json(interval->high) : Json(); }

bool is_compared(const Json& comparison) { return comparison.at("status").as_string() == "compared"; }

// What the score is of, for the tip: "published: 0.963 (matching score); ours: 0.91, rank 1 of 144".
std::string head_words(const Json& head, const Json& comparison) {
  std::string words;
  if (head.at("published_score").is_number())
    words = "published: " + number_words(head.at("published_score")) + " (" + comparison.at("score_name").as_string() + ")";
  if (!is_compared(comparison)) return words;
  words += words.empty() ? "" : "; ";
  if (!head.at("score").is_number()) return words + "not measured";
  return words + "ours: " + number_words(head.at("score")) + ", rank " + count_words(head.at("rank").as_integer()) + " of " +
         count_words(comparison.at("n_heads").as_integer());
}

Markup head_chip(const Json& head, const Json& comparison) {
  const std::string name = head.at("head").as_string(), words = head_words(head, comparison);
  Markup text = escaped(name);
  if (is_compared(comparison)) {
    const std::string rank = head.at("rank").is_null() ? "not measured" : "rank " + count_words(head.at("rank").as_integer());
    text = tag("span", {{"aria-hidden", "true"}}, head.at("found").as_bool() ? "✓ " : "✕ ") + text +
           tag("span", {{"class", "quiet"}}, (head.at("found").as_bool() ? " found, " : " missed, ") + rank);
  }
  return tag("a", {{"class", "head-chip"}, {"href", head_url(comparison.at("model").as_string(), name)}, {"title", words, !words.empty()}}, text);
}

Markup extra_heads(const Json& comparison) {
  const Json& heads = comparison.at("extra");
  Markup list = tag("span", {{"class", "quiet"}}, "found besides:");
  for (size_t i = 0; i < std::min(heads.size(), kMostExtra); ++i)
    list += tag("a", {{"class", "head-chip"}, {"href", head_url(comparison.at("model").as_string(), heads[i].at("head").as_string())}},
                {heads[i].at("head").as_string(), tag("span", {{"class", "quiet"}}, " rank " + count_words(heads[i].at("rank").as_integer()))});
  if (heads.size() > kMostExtra)
    list += tag("span", {{"class", "quiet"}}, "and " + count_words(static_cast<std::int64_t>(heads.size() - kMostExtra)) + " more");
  return list;
}

Markup status_words(const Json& comparison) {
  const std::string status = comparison.at("status").as_string();
  if (status == "not measurable")
    return verdict_chip(status) + tag("span", {{"class", "quiet below"}}, comparison.at("why_not").as_string());
  return tag("span", {{"class", "quiet"}}, status);
}

}  // namespace

Json comparison_json(const ReferenceComparison& row) {
  const bool done = row.status == ReferenceStatus::compared;
  return Json::object({{"model", row.model},
                       {"list", row.list},
                       {"title", row.title},
                       {"paper", row.paper},
                       {"url", row.url},
                       {"family", row.family},
                       {"sureness", row.sureness},
                       {"complete", row.complete},
                       {"score_name", text_or_null(row.score_name)},
                       {"note", text_or_null(row.note)},
                       {"status", to_string(row.status)},
                       {"why_not", text_or_null(row.why_not)},
                       {"n_heads", done ? Json(row.n_heads) : Json()},
                       {"n_published", row.n_published},
                       {"n_found", done ? Json(row.n_found) : Json()},
                       {"n_both", done ? Json(row.n_both) : Json()},
                       {"precision", json_or_null(row.precision)},
                       {"precision_low", low(row.precision_interval)},
                       {"precision_high", high(row.precision_interval)},
                       {"recall", json_or_null(row.recall)},
                       {"recall_low", low(row.recall_interval)},
                       {"recall_high", high(row.recall_interval)},
                       {"average_precision", json_or_null(row.average_precision)},
                       {"chance", json_or_null(row.chance)},
                       {"published", list_json(row.published, compared_head_json)},
                       {"extra", list_json(row.extra, compared_head_json)}});
}

Json publication_json(const Publication& row) {
  return Json::object({{"list", row.list},
                       {"title", row.title},
                       {"paper", row.paper},
                       {"url", row.url},
                       {"family", row.family},
                       {"sureness", row.sureness},
                       {"score_name", text_or_null(row.score_name)},
                       {"published_score", json_or_null(row.published_score)}});
}

Markup paper_link(const Json& row) {
  const std::string url = row.at("url").as_string(), paper = row.at("paper").as_string();
  if (!url.starts_with("https://") && !url.starts_with("http://")) return escaped(paper);
  return tag("a", {{"href", url}, {"rel", "noreferrer noopener"}}, paper);
}

Markup compared_family(const Json& comparison) {
  const std::string family = comparison.at("family").as_string(), status = comparison.at("status").as_string();
  return status == "compared" || status == "not measurable" ? family_link(family) : escaped(family);
}

Markup comparison_table(const Json& comparisons, bool of_one_family) {
  const std::vector<Column> columns{{of_one_family ? "Model" : "Family"},
                                    {"List"},
                                    {"Published", "number", "heads that the paper names"},
                                    {"Found", "number", "heads that our detectors find: confirmed or correlational"},
                                    {"Both", "number", "heads that both name"},
                                    {"Precision", "number", "of the heads found, the published ones; only where the authors looked at all heads"},
                                    {"Recall", "number", "of the published heads, those found"},
                                    {"Average precision", "number", "of the published heads in the order of our scores, without any threshold"},
                                    {"Chance", "number", "average precision of scores that say nothing"}};
  Markup rows;
  for (const Json& row : comparisons.as_array()) {
    const std::string model = row.at("model").as_string();
    Markup first = of_one_family ? model_link(model) : compared_family(row);
    if (!is_compared(row)) first += tag("span", {{"class", "below"}}, status_words(row));
    const auto count = [&](const std::string& name) {
      return row.at(name).is_null() ? number_markup(Json()) : escaped(count_words(row.at(name).as_integer()));
    };
    const auto share = [&](const std::string& name) {
      return number_markup(row.at(name)) + interval_markup(row.at(name + "_low"), row.at(name + "_high"));
    };
    const Markup precision = row.at("precision").is_null() && is_compared(row)
                                 ? tag("span", {{"class", "quiet"}}, row.at("complete").as_bool() ? "none found" : "list not complete")
                                 : share("precision");
    rows += row_of({first, link_to(references_url(model) + "#list-" + row.at("list").as_string(), row.at("title").as_string()),
                    count("n_published"), count("n_found"), count("n_both"), precision, share("recall"),
                    number_markup(row.at("average_precision")), number_markup(row.at("chance"))},
                   columns);
  }
  return table_of("How many of the published heads the detectors find", columns, rows);
}

Markup comparison_heads(const Json& comparison) {
  Markup chips;
  for (const Json& head : comparison.at("published").as_array()) chips += head_chip(head, comparison);
  Markup list = tag("dd", {}, chips);
  if (comparison.at("extra").size() > 0) list += tag("dd", {}, extra_heads(comparison));
  return list;
}

}  // namespace headlight
