// /runs and /runs/HASH: computations, what they depend on, and how they went.
#include <algorithm>

#include "core/base/error.hpp"
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/run_table.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr std::int64_t kRunsOfPage = 50, kMostRuns = 10'000;

constexpr Parameter kRunsParameters[] = {
    {"model", "string", "name"},
    {"family", "string", "id"},
    {"method", "string", "id"},
    {"task", "string", "id"},
    {"status", "string", "running, done, failed or interrupted"},
    {"limit", "integer", "rows, 10000 at most; 50 when left out, in the .csv twin all"},
    {"offset", "integer", "rows to leave out first"},
};
constexpr Parameter kRunParameters[] = {{"run", "string", "its hash, or the first 6 digits of it and more", true}};

constexpr RunStatus kStatuses[] = {RunStatus::running, RunStatus::done, RunStatus::failed, RunStatus::interrupted};

std::optional<RunStatus> status_of(const Arguments& arguments) {
  if (!arguments.has("status")) return std::nullopt;
  for (const RunStatus status : kStatuses)
    if (to_string(status) == arguments.text("status")) return status;
  throw Error(ErrorCode::bad_input,
              "'" + arguments.text("status") + "' is no state of a run: use running, done, failed or interrupted");
}

Answer answer_runs(Catalogue& catalogue, const Arguments& arguments, Format format) {
  RunQuery query{.model = arguments.text("model"),
                 .family = arguments.text("family"),
                 .method = arguments.text("method"),
                 .task = arguments.text("task"),
                 .status = status_of(arguments),
                 .limit = arguments.integer("limit", kRunsOfPage, 1, kMostRuns),
                 .offset = arguments.integer("offset", 0, 0, INT64_MAX / 2)};
  if (format == Format::csv && !arguments.has("limit")) query.limit = std::nullopt;
  const RunPage page = catalogue.runs(query);
  return {.data = Json::object({{"runs", list_json(page.rows, run_json)}}),
          .page = Paging{.limit = query.limit.value_or(page.total), .offset = query.offset, .total = page.total}};
}

Page page_runs(const View& view) {
  std::vector<std::pair<std::string, std::string>> options{{"", "any"}};
  for (const RunStatus status : kStatuses) options.emplace_back(to_string(status), to_string(status));
  Markup hidden, narrowed;
  for (const char* name : {"model", "family", "method", "task"}) {
    if (!view.arguments.has(name)) continue;
    hidden += tag("input", {{"type", "hidden"}, {"name", name}, {"value", view.arguments.text(name)}});
    const std::string url = url_with(view.path, view.arguments.query_with({{name, ""}, {"offset", ""}}));
    narrowed += tag("a", {{"class", "count"}, {"href", url}, {"title", "show all again"}},
                    {std::string(name) + " ", tag("b", {}, view.arguments.text(name)), " ×"});
  }
  Markup body = note(
      "A run is one computation on one model: the same model, task, plugins, parameters and seed are the same run, and nothing "
      "is computed twice.",
      "lead");
  body += tag("form", {{"class", "controls"}, {"action", view.path}, {"data-swap", "#view"}},
              {hidden, chooser("status", "State", options, view.arguments.text("status")),
               tag("button", {{"type", "submit"}}, "Show"), narrowed});
  const bool live = std::any_of(view.data.at("runs").as_array().begin(), view.data.at("runs").as_array().end(),
                                [](const Json& run) { return run.at("status").as_string() == "running"; });
  body += paging_bar(view, "run") + run_table(view.data.at("runs"));
  return {.title = "Runs",
          .section = "runs",
          .crumbs = {},
          .body = tag("div", {{"id", "view"}, {"data-live", "/events", live}, {"data-swap-links", "a[href^='/runs?']"}}, body)};
}

Json outcome_json(const PromptOutcome& outcome) {
  return Json::object({{"prompt", outcome.prompt}, {"metric", outcome.metric}, {"accuracy", json_or_null(outcome.accuracy)}});
}

Answer answer_run(Catalogue& catalogue, const Arguments& arguments, Format) {
  const RunDetail detail = catalogue.run(arguments.required("run"));
  Json detectors = Json::array();
  for (const DetectorName& name : detail.answers)
    for (const DetectorRow& row : catalogue.detectors(name)) detectors.push(detector_json(row));
  return {.data = Json::object({{"run", run_json(detail.row)},
                                {"detectors", std::move(detectors)},
                                {"outputs", list_json(detail.outputs, output_json)},
                                {"outcomes", list_json(detail.outcomes, outcome_json)},
                                {"n_cells", detail.n_cells}})};
}

// What became of the drawn texts.
Markup filter_words(const Json& run) {
  if (run.at("n_tried").is_null() || run.at("n_kept").is_null()) return escaped(kNothing);
  Markup words = escaped(count_words(run.at("n_kept").as_integer()) + " prompts kept of " + count_words(run.at("n_tried").as_integer()) + " drawn");
  for (const Json& note : run.at("prompt_notes").as_array()) words += tag("span", {{"class", "quiet below"}}, note.as_string());
  return words;
}

// What the run took of the model: prompts that its family watched, or what its edits had computed.
std::string forward_words(const Json& run) {
  if (!run.at("forwards").is_null())
    return counted(run.at("forwards").as_integer(), "prompt") + " through the model, " + count_words(run.at("forwards_shared").as_integer()) +
           " of them shared with other families";
  if (run.at("rows_full").is_null() || run.at("rows_full").as_integer() == 0) return std::string(kNothing);
  const double share = static_cast<double>(run.at("rows").as_integer()) / static_cast<double>(run.at("rows_full").as_integer());
  return percent_words(share) + " of the work of whole forward passes: only what an edit can change was computed";
}

