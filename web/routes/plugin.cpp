// /families/ID and /methods/ID: one plugin, and what it found in which model.
#include <algorithm>
#include <iterator>

#include "core/base/error.hpp"
#include "core/base/nearest.hpp"
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/family_depth.hpp"
#include "web/routes/plugin_words.hpp"
#include "web/routes/reference_table.hpp"
#include "web/rows_json.hpp"
#include "web/tally.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr std::int64_t kMostHeads = 200;

constexpr Parameter kFamilyParameters[] = {{"family", "string", "id", true}};
constexpr Parameter kMethodParameters[] = {{"method", "string", "id", true}};

Json versions_of(Catalogue& catalogue, const std::string& kind, const std::string& id) {
  Json versions = Json::array();
  std::vector<std::string> known;
  for (const PluginRow& row : catalogue.plugins()) {
    if (row.record.kind != kind) continue;
    if (row.record.id == id) versions.push(plugin_json(row));
    if (known.empty() || known.back() != row.record.id) known.push_back(row.record.id);
  }
  if (versions.size() == 0)
    throw Error(ErrorCode::not_found,
                "no scan has used a " + kind + " '" + id + "'" + instead_of(id, known));
  return versions;
}

Answer answer_family(Catalogue& catalogue, const Arguments& arguments, Format) {
  const std::string& id = arguments.required("family");
  Json versions = versions_of(catalogue, "family", id);
  std::vector<HeadRow> heads;
  for (const Verdict verdict : {Verdict::confirmed, Verdict::correlational})
    std::ranges::move(found_heads(catalogue, "", id, verdict, kMostHeads - static_cast<std::int64_t>(heads.size())), std::back_inserter(heads));
  Json newest = versions[0];
  return {.data = Json::object({{"plugin", std::move(newest)},
                                {"versions", std::move(versions)},
                                {"detectors", list_json(catalogue.detectors({.family = id}), detector_json)},
                                {"tallies", list_json(tally_heads(catalogue, "", id), tally_json)},
                                {"heads", list_json(heads, head_row_json)},
                                {"depths", family_depths(catalogue, heads)},
                                {"closest", closest_heads(catalogue, id)},
                                {"unsolved", unsolved_tasks(catalogue, id)},
                                {"references", list_json(compare_references(catalogue, {.family = id}), comparison_json)}})};
}

Answer answer_method(Catalogue& catalogue, const Arguments& arguments, Format) {
  const std::string& id = arguments.required("method");
  Json versions = versions_of(catalogue, "method", id);
  Json newest = versions[0];
  return {.data = Json::object({{"plugin", std::move(newest)},
                                {"versions", std::move(versions)},
                                {"detectors", list_json(catalogue.detectors({.method = id}), detector_json)},
                                {"tallies", Json::array()},
                                {"heads", Json::array()},
                                {"depths", Json::array()},
                                {"closest", Json::array()},
                                {"unsolved", Json::array()},
                                {"references", Json::array()}})};
}

Markup outputs_of(const Json& plugin) {
  Markup list;
  for (const Json& output : plugin.at("outputs").as_array()) {
    Markup text = tag("code", {}, output.at("name").as_string()) +
                  escaped(" (" + output.at("unit").as_string() + "): " + output.at("doc").as_string());
    if (output.at("threshold").is_number()) {
      text += escaped("; from " + number_words(output.at("threshold")) + " on a head counts");
      if (!output.at("threshold_source").is_null())
        text += tag("span", {{"class", "quiet"}}, " (" + output.at("threshold_source").as_string() + ")");
    }
    list += tag("li", {}, text);
  }
  return list.html.empty() ? escaped(kNothing) : tag("ul", {{"class", "plain"}}, list);
}

