// /compare?a=..&b=..: the same heads and detectors in two models.
#include <set>

#include "core/base/error.hpp"
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr std::int64_t kHeadsOfPage = 50, kMostCompared = 10'000;

constexpr std::int64_t kOpenPairs = 12;
constexpr Parameter kCompareParameters[] = {
    {"a", "string", "name or fingerprint of the first model"},
    {"b", "string", "name or fingerprint of the second model"},
    {"family", "string", "id"},
    {"method", "string", "id"},
    {"task", "string", "id"},
    {"sort", "string", "difference: the largest first; name: by family, method, task, layer, head"},
    {"limit", "integer", "rows, 10000 at most; 50 when left out, in the .csv twin all"},
    {"offset", "integer", "rows to leave out first"},
};

Json side_json(const std::optional<ComparisonSide>& side) {
  if (!side) return {};
  return Json::object({{"score", json_or_null(side->score)},
                       {"ci_low", json_or_null(side->ci_low)},
                       {"ci_high", json_or_null(side->ci_high)},
                       {"verdict", to_string(side->verdict)},
                       {"run", side->run}});
}

Json model_comparison_json(const ComparisonRow& row) {
  return Json::object({{"head", to_string(row.head)},
                       {"family", row.family},
                       {"method", row.method},
                       {"task", row.task},
                       {"a", side_json(row.a)},
                       {"b", side_json(row.b)},
                       {"difference", json_or_null(row.difference)}});
}

bool largest_first(const Arguments& arguments) {
  const std::string& sort = arguments.text("sort");
  if (!sort.empty() && sort != "difference" && sort != "name")
    throw Error(ErrorCode::bad_input, "comparisons cannot be sorted by '" + sort + "'. Use difference or name");
  return sort != "name";
}

// Those that are done in both, as the first model has them.
Json common_detectors(Catalogue& catalogue, const std::string& a, const std::string& b) {
  std::set<DetectorName> of_b;
  for (const DetectorRow& row : catalogue.detectors({.model = b}))
    if (row.status == RunStatus::done) of_b.insert(row.name);
  Json list = Json::array();
  for (const DetectorRow& row : catalogue.detectors({.model = a}))
    if (row.status == RunStatus::done && of_b.contains({b, row.name.family, row.name.method, row.name.task}))
      list.push(detector_json(row));
  return list;
}

Answer answer_compare(Catalogue& catalogue, const Arguments& arguments, Format format) {
  const bool by_size = largest_first(arguments);
  Json models = list_json(catalogue.models(), [](const ModelRow& row) { return Json(row.record.name); });
  const auto named = [&](const char* field) {
    return arguments.has(field) ? std::optional(catalogue.model(arguments.text(field))) : std::nullopt;
  };
  const auto a = named("a"), b = named("b");
  Json rows = Json::array(), detectors = Json::array();
  ComparisonQuery query{.largest_first = by_size,
                        .limit = arguments.integer("limit", kHeadsOfPage, 1, kMostCompared),
                        .offset = arguments.integer("offset", 0, 0, INT64_MAX / 2)};
  if (format == Format::csv && !arguments.has("limit")) query.limit = std::nullopt;
  Paging paging{.limit = query.limit.value_or(0), .offset = query.offset, .total = 0};
  if (a && b) {
    query.model_a = a->record.name;
    query.model_b = b->record.name;
    query.family = arguments.text("family");
    query.method = arguments.text("method");
    query.task = arguments.text("task");
    const ComparisonPage page = catalogue.compare(query);
    rows = list_json(page.rows, model_comparison_json);
    detectors = common_detectors(catalogue, query.model_a, query.model_b);
    paging.total = page.total;
  }
  return {.data = Json::object({{"models", std::move(models)},
                                {"a", a ? model_json(*a) : Json()},
                                {"b", b ? model_json(*b) : Json()},
                                {"detectors", std::move(detectors)},
                                {"rows", std::move(rows)}}),
          .page = paging};
}

Markup choose_form(const View& view) {
  const auto options = [&](const char* field) {
    std::vector<std::pair<std::string, std::string>> list{{"", "choose a model"}};
    for (const Json& model : view.data.at("models").as_array()) list.emplace_back(model.as_string(), model.as_string());
    const Json& chosen = view.data.at(field);
    return chooser(field, field[0] == 'a' ? "First model" : "Second model", list,
                   chosen.is_null() ? "" : chosen.at("name").as_string());
  };
  Markup narrowing;
  for (const auto& [name, label] : {std::pair("family", "Family"), std::pair("method", "Method"), std::pair("task", "Task")}) {
    std::set<std::string> words;
    for (const Json& detector : view.data.at("detectors").as_array()) words.insert(detector.at(name).as_string());
    if (view.arguments.has(name)) words.insert(view.arguments.text(name));
    std::vector<std::pair<std::string, std::string>> choices{{"", "all"}};
    for (const std::string& word : words) choices.emplace_back(word, word);
    if (words.size() > 1) narrowing += chooser(name, label, choices, view.arguments.text(name));
  }
  const auto sorts = chooser("sort", "Order", {{"", "largest difference first"}, {"name", "by family, method, task, head"}},
                             view.arguments.text("sort"));
  return tag("form", {{"class", "controls"}, {"action", view.path}, {"data-swap", "#view"}},
             {options("a"), options("b"), narrowing, sorts, tag("button", {{"type", "submit"}}, "Compare")});
}