Markup run_facts(const Json& data) {
  const Json& run = data.at("run");
  const auto versioned = [&](const char* version, const char* build) {
    return tag("span", {{"class", "quiet"}, {"title", run.at(build).is_null() ? "" : "build " + run.at(build).as_string()}},
               run.at(version).is_null() ? "" : " " + run.at(version).as_string());
  };
  std::vector<std::pair<std::string, Markup>> pairs{
      {"State", status_chip(run)},
      {"Model", model_link(run.at("model").as_string())},
      {"Family", run.at("family").is_null()
                     ? escaped("any: it does not depend on one")
                     : family_link(run.at("family").as_string()) + versioned("family_version", "family_build")},
      {"Method", method_link(run.at("method").as_string()) + versioned("method_version", "method_build")},
      {"Task", task_link(run.at("task").as_string()) +
                   tag("span", {{"class", "quiet"}}, " wording " + run.at("task_hash").as_string().substr(0, 8))},
      {"Prompts", link_to(url_with(model_url(run.at("model").as_string()) + "/prompts",
                                   {{"task", run.at("task_hash").as_string()},
                                    {"seed", std::to_string(run.at("seed").as_integer())},
                                    {"n_prompts", std::to_string(run.at("n_prompts").as_integer())}}),
                          count_words(run.at(run.at("n_kept").is_null() ? "n_prompts" : "n_kept").as_integer()))},
      {"Filters", filter_words(run)},
      {"Forwards", escaped(forward_words(run))},
      {"Seed", escaped(std::to_string(run.at("seed").as_integer()))},
      {"Began", escaped(time_words(run.at("started_at").as_string()))},
      {run.at("ended_at").is_null() ? "Last sign of life" : "Ended",
       escaped(time_words(run.at(run.at("ended_at").is_null() ? "updated_at" : "ended_at").as_string()))},
      {"Computing", escaped(duration_words(run.at("seconds")))},
      {"Accuracy", escaped(percent_words(run.at("accuracy")) +
                           (run.at("accuracy_error").is_null() ? "" : " ± " + percent_words(run.at("accuracy_error"))))},
      {"Guessing", escaped(percent_words(run.at("chance")))},
      {"Metric", escaped(number_words(run.at("clean_metric")) +
                         (run.at("metric").is_null()
                              ? ""
                              : " (" + run.at("metric").as_string() +
                                    (run.at("metric_unit").is_null() ? "" : ", " + run.at("metric_unit").as_string()) + ")"))},
      {"Engine", escaped(run.at("engine_version").as_string())},
      {"Parameters", tag("code", {}, to_text(run.at("parameters")))},
      {"Hash", tag("code", {}, run.at("run").as_string())},
  };
  if (data.at("n_cells").as_integer() > 0)
    pairs.insert(pairs.begin() + 1, {"Numbers so far", escaped(count_words(data.at("n_cells").as_integer()))});
  return facts(pairs);
}

Page page_run(const View& view) {
  const Json& run = view.data.at("run");
  Markup body;
  if (!run.at("error_message").is_null())
    body += tag("p", {{"class", "failure"}},
                {tag("b", {}, (run.at("error_code").is_null() ? "error" : run.at("error_code").as_string()) + ": "),
                 run.at("error_message").as_string()});
  if (!run.at("why_not").is_null()) body += tag("p", {{"class", "warning"}}, {"Not measurable: ", run.at("why_not").as_string()});
  body += run_facts(view.data);
  if (view.data.at("detectors").size() > 0) {
    const std::vector<Column> columns{{"Family"}, {"Method"}, {"Task"}, {"Heads"}};
    Markup rows;
    for (const Json& detector : view.data.at("detectors").as_array()) {
      const std::string family = detector.at("family").as_string(), method = detector.at("method").as_string(),
                        task = detector.at("task").as_string();
      const bool done = detector.at("status").as_string() == "done";
      rows +=
          row_of({done ? link_to(detector_url(detector.at("model").as_string(), family, method, task), family) : escaped(family),
                  escaped(method), task_link(task), done ? verdict_bar(detector.at("heads")) : escaped(kNothing)},
                 columns);
    }
    body += section("detectors", "What it answers", table_of("Detectors", columns, rows));
  }
  if (view.data.at("outcomes").size() > 0) {
    const std::string values = view.path + ".json";
    body += section("outcomes", "The unedited prompts",
                    tag("figure", {{"class", "strip"}, {"data-outcomes", values}},
                        {tag("figcaption", {},
                             {"The task's metric, prompt by prompt",
                              tag("span", {{"class", "quiet"}},
                                  run.at("metric_unit").is_null() ? "" : ", " + run.at("metric_unit").as_string())}),
                         tag("div", {{"class", "plot"}}, picture_to_come(92, "The plot needs JavaScript."))}));
  }
  const bool live = run.at("status").as_string() == "running";
  return {.title = "Run " + run.at("run").as_string().substr(0, 8),
          .section = "runs",
          .crumbs = {{"Runs", "/runs"}},
          .body = tag("div", {{"id", "view"}, {"data-live", "/events", live}}, body)};
}

}  // namespace

const Route kRunsRoute{.pattern = "/runs",
                       .summary = "All runs, newest first.",
                       .parameters = kRunsParameters,
                       .answer_shape = "Runs",
                       .table = "runs",
                       .answer = answer_runs,
                       .page = page_runs};

const Route kRunRoute{.pattern = "/runs/{run}",
                      .summary = "A run: all that its numbers depend on, how it went, and what it answers.",
                      .parameters = kRunParameters,
                      .answer_shape = "RunAnswer",
                      .table = "outcomes",
                      .answer = answer_run,
                      .page = page_run};

}  // namespace headlight