// Addresses are only named: nothing is asked of them until the visitor follows one.
Markup references_of(const Json& plugin) {
  Markup list;
  for (const Json& reference : plugin.at("references").as_array()) {
    const std::string url = reference.at("url").as_string();
    const bool is_web = url.starts_with("https://") || url.starts_with("http://");
    list += tag("li", {},
                is_web ? tag("a", {{"href", url}, {"rel", "noreferrer noopener"}}, reference.at("title").as_string())
                       : escaped(reference.at("title").as_string()));
  }
  return list.html.empty() ? escaped(kNothing) : tag("ul", {{"class", "plain"}}, list);
}

// Those that scans have used are links.
Markup tasks_of(const Json& plugin, const Json& detectors) {
  Markup list;
  for (const Json& task : plugin.at("tasks").as_array())
    list += (list.html.empty() ? Markup{} : Markup{", "}) +
            (find_by(detectors, "task", task.as_string()) ? task_link(task.as_string()) : tag("code", {}, task.as_string()));
  return list.html.empty() ? escaped(kNothing) : list;
}

Markup plugin_facts(const Json& plugin, const Json& detectors) {
  std::vector<std::pair<std::string, Markup>> pairs;
  if (!plugin.at("formula").is_null()) {
    Markup formula = tag("code", {{"class", "formula"}}, plugin.at("formula").as_string());
    if (!plugin.at("formula_source").is_null())
      formula += tag("span", {{"class", "quiet below"}},
                     "How sure: " + formula_source_words(plugin.at("formula_source").as_string()) + ".");
    pairs.emplace_back("Formula", formula);
  }
  pairs.emplace_back("Numbers", outputs_of(plugin));
  if (!plugin.at("null").is_null()) pairs.emplace_back("Compared with", escaped(null_words(plugin.at("null").as_string())));
  if (plugin.at("kind").as_string() == "family") {
    pairs.emplace_back("Stage", escaped(stage_title(plugin.at("stage").is_null() ? "" : plugin.at("stage").as_string())));
    pairs.emplace_back("Tasks", tasks_of(plugin, detectors));
  } else {
    pairs.emplace_back("Gives", escaped(plugin.at("measures_family").as_bool() ? "the family's statistic: attentional evidence"
                                                                               : "effects of editing the head: causal evidence"));
  }
  pairs.emplace_back("References", references_of(plugin));
  pairs.emplace_back("Version",
                     tag("span", {{"title", "build " + plugin.at("build_id").as_string()}}, plugin.at("version").as_string()));
  return tag("div", {{"class", "long"}}, facts(pairs));
}

// The largest statistic; of effects, which may be of either sign, the one furthest from 0.
const Json& strongest_score(const Json& detector) {
  const Json &smallest = detector.at("min_score"), &largest = detector.at("max_score");
  if (detector.at("measures_family").as_bool() || !smallest.is_number()) return largest;
  return -smallest.as_number() > largest.as_number() ? smallest : largest;
}

Markup detector_table(const Json& detectors, bool of_family) {
  const std::vector<Column> columns{{"Model"},
                                    {of_family ? "Method" : "Family"},
                                    {"Task"},
                                    {"Evidence"},
                                    {"Strongest", "number", "largest statistic, or the effect furthest from 0; the output's unit"},
                                    {"Heads"}};
  Markup rows;
  for (const Json& detector : detectors.as_array()) {
    const std::string model = detector.at("model").as_string(), family = detector.at("family").as_string(),
                      method = detector.at("method").as_string(), task = detector.at("task").as_string();
    const bool done = detector.at("status").as_string() == "done";
    const Markup name = escaped(of_family ? method : family);
    rows +=
        row_of({model_link(model), done ? link_to(detector_url(model, family, method, task), name) : name, task_link(task),
                escaped(detector.at("measures_family").as_bool() ? "attentional" : "causal"),
                escaped(number_words(strongest_score(detector))),
                done ? verdict_bar(detector.at("heads")) : tag("span", {{"class", "quiet"}}, detector.at("status").as_string())},
               columns);
  }
  return table_of("Detectors", columns, rows);
}

