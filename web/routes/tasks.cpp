// /tasks and /tasks/ID: on what heads are looked for, with the prompts as a model reads them.
#include <algorithm>
#include <map>

#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/prompt_list.hpp"
#include "web/routes/sample.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr size_t kShownPrompts = 12, kBestResults = 3;

constexpr Parameter kTasksParameters[] = {
    {"task", "string", "id or hash", true},
    {"model", "string", "whose prompts are shown; the first that has any when left out"},
    {"seed", "integer", "of the prompts; that of the newest when left out"},
    {"n_prompts", "integer", "of the prompts, likewise"},
};

// How well each model does each task ("" is any), by its newest run that is done.
Json results_of(Catalogue& catalogue, const std::string& task) {
  std::map<std::pair<std::string, std::string>, RunRow> newest;
  for (RunRow& row : catalogue.runs({.task = task, .status = RunStatus::done, .limit = std::nullopt}).rows) {
    const std::pair<std::string, std::string> key{row.key.task, row.model};
    newest.try_emplace(key, std::move(row));
  }
  Json list = Json::array();
  for (const auto& [key, row] : newest) list.push(task_result_json(row));
  return list;
}

Answer answer_tasks(Catalogue& catalogue, const Arguments&, Format) {
  return {.data = Json::object({{"tasks", list_json(catalogue.tasks(), task_json)}, {"results", results_of(catalogue, "")}})};
}

Answer answer_task(Catalogue& catalogue, const Arguments& arguments, Format) {
  const TaskRow task = catalogue.task(arguments.required("task"));
  Json shown, sample_of, prompts = Json::array();
  for (const ModelRow& model : catalogue.models()) {
    const std::string& name = model.record.name;
    if (arguments.has("model") && name != catalogue.model(arguments.text("model")).record.name) continue;
    const auto sample = chosen_sample(catalogue, name, arguments.text("task"), arguments);
    if (!sample) continue;
    shown = name;
    sample_of = sample_json(*sample);
    prompts = prompts_json(catalogue, name, *sample);
    break;
  }
  return {.data = Json::object({{"task", task_json(task)},
                                {"definition", task.record.definition},
                                {"results", results_of(catalogue, task.record.id)},
                                {"detectors", list_json(catalogue.detectors({.task = task.record.id}), detector_json)},
                                {"model", std::move(shown)},
                                {"sample", std::move(sample_of)},
                                {"prompts", std::move(prompts)}})};
}

// The models that do it best, and how many more there are.
Markup best_results(const Json& results, const std::string& task) {
  std::vector<const Json*> found;
  for (const Json& result : results.as_array())
    if (result.at("task").as_string() == task) found.push_back(&result);
  const auto accuracy = [](const Json* result) {
    return result->at("accuracy").is_null() ? -1 : result->at("accuracy").as_number();
  };
  std::stable_sort(found.begin(), found.end(), [&](const Json* a, const Json* b) { return accuracy(a) > accuracy(b); });
  Markup list;
  for (size_t i = 0; i < std::min(kBestResults, found.size()); ++i) {
    const Json& result = *found[i];
    const std::string metric = number_words(result.at("clean_metric")) + " " +
                               (result.at("metric_unit").is_null() ? "" : result.at("metric_unit").as_string());
    const bool unsolved = result.at("measurable").is_bool() && !result.at("measurable").as_bool();
    const std::string how_well = result.at("accuracy").is_null() ? unsolved ? "" : metric : percent_words(result.at("accuracy"));
    Markup item = model_link(result.at("model").as_string()) + escaped(" " + how_well);
    if (unsolved) item += tag("span", {{"class", "quiet"}, {"title", result.at("why_not").is_null() ? "" : result.at("why_not").as_string()}}, " not measurable");
    list += tag("li", {}, item);
  }
  if (!found.empty() && found[0]->at("chance").is_number())
    list += tag("li", {{"class", "quiet"}}, "guessing " + percent_words(found[0]->at("chance")));
  if (found.size() > kBestResults)
    list += tag("li", {}, link_to(task_url(task) + "#results", std::to_string(found.size() - kBestResults) + " more"));
  return tag("ul", {{"class", "plain"}}, list);
}

Page page_tasks(const View& view) {
  const Json& tasks = view.data.at("tasks");
  const std::vector<Column> columns{{"Task"}, {"Summary"}, {"Accuracy", "", "of the models that do it best"}};
  Markup rows;
  std::string previous;
  for (const Json& task : tasks.as_array()) {
    const std::string id = task.at("id").as_string();
    if (id == previous) continue;  // an older wording
    previous = id;
    rows += row_of({task_link(id) + tag("span", {{"class", "quiet below"}}, task.at("title").as_string()),
                    escaped(task.at("summary").as_string()), best_results(view.data.at("results"), id)},
                   columns);
  }
  Markup body = note(
      "A task is what models are put to while their heads are watched: prompts with named places, answers, and a metric. Each is "
      "one JSON file.",
      "lead");
  body += tasks.size() == 0 ? note("No scan has used any yet.") : table_of("Tasks", columns, rows);
  return {.title = "Tasks", .section = "tasks", .crumbs = {}, .body = std::move(body)};
}

