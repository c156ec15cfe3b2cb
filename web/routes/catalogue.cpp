// /catalogue: all heads of all models; filter, sort, search, page.
#include "core/base/error.hpp"
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr std::int64_t kRowsOfPage = 100, kMostRows = 10'000;

constexpr Parameter kCatalogueParameters[] = {
    {"model", "string", "name"},
    {"family", "string", "id"},
    {"method", "string", "id"},
    {"task", "string", "id"},
    {"verdict", "string", "confirmed, correlational, causal, absent or not-measurable"},
    {"min_score", "number", "smallest score, the output's unit"},
    {"search", "string",
     "words that must each be part of the model's, family's, method's or task's name, or be a head: \"gpt induction L5H1\""},
    {"sort", "string", "a column of the table, if need be with a direction: score:desc"},
    {"limit", "integer", "rows, 10000 at most; 100 when left out, in the .csv twin all"},
    {"offset", "integer", "rows to leave out first"},
};

struct Heading {
  std::optional<HeadField> field;  // none: not to be sorted by
  const char *title, *css, *hint;
};
constexpr Heading kHeadings[] = {
    {HeadField::head, "Head", "", "layer and query head, both from 0"},
    {HeadField::score, "Score", "number", "mean over the reported prompts, with its 95 % interval"},
    {HeadField::verdict, "Verdict", "", "what attentional and causal evidence say together"},
    {HeadField::model, "Model", "", ""},
    {HeadField::family, "Family", "", "what is looked for"},
    {HeadField::method, "Method", "", "how"},
    {HeadField::task, "Task", "", "on what"},
    {HeadField::null_mean, "Null", "number", "mean under the null"},
    {HeadField::q, "q", "number", "false-discovery rate over all heads of the run"},
    {HeadField::n, "n", "number", "prompts reported"},
    {std::nullopt, "Threshold", "number", "from here on a head counts"},
};

HeadQuery query_of(const Arguments& arguments, Format format) {
  HeadQuery query{.model = arguments.text("model"),
                  .family = arguments.text("family"),
                  .method = arguments.text("method"),
                  .task = arguments.text("task"),
                  .min_score = arguments.number("min_score"),
                  .search = arguments.text("search")};
  if (const std::string& word = arguments.text("verdict"); !word.empty()) {
    query.verdict = parse_verdict(word);
    if (!query.verdict)
      throw Error(ErrorCode::bad_input,
                  "'" + word + "' is no verdict: use confirmed, correlational, causal, absent or not-measurable");
  }
  if (arguments.has("sort")) query.order = parse_head_order(arguments.text("sort"));
  query.limit = arguments.integer("limit", kRowsOfPage, 1, kMostRows);
  if (format == Format::csv && !arguments.has("limit")) query.limit = std::nullopt;
  query.offset = arguments.integer("offset", 0, 0, INT64_MAX / 2);
  return query;
}

Json facets_json(const Facets& facets) {
  const auto list = [](const std::vector<FacetValue>& values) {
    return list_json(values, [](const FacetValue& value) { return Json::object({{"value", value.value}, {"n", value.n}}); });
  };
  return Json::object({{"models", list(facets.models)},
                       {"families", list(facets.families)},
                       {"methods", list(facets.methods)},
                       {"tasks", list(facets.tasks)},
                       {"verdicts", list(facets.verdicts)}});
}

Answer answer_catalogue(Catalogue& catalogue, const Arguments& arguments, Format format) {
  const HeadQuery query = query_of(arguments, format);
  const HeadPage page = catalogue.heads(query);
  return {.data = Json::object({{"rows", list_json(page.rows, head_row_json)},
                                {"facets", format == Format::csv ? Json() : facets_json(catalogue.facets(query))}}),
          .page = Paging{.limit = query.limit.value_or(page.total), .offset = query.offset, .total = page.total}};
}

// The links of one facet; the chosen value takes itself away again.
Markup facet_group(const View& view, const std::string& field, const std::string& title, const Json& values) {
  const std::string& chosen = view.arguments.text(field);
  Markup items;
  for (const Json& value : values.as_array()) {
    const std::string word = value.at("value").as_string();
    const bool is_chosen = field == "verdict" ? parse_verdict(chosen) == parse_verdict(word) && !chosen.empty() : word == chosen;
    if (value.at("n").as_integer() == 0 && !is_chosen) continue;
    const std::string url = url_with(view.path, view.arguments.query_with({{field, is_chosen ? "" : word}, {"offset", ""}}));
    items += tag("li", {},
                 tag("a", {{"href", url}, {"aria-current", "true", is_chosen}, {"title", "show all again", is_chosen}},
                     {tag("span", {}, word), tag("span", {{"class", "quiet"}}, count_words(value.at("n").as_integer()))}));
  }
  if (items.html.empty()) return {};
  return tag("div", {{"class", "facet"}}, {tag("h2", {}, title), tag("ul", {}, items)});
}

Markup facets(const View& view) {
  const Json& facets = view.data.at("facets");
  return tag("details", {{"class", "facets"}, {"open", "open"}},
             {tag("summary", {}, "Narrow down"), facet_group(view, "verdict", "Verdict", facets.at("verdicts")) +
                                                     facet_group(view, "family", "Family", facets.at("families")) +
                                                     facet_group(view, "model", "Model", facets.at("models")) +
                                                     facet_group(view, "method", "Method", facets.at("methods")) +
                                                     facet_group(view, "task", "Task", facets.at("tasks"))});
}

