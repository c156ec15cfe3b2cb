// /models/NAME/heads/L5H1: the evidence for and against, attentional and causal side by side, every prompt, and the patterns.
#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/evidence_table.hpp"
#include "web/routes/head_profile.hpp"
#include "web/routes/reference_table.hpp"
#include "web/rows_json.hpp"
#include "web/tally.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr int kPlotHeight = 92;  // pixels, as strip-plot.js has it

constexpr Parameter kHeadParameters[] = {
    {"model", "string", "name or fingerprint of the model; may hold slashes", true},
    {"head", "string", "L5H1, or 5.1", true},
    {"task", "string", "the page: whose attention patterns are shown first"},
    {"prompt", "integer", "the page: on which prompt"},
};

HeadId head_of(const Arguments& arguments) {
  const std::string& text = arguments.required("head");
  const auto head = parse_head_id(text);
  if (!head) throw Error(ErrorCode::bad_input, "'" + text + "' is not a head: write layer and head as L5H1 or 5.1, both from 0");
  return *head;
}

Json evidence_json(const DetectorEvidence& evidence) {
  Json outputs = Json::array();
  for (const OutputEvidence& output : evidence.outputs) {
    const HeadResult& result = output.result;
    outputs.push(Json::object({{"output", output_json(output.output)},
                               {"n", result.n},
                               {"score", json_or_null(result.score)},
                               {"ci_low", json_or_null(result.ci_low)},
                               {"ci_high", json_or_null(result.ci_high)},
                               {"null_mean", json_or_null(result.null_mean)},
                               {"p", json_or_null(result.p)},
                               {"q", json_or_null(result.q)},
                               {"selection_score", json_or_null(result.selection_score)},
                               {"present", result.present},
                               {"values", list_json(result.values, float_json)},
                               {"null_values", list_json(result.null_values, float_json)}}));
  }
  return Json::object({{"family", evidence.name.family},
                       {"method", evidence.name.method},
                       {"task", evidence.name.task},
                       {"measures_family", evidence.measures_family},
                       {"verdict", to_string(evidence.verdict)},
                       {"run", run_json(evidence.run)},
                       {"outputs", std::move(outputs)}});
}

Answer answer_head(Catalogue& catalogue, const Arguments& arguments, Format) {
  const HeadEvidence evidence = catalogue.head(arguments.required("model"), head_of(arguments));
  const ModelRecord& model = evidence.model.record;
  const int group =
      model.n_kv_heads > 0 ? std::max(1, model.n_heads / model.n_kv_heads) : 1;  // query heads on each key-value head
  const int kv_head = evidence.head.head / group;
  Json kv_group = Json::array();
  for (int head = kv_head * group; head < std::min(model.n_heads, (kv_head + 1) * group); ++head)
    kv_group.push(to_string(HeadId{.layer = evidence.head.layer, .head = head}));
  std::set<std::string> families;
  for (const DetectorEvidence& detector : evidence.detectors) families.insert(detector.name.family);
  auto plugins = newest_plugins(catalogue, "family");
  std::erase_if(plugins, [&](const PluginRow& row) { return !families.contains(row.record.id); });
  return {.data = Json::object({{"model", model_json(evidence.model)},
                                {"head", to_string(evidence.head)},
                                {"layer", evidence.head.layer},
                                {"index", evidence.head.head},
                                {"kv_head", "L" + std::to_string(evidence.head.layer) + "KV" + std::to_string(kv_head)},
                                {"kv_group", std::move(kv_group)},
                                {"families", list_json(plugins, plugin_json)},
                                {"profile", list_json(profile_of(evidence), profile_json)},
                                {"evidence", list_json(evidence.detectors, evidence_json)},
                                {"published", list_json(publications_of(catalogue, model.name, evidence.head), publication_json)}})};
}