Markup result_table(const Json& results) {
  if (results.size() == 0) return note("No run on this task is done yet.");
  const std::vector<Column> columns{{"Model"},
                                    {"Accuracy", "number"},
                                    {"± s. e.", "number", "standard error"},
                                    {"Guessing", "number"},
                                    {"Metric", "number", "mean over the unedited prompts"},
                                    {"Prompts", "number", "those that passed the task's filters"},
                                    {"Run"},
                                    {"", "why"}};
  Markup rows;
  for (const Json& result : results.as_array())
    rows += row_of({model_link(result.at("model").as_string()), escaped(percent_words(result.at("accuracy"))),
                    escaped(percent_words(result.at("accuracy_error"))), escaped(percent_words(result.at("chance"))),
                    escaped(number_words(result.at("clean_metric"))) +
                        tag("span", {{"class", "unit"}},
                            result.at("metric_unit").is_null() ? "" : " " + result.at("metric_unit").as_string()),
                    kept_prompts(result), run_link(result.at("run").as_string()), why_not_measurable(result)},
                   columns);
  return table_of("How well the models do it", columns, rows);
}

// The families that were looked for on it, each with the models that have such heads.
Markup family_table(const Json& detectors) {
  std::map<std::string, Markup> found;  // by family
  std::map<std::string, std::int64_t> n_without, n_unmeasured;
  for (const Json& detector : detectors.as_array()) {
    if (!detector.at("measures_family").as_bool() || detector.at("heads").is_null()) continue;
    const std::string family = detector.at("family").as_string(), model = detector.at("model").as_string();
    const Json& heads = detector.at("heads");
    Markup& models = found[family];
    const std::int64_t n = heads.at("confirmed").as_integer() + heads.at("correlational").as_integer();
    if (n > 0)
      models += tag("li", {}, {model_link(model), " ", link_to(detector_url(model, family, detector.at("method").as_string(), detector.at("task").as_string()), counted(n, "head"))});
    else
      ++(heads.at("not_measurable").as_integer() > 0 ? n_unmeasured : n_without)[family];
  }
  if (found.empty()) return note("No family has been looked for on it yet.");
  const std::vector<Column> columns{{"Family"},
                                    {"Found in"},
                                    {"Without a find", "number", "models that solve the task and have no such head"},
                                    {"Not measurable", "number", "models that do not solve the task"}};
  Markup rows;
  for (const auto& [family, models] : found)
    rows += row_of({family_link(family), models.html.empty() ? escaped(kNothing) : tag("ul", {{"class", "plain"}}, models),
                    escaped(count_words(n_without[family])), escaped(count_words(n_unmeasured[family]))},
                   columns);
  return table_of("Families on this task", columns, rows);
}

Markup prompts_of(const View& view) {
  if (view.data.at("model").is_null()) return note("No prompts were kept: no model was scanned on it.");
  const std::string shown = view.data.at("model").as_string();
  const Json& prompts = view.data.at("prompts");
  std::vector<std::pair<std::string, std::string>> options;
  for (const Json& result : view.data.at("results").as_array())
    options.emplace_back(result.at("model").as_string(), result.at("model").as_string());
  Markup body;
  if (options.size() > 1)
    body += tag("form", {{"class", "controls"}, {"action", view.path}, {"data-swap", "#view"}},
                {chooser("model", "As read by", options, shown), tag("button", {{"type", "submit"}}, "Show")});
  body += prompt_list(prompts, kShownPrompts);
  return body + note({"The first ", count_words(static_cast<std::int64_t>(std::min(kShownPrompts, prompts.size()))), " of ",
                      link_to(prompts_url(shown, view.data.at("task").at("id").as_string()),
                              counted(static_cast<std::int64_t>(prompts.size()), "prompt")),
                      "."});
}

Page page_task(const View& view) {
  const Json& task = view.data.at("task");
  Markup body = note(task.at("summary").as_string(), "lead");
  body += facts({{"Id", tag("code", {}, task.at("id").as_string())},
                 {"Wording", tag("code", {{"title", task.at("content_hash").as_string()}},
                                 task.at("content_hash").as_string().substr(0, 12))},
                 {"Last scan", escaped(time_words(task.at("seen_at").as_string()))}});
  body += section("prompts", "Prompts", prompts_of(view)) +
          section("results", "How well the models do it", result_table(view.data.at("results"))) +
          section("families", "What was looked for on it", family_table(view.data.at("detectors")));
  body += section("definition", "Definition",
                  tag("details", {},
                      {tag("summary", {}, "The whole task as JSON"),
                       tag("pre", {{"tabindex", "0"}}, to_pretty_text(view.data.at("definition")))}));
  return {.title = task.at("title").as_string(),
          .section = "tasks",
          .crumbs = {{"Tasks", "/tasks"}},
          .body = tag("div", {{"id", "view"}}, body)};
}

}  // namespace

const Route kTasksRoute{.pattern = "/tasks",
                        .summary = "The tasks that scans have used.",
                        .answer_shape = "Tasks",
                        .table = "tasks",
                        .answer = answer_tasks,
                        .page = page_tasks};

const Route kTaskRoute{.pattern = "/tasks/{task}",
                       .summary = "A task: its prompts with their roles, how well the models do it, its definition.",
                       .parameters = kTasksParameters,
                       .answer_shape = "TaskAnswer",
                       .table = "results",
                       .answer = answer_task,
                       .page = page_task};

}  // namespace headlight