// Text and number conditions; those that the facets set go along unseen.
Markup filter_form(const View& view) {
  Markup hidden;
  for (const char* name : {"model", "family", "method", "task", "verdict", "sort", "limit"})
    if (view.arguments.has(name))
      hidden += tag("input", {{"type", "hidden"}, {"name", name}, {"value", view.arguments.text(name)}});
  return tag("form", {{"class", "controls"}, {"action", view.path}, {"data-swap", "#view"}},
             {hidden,
              tag("label", {{"class", "field wide"}},
                  {tag("span", {}, "Search"), tag("input", {{"type", "search"},
                                                            {"name", "search"},
                                                            {"id", "search"},
                                                            {"value", view.arguments.text("search")},
                                                            {"placeholder", "gpt induction L5H1"}})}),
              tag("label", {{"class", "field"}},
                  {tag("span", {}, "Score from"), tag("input", {{"type", "number"},
                                                                {"step", "any"},
                                                                {"name", "min_score"},
                                                                {"id", "min_score"},
                                                                {"value", view.arguments.text("min_score")}})}),
              tag("button", {{"type", "submit"}}, "Apply"), tag("a", {{"class", "button"}, {"href", view.path}}, "Clear")});
}

Markup sortable_head(const View& view) {
  const HeadOrder order = view.arguments.has("sort") ? parse_head_order(view.arguments.text("sort")) : HeadOrder{};
  Markup row;
  for (const Heading& heading : kHeadings) {
    const Attribute hint{"title", heading.hint, *heading.hint != '\0'};
    if (!heading.field) {
      row += tag("th", {{"scope", "col"}, {"class", heading.css}, hint}, heading.title);
      continue;
    }
    const std::string word(to_string(*heading.field));
    const bool active = order.field == heading.field;
    const bool natural = parse_head_order(word).descending;
    const bool next = active ? !order.descending : natural;
    const std::string sort = next == natural ? word : word + (next ? ":desc" : ":asc");
    const std::string url = url_with(view.path, view.arguments.query_with({{"sort", sort}, {"offset", ""}}));
    const Markup mark = tag("span", {{"class", "arrow"}, {"aria-hidden", "true"}}, !active ? "" : order.descending ? " ↓" : " ↑");
    row += tag(
        "th",
        {{"scope", "col"}, {"class", heading.css}, hint, {"aria-sort", order.descending ? "descending" : "ascending", active}},
        tag("a", {{"href", url}}, {heading.title, mark}));
  }
  return tag("thead", {}, tag("tr", {}, row));
}

Markup head_rows(const Json& rows) {
  Markup body;
  for (const Json& row : rows.as_array()) {
    const std::string model = row.at("model").as_string(), family = row.at("family").as_string(),
                      method = row.at("method").as_string();
    const std::string task = row.at("task").as_string();
    const auto number = [](const Content& content) { return tag("td", {{"class", "number"}}, content); };
    body += tag("tr", {},
                {tag("th", {{"scope", "row"}}, head_link(model, row.at("head").as_string())),
                 number(tag("b", {}, number_markup(row.at("score"))) + interval_markup(row.at("ci_low"), row.at("ci_high"))),
                 tag("td", {}, verdict_chip(row.at("verdict").as_string())), tag("td", {{"class", "names"}}, model_link(model)),
                 tag("td", {{"class", "names"}}, family_link(family)),
                 tag("td", {{"class", "names"}}, link_to(detector_url(model, family, method, task), method)),
                 tag("td", {{"class", "names"}}, task_link(task)), number(number_words(row.at("null_mean"))),
                 number(probability_words(row.at("q"))),
                 number(row.at("n").is_null() ? std::string(kNothing) : count_words(row.at("n").as_integer())),
                 number(number_words(row.at("threshold")))});
  }
  return tag("tbody", {}, body);
}

Page page_catalogue(const View& view) {
  const Json& rows = view.data.at("rows");
  Markup list = paging_bar(view, "row");
  if (rows.size() == 0 && url_with(view.path, view.arguments.query()) == view.path) {
    list += note({"No head has been looked at yet: ", tag("code", {}, "headlight scan MODEL"), "."});
  } else if (rows.size() == 0) {
    list += tag("p", {{"class", "warning"}}, {"Nothing passes these conditions. ", link_to(view.path, "Show all heads")});
  } else {
    list += tag("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Heads"}},
                tag("table", {{"class", "heads"}},
                    {tag("caption", {{"class", "unseen"}}, "Heads of all models"), sortable_head(view), head_rows(rows)}));
    if (rows.size() > 20) list += paging_bar(view, "row");
  }
  Markup body = note("Every head that was looked at, one row for each detector: model, family, method and task.", "lead") +
                filter_form(view);
  body += tag("div", {{"class", "with-side"}}, {facets(view), tag("div", {}, list)});
  return {.title = "Catalogue",
          .section = "catalogue",
          .crumbs = {},
          .body = tag("div", {{"id", "view"}, {"data-swap-links", "a[href^='/catalogue']"}}, body)};
}

}  // namespace

const Route kCatalogueRoute{.pattern = "/catalogue",
                            .summary = "All heads of all models, one row for each detector: filter, sort, search, page.",
                            .parameters = kCatalogueParameters,
                            .answer_shape = "CatalogueAnswer",
                            .table = "rows",
                            .answer = answer_catalogue,
                            .page = page_catalogue};

}  // namespace headlight
