// /models/NAME/detectors/FAMILY/METHOD/TASK: the numbers of all heads of one detector.
#include "core/base/error.hpp"
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr Parameter kDetectorParameters[] = {
    {"model", "string", "name or fingerprint of the model; may hold slashes", true},
    {"family", "string", "what is looked for", true},
    {"method", "string", "how", true},
    {"task", "string", "on what", true},
    {"output", "string", "which number of the method; its first when left out"},
};

Json grid_heads(const Grid& grid) {
  Json heads = Json::array();
  for (int layer = 0; layer < grid.n_layers; ++layer) {
    for (int head = 0; head < grid.n_heads; ++head) {
      const auto i = static_cast<size_t>(layer * grid.n_heads + head);
      heads.push(Json::object({{"head", to_string(HeadId{.layer = layer, .head = head})},
                               {"layer", layer},
                               {"index", head},
                               {"score", float_json(grid.score[i])},
                               {"ci_low", float_json(grid.ci_low[i])},
                               {"ci_high", float_json(grid.ci_high[i])},
                               {"null_mean", float_json(grid.null_mean[i])},
                               {"q", float_json(grid.q[i])},
                               {"selection_score", float_json(grid.selection_score[i])},
                               {"present", static_cast<bool>(grid.present[i])},
                               {"verdict", to_string(grid.verdict[i])}}));
    }
  }
  return heads;
}

Answer answer_detector(Catalogue& catalogue, const Arguments& arguments, Format) {
  const ModelRow model = catalogue.model(arguments.required("model"));
  const DetectorName name{.model = model.record.name,
                          .family = arguments.required("family"),
                          .method = arguments.required("method"),
                          .task = arguments.required("task")};
  const Grid grid = catalogue.grid(name, arguments.text("output"));
  const auto rows = catalogue.detectors(name);
  if (rows.empty()) throw Error(ErrorCode::not_found, "the detector is gone: a scan has replaced it");
  const RunDetail run = catalogue.run(grid.run);
  return {.data = Json::object({{"model", model_json(model)},
                                {"detector", detector_json(rows.front())},
                                {"run", run_json(run.row)},
                                {"output", output_json(grid.output)},
                                {"outputs", list_json(run.outputs, output_json)},
                                {"heads", grid_heads(grid)}})};
}

Markup head_table(const Json& answer, const std::string& model) {
  const std::vector<Column> columns{{"Head"},
                                    {"Score", "number"},
                                    {"95 % interval", "number"},
                                    {"Null", "number", "mean under the null"},
                                    {"q", "number", "false-discovery rate"},
                                    {"Selecting half", "number", "mean over the prompts that select heads"},
                                    {"Verdict"}};
  std::vector<const Json*> heads;
  for (const Json& head : answer.at("heads").as_array()) heads.push_back(&head);
  const auto size_of = [](const Json* head) {
    return head->at("score").is_number() ? std::abs(head->at("score").as_number()) : -1;
  };
  std::stable_sort(heads.begin(), heads.end(), [&](const Json* a, const Json* b) { return size_of(a) > size_of(b); });
  Markup rows;
  for (const Json* head : heads)
    rows += row_of({head_link(model, head->at("head").as_string()), number_markup(head->at("score")),
                    escaped(interval_words(head->at("ci_low"), head->at("ci_high"))),
                    escaped(number_words(head->at("null_mean"))), escaped(probability_words(head->at("q"))),
                    escaped(number_words(head->at("selection_score"))), verdict_chip(head->at("verdict").as_string())},
                   columns);
  return table_of("All heads, largest first", columns, rows);
}

Markup output_facts(const Json& answer) {
  const Json& output = answer.at("output");
  const Json& run = answer.at("run");
  Markup threshold = escaped(number_words(output.at("threshold")));
  if (!output.at("threshold_source").is_null())
    threshold += tag("span", {{"class", "quiet below"}}, output.at("threshold_source").as_string());
  return facts(
      {{"Number", escaped(output.at("name").as_string()) + tag("span", {{"class", "quiet below"}}, output.at("doc").as_string())},
       {"Unit", escaped(output.at("unit").as_string())},
       {"Threshold", threshold},
       {"Prompts", escaped(count_words(run.at("n_prompts").as_integer()))},
       {"Run", run_link(run.at("run").as_string())}});
}

Page page_detector(const View& view) {
  const Json& detector = view.data.at("detector");
  const Json& run = view.data.at("run");
  const std::string model = detector.at("model").as_string(), family = detector.at("family").as_string();
  const std::string method = detector.at("method").as_string(), task = detector.at("task").as_string();
  Markup body =
      tag("p", {{"class", "lead"}},
          {family_link(family), " heads in ", model_link(model), ", by ", method_link(method), " on ", task_link(task), ": ",
           detector.at("measures_family").as_bool() ? "attentional evidence, the family's statistic."
                                                    : "causal evidence, what editing the head changes."});
  if (run.at("measurable").is_bool() && !run.at("measurable").as_bool())
    body += tag(
        "p", {{"class", "warning"}},
        {"Not measurable: ", run.at("why_not").is_null() ? std::string("nothing can be said.") : run.at("why_not").as_string()});
  if (view.data.at("outputs").size() > 1) {
    std::vector<std::pair<std::string, std::string>> options;
    for (const Json& output : view.data.at("outputs").as_array())
      options.emplace_back(output.at("name").as_string(), output.at("name").as_string());
    body += tag("form", {{"class", "controls"}, {"action", view.path}, {"data-swap", "#view"}},
                {chooser("output", "Number", options, view.data.at("output").at("name").as_string()),
                 tag("button", {{"type", "submit"}}, "Show")});
  }
  const std::string grid_url = url_with(view.path + ".json", view.arguments.query());
  body +=
      output_facts(view.data) + tag("div", {{"class", "head-grid large"}, {"data-grid", grid_url}},
                                    picture_to_come(46 + 40 * static_cast<int>(view.data.at("model").at("n_layers").as_integer()),
                                                    "The grid needs JavaScript; the table has the same numbers."));
  body += note(verdict_bar(detector.at("heads"))) + section("heads", "All heads, largest first", head_table(view.data, model));
  return {.title = family + " by " + method,
          .section = "models",
          .crumbs = {{"Models", "/models"}, {model, model_url(model)}},
          .body = tag("div", {{"id", "view"}}, body)};
}

}  // namespace

const Route kDetectorRoute{.pattern = "/models/{model}/detectors/{family}/{method}/{task}",
                           .summary = "The numbers of all heads of one detector, as grid and table.",
                           .parameters = kDetectorParameters,
                           .answer_shape = "DetectorAnswer",
                           .table = "heads",
                           .answer = answer_detector,
                           .page = page_detector};

}  // namespace headlight