Markup heads_of_family(const Json& rows) {
  const std::vector<Column> columns{
      {"Head"},           {"Model"},       {"Task"},   {"Statistic", "number"}, {"95 % interval", "number"},
      {"Null", "number"}, {"q", "number"}, {"Verdict"}};
  Markup body;
  for (const Json& row : rows.as_array()) {
    const std::string model = row.at("model").as_string();
    body += row_of({head_link(model, row.at("head").as_string()), model_link(model), task_link(row.at("task").as_string()),
                    tag("b", {}, number_markup(row.at("score"))), escaped(interval_words(row.at("ci_low"), row.at("ci_high"))),
                    escaped(number_words(row.at("null_mean"))), escaped(probability_words(row.at("q"))),
                    verdict_chip(row.at("verdict").as_string())},
                   columns);
  }
  return rows.size() == 0 ? note("None was found yet.") : table_of("Heads of this family", columns, body);
}

// What papers say of this family's heads, model by model.
Markup literature(const Json& comparisons) {
  if (comparisons.size() == 0)
    return note({"No list of published heads names this family for a model of the catalogue: ", tag("code", {}, "headlight references import"), "."});
  Markup heads;
  for (const Json& row : comparisons.as_array())
    heads += tag("div", {}, {tag("dt", {}, {model_link(row.at("model").as_string()), tag("span", {{"class", "quiet below"}}, paper_link(row))}), comparison_heads(row)});
  return comparison_table(comparisons, true) + tag("dl", {{"class", "found published"}}, heads);
}

Page page_plugin(const View& view, bool is_family) {
  const Json& plugin = view.data.at("plugin");
  const std::string id = plugin.at("id").as_string();
  Markup body = note(plugin.at("summary").as_string(), "lead") + plugin_facts(plugin, view.data.at("detectors"));
  if (is_family) {
    body += section("heads", "Its heads in all models",
                    heads_of_family(view.data.at("heads")) +
                        note(link_to(url_with("/catalogue", {{"family", id}}), "All heads that were looked at")));
    if (view.data.at("depths").size() > 0) body += section("depth", "Where they sit", depth_table(view.data.at("depths")));
    if (view.data.at("closest").size() > 0)
      body += section("closest", "Looked at without a find",
                      note("These models do the task, and none of their heads reaches the threshold on both halves of the prompts beyond its null. "
                           "The head that comes closest:") +
                          closest_table(view.data.at("closest")));
    if (view.data.at("unsolved").size() > 0)
      body += section("unsolved", "Not measurable",
                      note("These models do not solve the task any better than guessing, or too few prompts pass its filters. What their heads look "
                           "at on it says nothing of this family, so no number is given.") +
                          unsolved_table(view.data.at("unsolved")));
    body += section("literature", "In the literature", literature(view.data.at("references")));
  }
  body += section("detectors", is_family ? "Where it was looked for" : "What it was used on",
                  detector_table(view.data.at("detectors"), is_family));
  return {.title = plugin.at("title").as_string(),
          .section = is_family ? "families" : "methods",
          .crumbs = {is_family ? Crumb{"Families", "/families"} : Crumb{"Methods", "/methods"}},
          .body = std::move(body)};
}

Page page_family(const View& view) { return page_plugin(view, true); }
Page page_method(const View& view) { return page_plugin(view, false); }

}  // namespace

const Route kFamilyRoute{
    .pattern = "/families/{family}",
    .summary = "A family: what it is, its formula and how sure that is, references, and its heads in all models.",
    .parameters = kFamilyParameters,
    .answer_shape = "PluginAnswer",
    .table = "heads",
    .answer = answer_family,
    .page = page_family};
const Route kMethodRoute{.pattern = "/methods/{method}",
                         .summary = "A method: what it does, its formula, references, and what it was used on.",
                         .parameters = kMethodParameters,
                         .answer_shape = "PluginAnswer",
                         .table = "detectors",
                         .answer = answer_method,
                         .page = page_method};

}  // namespace headlight
