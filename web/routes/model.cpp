// /models/NAME: the model's facts, how well it does the tasks, and a grid of all heads for every detector.
#include <set>
#include <tuple>

#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/rows_json.hpp"
#include "web/tally.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr Parameter kModelParameters[] = {
    {"model", "string", "name or fingerprint of the model; may hold slashes", true},
    {"family", "string", "the page: only grids of this family"},
};

constexpr std::int64_t kMostConfirmed = 2000;
constexpr int kGridFrame = 46, kGridRow = 24;  // pixels: labels and legend, a layer

// The newest run of each task that says how well the model does it.
Json task_results(Catalogue& catalogue, const std::string& model) {
  std::map<std::string, RunRow> newest;
  for (RunRow& row : catalogue.runs({.model = model, .status = RunStatus::done, .limit = std::nullopt}).rows)
    newest.try_emplace(row.key.task, std::move(row));
  Json list = Json::array();
  for (const auto& [task, row] : newest) list.push(task_result_json(row));
  return list;
}

Answer answer_model(Catalogue& catalogue, const Arguments& arguments, Format) {
  const ModelRow model = catalogue.model(arguments.required("model"));
  const std::string& name = model.record.name;
  const auto detectors = catalogue.detectors({.model = name});
  std::set<std::string> families;
  for (const DetectorRow& row : detectors) families.insert(row.name.family);
  auto plugins = newest_plugins(catalogue, "family");
  std::erase_if(plugins, [&](const PluginRow& row) { return !families.contains(row.record.id); });
  return {.data = Json::object(
              {{"model", model_json(model)},
               {"families", list_json(plugins, plugin_json)},
               {"detectors", list_json(detectors, detector_json)},
               {"tasks", task_results(catalogue, name)},
               {"tallies", list_json(tally_heads(catalogue, name, ""), tally_json)},
               {"confirmed", list_json(found_heads(catalogue, name, "", Verdict::confirmed, kMostConfirmed), head_row_json)}})};
}

std::string self_test_words(const Json& test) {
  if (test.is_null()) return "its folder brings no reference";
  return "meets its reference: logits within " + rounding_words(test.at("logits").as_number()) + " on " +
         std::to_string(test.at("n_cases").as_integer()) + " prompts";
}

Markup model_facts(const Json& model) {
  const auto number = [&](std::string_view field) { return escaped(count_words(model.at(field).as_integer())); };
  return facts({{"Architecture", escaped(model.at("architecture").as_string())},
                {"Layers", number("n_layers")},
                {"Heads in a layer", number("n_heads")},
                {"Key-value heads", number("n_kv_heads")},
                {"Width", number("d_model")},
                {"Head width", number("d_head")},
                {"Vocabulary", number("vocab_size")},
                {"Context", model.at("n_ctx").is_null() ? escaped("no end") : number("n_ctx")},
                {"Parameters", escaped(size_words(model.at("n_parameters").as_integer()))},
                {"Number format", escaped(model.at("dtype").as_string())},
                {"Self-test", escaped(self_test_words(model.at("self_test")))},
                {"Fingerprint", tag("code", {{"title", model.at("fingerprint").as_string()}},
                                    model.at("fingerprint").as_string().substr(0, 12))},
                {"Folder", tag("code", {}, model.at("path").as_string())}});
}

Markup confirmed_heads(const Json& rows, const Json& families, const std::string& model) {
  if (rows.size() == 0) return note("None so far: no head has both kinds of evidence for any family.");
  std::map<std::string, std::map<std::string, double>> by_family;  // [family][head] largest statistic
  for (const Json& row : rows.as_array()) {
    double& score = by_family[row.at("family").as_string()].try_emplace(row.at("head").as_string(), -1e300).first->second;
    if (row.at("score").is_number()) score = std::max(score, row.at("score").as_number());
  }
  Markup list;
  for (const auto& [family, heads] : by_family) {
    std::vector<std::pair<double, std::string>> sorted;
    for (const auto& [head, score] : heads) sorted.emplace_back(-score, head);
    std::sort(sorted.begin(), sorted.end());
    Markup links;
    for (const auto& [score, head] : sorted)
      links += tag("a", {{"class", "head-chip"}, {"href", head_url(model, head)}},
                   {head, " ", tag("span", {{"class", "quiet"}}, number_words(-score))});
    list += tag("div", {}, {tag("dt", {}, link_to(family_url(family), title_of(families, family))), tag("dd", {}, links)});
  }
  return tag("dl", {{"class", "found"}}, list);
}

Markup task_table(const Json& tasks, const std::string& model) {
  if (tasks.size() == 0) return note("No run on any task is done yet.");
  const std::vector<Column> columns{{"Task"},
                                    {"Accuracy", "number"},
                                    {"± s. e.", "number", "standard error"},
                                    {"Guessing", "number"},
                                    {"Metric", "number", "mean over the unedited prompts"},
                                    {"Prompts", "number"},
                                    {"", "why"}};
  Markup rows;
  for (const Json& task : tasks.as_array()) {
    const std::string id = task.at("task").as_string();
    Markup metric = number_markup(task.at("clean_metric"));
    if (!task.at("metric_unit").is_null()) metric += tag("span", {{"class", "unit"}}, " " + task.at("metric_unit").as_string());
    rows += row_of(
        {task_link(id), escaped(percent_words(task.at("accuracy"))), escaped(percent_words(task.at("accuracy_error"))),
         escaped(percent_words(task.at("chance"))), metric,
         task.at("n_kept").is_null() ? kept_prompts(task) : link_to(prompts_url(model, id), kept_prompts(task)),
         why_not_measurable(task)},
        columns);
  }
  return table_of("How well the model does the tasks", columns, rows);
}