// The families that it belongs to, then those for which it only matters.
Markup verdict_sentence(const Json& data) {
  Markup list, causal;
  std::set<std::string> told;
  for (const EvidenceGroup& group : evidence_groups(data.at("evidence"))) {
    if (group.verdict == "absent" || group.verdict == "not measurable" || !told.insert(group.family).second) continue;
    const Markup family = link_to(family_url(group.family), title_of(data.at("families"), group.family));
    if (group.verdict == "causal") {
      causal += Markup{causal.html.empty() ? "" : ", "} + family;
    } else {
      list += tag("li", {}, {verdict_chip(group.verdict), " ", family});
    }
  }
  if (data.at("evidence").size() == 0) return note("No run has looked at this head yet.", "lead");
  Markup sentence = list.html.empty() ? note("It was found to belong to none of the families that were looked for.", "lead")
                                      : tag("ul", {{"class", "verdicts"}, {"aria-label", "What the evidence says"}}, list);
  if (!causal.html.empty())
    sentence += note(
        {verdict_chip("causal"), " Editing it matters on the tasks of these families, without its looking the part: ", causal});
  return sentence;
}

// "Published as previous-token in Interpretability in the Wild"
Markup published_as(const Json& data, const std::string& model) {
  Markup list;
  for (const Json& row : data.at("published").as_array()) {
    const std::string family = row.at("family").as_string();
    Markup text = find_by(data.at("families"), "id", family) ? family_link(family) : escaped(family);
    text = escaped("Published as ") + text + escaped(" in ") + paper_link(row);
    if (row.at("published_score").is_number())
      text += tag("span", {{"class", "quiet"}}, " (" + row.at("score_name").as_string() + " " + number_words(row.at("published_score")) + ")");
    list += tag("li", {}, text);
  }
  if (list.html.empty()) return {};
  return tag("ul", {{"class", "plain"}, {"aria-label", "In the literature"}}, list) +
         note(link_to(references_url(model), "All published heads of this model"));
}

Markup group_links(const Json& data, const std::string& model) {
  Markup links;
  for (const Json& head : data.at("kv_group").as_array()) {
    const std::string name = head.as_string();
    links += name == data.at("head").as_string() ? tag("b", {{"class", "head-name"}}, name) : head_link(model, name);
    links += Markup{" "};
  }
  return links;
}

// To the heads beside it, layer by layer.
Markup neighbours(const Json& data, const std::string& model) {
  const Json& facts_of = data.at("model");
  const std::int64_t n_heads = facts_of.at("n_heads").as_integer(), n = facts_of.at("n_layers").as_integer() * n_heads;
  const std::int64_t place = data.at("layer").as_integer() * n_heads + data.at("index").as_integer();
  const auto to = [&](std::int64_t at, const char* relation, const std::string& arrow, bool arrow_first) {
    if (at < 0 || at >= n) return tag("span", {{"class", "button off"}, {"aria-disabled", "true"}}, arrow);
    const std::string name = to_string(HeadId{.layer = static_cast<int>(at / n_heads), .head = static_cast<int>(at % n_heads)});
    return tag("a", {{"class", "button"}, {"rel", relation}, {"href", head_url(model, name)}},
               arrow_first ? arrow + " " + name : name + " " + arrow);
  };
  return tag("nav", {{"class", "paging"}, {"aria-label", "Heads beside this one"}},
             {to(place - 1, "prev", "←", true), to(place + 1, "next", "→", false)});
}

Markup strip_figure(const Json& detector) {
  const std::string family = detector.at("family").as_string(), method = detector.at("method").as_string(),
                    task = detector.at("task").as_string();
  const bool is_effect = !detector.at("measures_family").as_bool();
  const Markup what = is_effect ? tag("b", {}, method) + tag("span", {{"class", "quiet"}}, " effect")
                                : tag("b", {}, family) + tag("span", {{"class", "quiet"}}, " by " + method);
  return tag(
      "figure", {{"class", "strip"}, {"data-strip", family + " " + method + " " + task}},
      {tag("figcaption", {},
           {what, tag("span", {{"class", "quiet"}}, ", " + detector.at("outputs")[0].at("output").at("unit").as_string())}),
       tag("div", {{"class", "plot"}}, picture_to_come(kPlotHeight, "The plot needs JavaScript."))});
}