// Many of them are folded away: a choice of family, method or task shows the few.
Markup grid_pairs(const View& view, const std::string& a, const std::string& b) {
  Markup pairs;
  std::int64_t n_pairs = 0;
  for (const Json& detector : view.data.at("detectors").as_array()) {
    const std::string family = detector.at("family").as_string(), method = detector.at("method").as_string(),
                      task = detector.at("task").as_string();
    const auto passes = [&](const char* name, const std::string& word) {
      return !view.arguments.has(name) || view.arguments.text(name) == word;
    };
    if (!passes("family", family) || !passes("method", method) || !passes("task", task)) continue;
    ++n_pairs;
    Markup figures;
    for (const std::string& model : {a, b}) {
      const std::string url = detector_url(model, family, method, task);
      figures += tag(
          "figure", {{"class", "detector"}},
          {tag("figcaption", {}, link_to(url, model)),
           tag("div", {{"class", "head-grid"}, {"data-grid", url + ".json"}, {"data-scale", family + " " + method + " " + task}},
               picture_to_come(46 + 24 * static_cast<int>(view.data.at(model == a ? "a" : "b").at("n_layers").as_integer()),
                               "The grid needs JavaScript; the link above has the numbers."))});
    }
    const std::string only =
        url_with(view.path, view.arguments.query_with({{"family", family}, {"method", method}, {"task", task}, {"offset", ""}}));
    pairs += tag(
        "section", {{"class", "detectors"}},
        {tag("h3", {}, {link_to(only, family + " by " + method), tag("span", {{"class", "quiet"}}, {" on ", task_link(task)})}),
         tag("div", {{"class", "row"}}, figures)});
  }
  if (n_pairs <= kOpenPairs) return pairs;
  return tag("details", {}, {tag("summary", {}, "All " + counted(n_pairs, "pair") + " of grids; a family, method or task chosen above leaves a few"), pairs});
}

Markup difference_table(const View& view, const std::string& a, const std::string& b) {
  const std::vector<Column> columns{{"Head"},
                                    {"Family"},
                                    {"Method"},
                                    {"Task"},
                                    {breakable(a), "number name"},
                                    {breakable(b), "number name"},
                                    {"Difference", "number", "second - first"},
                                    {"Verdicts"}};
  const auto side = [](const Json& value) {
    if (value.is_null()) return tag("span", {{"class", "unmeasured"}, {"title", "not measured"}}, kNothing);
    return tag("b", {}, number_markup(value.at("score"))) + interval_markup(value.at("ci_low"), value.at("ci_high"));
  };
  const auto verdict = [](const Json& value) {
    return value.is_null() ? Markup{} : verdict_chip(value.at("verdict").as_string());
  };
  Markup rows;
  for (const Json& row : view.data.at("rows").as_array()) {
    const std::string head = row.at("head").as_string();
    rows += row_of({tag("span", {{"class", "head-name"}}, head), family_link(row.at("family").as_string()),
                    method_link(row.at("method").as_string()), task_link(row.at("task").as_string()),
                    row.at("a").is_null() ? side(row.at("a")) : tag("a", {{"href", head_url(a, head)}}, side(row.at("a"))),
                    row.at("b").is_null() ? side(row.at("b")) : tag("a", {{"href", head_url(b, head)}}, side(row.at("b"))),
                    escaped(number_words(row.at("difference"))), verdict(row.at("a")) + Markup{" "} + verdict(row.at("b"))},
                   columns);
  }
  return paging_bar(view, "row") + table_of("The same heads in both models", columns, rows);
}

Page page_compare(const View& view) {
  Markup body =
      note("Two models side by side, detector by detector: base and tuned, small and large, or two moments of one training.",
           "lead") +
      choose_form(view);
  std::string title = "Compare";
  if (!view.data.at("a").is_null() && !view.data.at("b").is_null()) {
    const std::string a = view.data.at("a").at("name").as_string(), b = view.data.at("b").at("name").as_string();
    title = a + " and " + b;
    if (view.data.at("detectors").size() == 0) {
      body += tag("p", {{"class", "warning"}},
                  "No detector has been run on both models: scan them with the same families, methods and tasks.");
    } else {
      body += section("grids", "All heads, layer by layer",
                      note("Both grids of a detector have the same colours for the same numbers.") + grid_pairs(view, a, b));
    }
    if (view.data.at("rows").size() > 0)
      body += section("differences", "Head by head",
                      note("Heads of the same place; place says nothing about role unless the models share their beginning. "
                           "Compare differences within one unit: choose a method above.") +
                          difference_table(view, a, b));
  }
  return {.title = title,
          .section = "compare",
          .crumbs = {},
          .body = tag("div", {{"id", "view"}, {"data-swap-links", "a[href^='/compare']"}}, body)};
}

}  // namespace

const Route kCompareRoute{.pattern = "/compare",
                          .summary = "Two models side by side: the same detectors and heads, and how much they differ.",
                          .parameters = kCompareParameters,
                          .answer_shape = "CompareAnswer",
                          .table = "rows",
                          .answer = answer_compare,
                          .page = page_compare};

}  // namespace headlight