// The families' own tasks in the order of their manifests, then the others.
size_t task_rank(const Json& families, const std::string& family, const std::string& task) {
  const Json* plugin = find_by(families, "id", family);
  if (plugin == nullptr) return SIZE_MAX;
  for (size_t i = 0; i < plugin->at("tasks").size(); ++i)
    if (plugin->at("tasks")[i].as_string() == task) return i;
  return SIZE_MAX;
}

Markup detector_figure(const Json& detector, const Json& model) {
  const std::string method = detector.at("method").as_string();
  const std::string url =
      detector_url(detector.at("model").as_string(), detector.at("family").as_string(), method, detector.at("task").as_string());
  const bool done = detector.at("status").as_string() == "done";
  const std::string kind = detector.at("measures_family").as_bool() ? "attentional" : "causal";
  Markup picture = done ? tag("div", {{"class", "head-grid"}, {"data-grid", url + ".json"}},
                              picture_to_come(kGridFrame + kGridRow * static_cast<int>(model.at("n_layers").as_integer()),
                                              "The grid needs JavaScript; the link above has the numbers."))
                        : tag("p", {{"class", "quiet"}}, "This run is " + detector.at("status").as_string() + ".");
  return tag("figure", {{"class", "detector"}},
             {tag("figcaption", {}, {link_to(url, method), tag("span", {{"class", "quiet"}}, " " + kind)}), picture});
}

Markup grids(const Json& answer, const std::string& only_family) {
  struct Group {
    std::string family, task;
    Markup statistics, effects;
    Json heads;  // the verdicts are the same for all methods
  };
  std::map<std::tuple<std::string, size_t, std::string>, Group> groups;  // [family, rank of the task, task]
  for (const Json& detector : answer.at("detectors").as_array()) {
    const std::string family = detector.at("family").as_string();
    if (!only_family.empty() && family != only_family) continue;
    const std::string task = detector.at("task").as_string();
    Group& group = groups[{family, task_rank(answer.at("families"), family, task), task}];
    group.family = family;
    group.task = task;
    if (!detector.at("heads").is_null()) group.heads = detector.at("heads");
    (detector.at("measures_family").as_bool() ? group.statistics : group.effects) +=
        detector_figure(detector, answer.at("model"));
  }
  if (groups.empty()) return note("Nothing was looked for yet.");
  Markup found, rest;
  std::int64_t n_rest = 0;
  for (const auto& [rank, group] : groups) {
    const bool is_found = !group.heads.is_null() && group.heads.at("confirmed").as_integer() + group.heads.at("correlational").as_integer() > 0;
    n_rest += !is_found;
    (is_found ? found : rest) += tag("section", {{"class", "detectors"}},
                {tag("h3", {},
                     {link_to(family_url(group.family), title_of(answer.at("families"), group.family)),
                      tag("span", {{"class", "quiet"}}, {" on ", task_link(group.task)}), verdict_bar(group.heads)}),
                 tag("div", {{"class", "row"}}, {group.statistics, group.effects})});
  }
  if (rest.html.empty()) return found;
  return found + tag("details", {{"open", "", found.html.empty() || !only_family.empty()}},
                     {tag("summary", {}, counted(n_rest, "pair") + " of a family and a task without a find"), rest});
}

Markup family_form(const View& view, const std::string& only_family) {
  std::vector<std::pair<std::string, std::string>> options{{"", "all families"}};
  for (const Json& family : view.data.at("families").as_array())
    options.emplace_back(family.at("id").as_string(), family.at("title").as_string());
  return tag("form", {{"class", "controls"}, {"action", view.path}, {"data-swap", "#view"}},
             {chooser("family", "Show", options, only_family), tag("button", {{"type", "submit"}}, "Show")});
}

Page page_model(const View& view) {
  const Json& model = view.data.at("model");
  const std::string name = model.at("name").as_string();
  const std::string& family = view.arguments.text("family");
  Markup body = model_facts(model);
  body += note({link_to(url_with("/compare", {{"a", name}}), "Compare with another model"), " · ",
                link_to(overlap_url(name), "Where its families overlap"), " · ",
                link_to(references_url(name), "Its heads in the literature"), " · ",
                link_to(url_with("/catalogue", {{"model", name}}), "All its heads as a table"), " · ",
                link_to(url_with("/runs", {{"model", name}}), "Its runs")});
  body += section("confirmed", "Confirmed heads", confirmed_heads(view.data.at("confirmed"), view.data.at("families"), name));
  body += section("grids", "All heads, layer by layer",
                  note("One grid for each detector: layers down, heads across. Hover or use the arrow keys to read a head, click "
                       "or press Enter to open it.") +
                      (view.data.at("families").size() > 1 ? family_form(view, family) : Markup{}) + grids(view.data, family));
  body += section("tasks", "Tasks", task_table(view.data.at("tasks"), name));
  return {.title = name,
          .section = "models",
          .crumbs = {{"Models", "/models"}},
          .body = tag("div", {{"id", "view"}, {"data-live", "/events", model.at("n_runs_open").as_integer() > 0}}, body)};
}

}  // namespace

const Route kModelRoute{.pattern = "/models/{model}",
                        .summary = "A model: facts, accuracies, confirmed heads, and a layer x head grid for every detector.",
                        .parameters = kModelParameters,
                        .answer_shape = "ModelAnswer",
                        .table = "confirmed",
                        .answer = answer_model,
                        .page = page_model};

}  // namespace headlight