// Task by task: the effects (which are the same for all families of a run), then the statistics. Tasks on which it looks like no
// family are folded away, and so are the statistics of families that it does not belong to.
Markup prompt_plots(const std::vector<EvidenceGroup>& groups) {
  Markup shown, folded;
  std::set<std::string> tasks;
  std::int64_t n_folded = 0;
  for (const EvidenceGroup& first : groups) {
    if (!tasks.insert(first.task).second) continue;
    Markup found, rest;
    std::set<std::string> runs;
    bool is_shown = false;
    for (const EvidenceGroup& group : groups) {
      if (group.task != first.task) continue;
      is_shown = is_shown || looks_like_it(group);
      for (const auto* side : {&group.effects, &group.statistics})
        for (const Json* detector : *side)
          if (detector->at("outputs").size() > 0 && runs.insert(detector->at("run").at("run").as_string()).second)
            (side == &group.effects || looks_like_it(group) ? found : rest) +=
                strip_figure(*detector);
    }
    Markup task = tag("h3", {}, {"On ", task_link(first.task)}) + (found.html.empty() ? Markup{} : tag("div", {{"class", "strips"}}, found));
    if (!rest.html.empty())
      task += tag("details", {},
                  {tag("summary", {}, "Statistics of families that it does not belong to"), tag("div", {{"class", "strips"}}, rest)});
    (is_shown ? shown : folded) += task;
    n_folded += !is_shown;
  }
  if (folded.html.empty()) return shown;
  return shown + tag("details", {{"open", "", shown.html.empty()}},
                     {tag("summary", {}, counted(n_folded, "task") + " on which it looks like no family"), folded});
}

Markup pattern_view(const View& view, const std::vector<EvidenceGroup>& groups, const std::string& model) {
  Json names = Json::array();
  std::set<std::string> told;
  for (const EvidenceGroup& group : groups)
    if (told.insert(group.task).second) names.push(group.task);
  return tag("div",
             {{"class", "pattern-view"},
              {"data-pattern", model_url(model)},
              {"data-head", view.data.at("head").as_string()},
              {"data-tasks", to_text(names)},
              {"data-task", view.arguments.text("task")},
              {"data-prompt", view.arguments.text("prompt")}},
             picture_to_come(360, "The patterns need JavaScript."));
}

Page page_head(const View& view) {
  const Json& data = view.data;
  const std::string model = data.at("model").at("name").as_string(), head = data.at("head").as_string();
  view.arguments.integer("prompt", 0, 0, 1'000'000'000);
  const std::vector<EvidenceGroup> groups = evidence_groups(data.at("evidence"));
  Markup body = neighbours(data, model) + verdict_sentence(data) + published_as(data, model);
  body += facts({{"Model", model_link(model)},
                 {"Layer", escaped(std::to_string(data.at("layer").as_integer()))},
                 {"Head", escaped(std::to_string(data.at("index").as_integer()))},
                 {"Keys and values", escaped(data.at("kv_head").as_string())},
                 {"Heads that share them", data.at("kv_group").size() > 1 ? group_links(data, model) : escaped("none")}});
  if (data.at("evidence").size() > 0) {
    body += section("profile", "Family by family", profile_table(data.at("profile"), data.at("families")));
    body += section("patterns", "Where it looks", pattern_view(view, groups, model));
    body += section("evidence", "Evidence, task by task", evidence_table(data));
    body += section(
        "prompts", "Prompt by prompt",
        note("Each dot is one prompt: filled dots are of the half that is reported, hollow ones of the half that selects heads. "
             "The line is the mean with its interval; the dashed line is the threshold, the dotted one the null.") +
            prompt_plots(groups));
  }
  return {.title = model + " " + head,
          .section = "models",
          .crumbs = {{"Models", "/models"}, {model, model_url(model)}},
          .body = std::move(body)};
}

}  // namespace

const Route kHeadRoute{
    .pattern = "/models/{model}/heads/{head}",
    .summary = "A head: attentional and causal evidence side by side, every prompt, and its attention patterns.",
    .parameters = kHeadParameters,
    .answer_shape = "HeadAnswer",
    .answer = answer_head,
    .page = page_head};

}  // namespace headlight
