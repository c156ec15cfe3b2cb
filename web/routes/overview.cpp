// /: what is in the catalogue, for someone who has never seen one.
#include <algorithm>

#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/model_table.hpp"
#include "web/routes/run_table.hpp"
#include "web/rows_json.hpp"
#include "web/tally.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr int kLatestRuns = 8;
constexpr size_t kLatestModels = 12;

struct Meaning {
  Verdict verdict;
  const char* text;
};
constexpr Meaning kMeanings[] = {
    {Verdict::confirmed,
     "The head looks where the family says, and editing it changes what the model does: both beyond their controls."},
    {Verdict::correlational, "It looks where the family says, but editing it changes nothing that was measured."},
    {Verdict::causal, "Editing it changes what the model does, but it does not look where the family says."},
    {Verdict::absent, "Neither."},
    {Verdict::not_measurable, "The model does not solve the task, so nothing can be said."},
};

// The models that were scanned last, by name.
std::vector<ModelRow> latest(std::vector<ModelRow> models) {
  std::stable_sort(models.begin(), models.end(), [](const ModelRow& a, const ModelRow& b) { return a.seen_at > b.seen_at; });
  if (models.size() > kLatestModels) models.resize(kLatestModels);
  std::sort(models.begin(), models.end(), [](const ModelRow& a, const ModelRow& b) { return a.record.name < b.record.name; });
  return models;
}

Answer answer_overview(Catalogue& catalogue, const Arguments&, Format) {
  const auto models = catalogue.models();
  std::int64_t n_heads = 0, n_done = 0, n_open = 0, n_confirmed = 0;
  for (const ModelRow& row : models) {
    n_heads += static_cast<std::int64_t>(row.record.n_layers) * row.record.n_heads;
    n_done += row.n_runs_done;
    n_open += row.n_runs_open;
  }
  const auto shown = latest(models);
  Json tallies = Json::array();
  for (const Tally& tally : tally_heads(catalogue, "", "")) {
    if (const auto found = tally.heads.find(Verdict::confirmed); found != tally.heads.end()) n_confirmed += found->second;
    if (std::any_of(shown.begin(), shown.end(), [&](const ModelRow& row) { return row.record.name == tally.model; }))
      tallies.push(tally_json(tally));
  }
  return {.data = Json::object({{"n_models", models.size()},
                                {"n_heads", n_heads},
                                {"n_confirmed", n_confirmed},
                                {"n_runs_done", n_done},
                                {"n_runs_open", n_open},
                                {"models", list_json(shown, model_json)},
                                {"families", list_json(newest_plugins(catalogue, "family"), plugin_json)},
                                {"tallies", std::move(tallies)},
                                {"latest_runs", list_json(catalogue.runs({.limit = kLatestRuns}).rows, run_json)},
                                {"verdicts", list_json(kMeanings, [](const Meaning& meaning) {
                                   return Json::object({{"word", to_string(meaning.verdict)}, {"meaning", meaning.text}});
                                 })}})};
}

Markup introduction(const Json& overview) {
  const auto figure = [](std::int64_t n, const char* one, const char* many, const char* url) {
    return tag("a", {{"class", "figure"}, {"href", url}}, {tag("b", {}, count_words(n)), tag("span", {}, n == 1 ? one : many)});
  };
  return note(
             "A catalogue of the special attention heads of language models: what each head looks at, what breaks when it is "
             "edited, and how sure that is.",
             "lead") +
         tag("div", {{"class", "figures"}},
             {figure(overview.at("n_models").as_integer(), "model", "models", "/models"),
              figure(overview.at("n_heads").as_integer(), "head", "heads", "/catalogue"),
              figure(static_cast<std::int64_t>(overview.at("families").size()), "family looked for", "families looked for",
                     "/families"),
              figure(overview.at("n_confirmed").as_integer(), "head confirmed", "heads confirmed",
                     "/catalogue?verdict=confirmed"),
              figure(overview.at("n_runs_done").as_integer(), "run", "runs", "/runs")});
}

const Json* tally_of(const Json& tallies, const std::string& model, const std::string& family) {
  for (const Json& tally : tallies.as_array())
    if (tally.at("model").as_string() == model && tally.at("family").as_string() == family) return &tally;
  return nullptr;
}

Markup family_cell(const Json* tally, const std::string& model, const std::string& family) {
  if (tally == nullptr) return tag("span", {{"class", "unmeasured"}, {"title", "not scanned"}}, kNothing);
  const Json& heads = tally->at("heads");
  const std::int64_t confirmed = heads.at("confirmed").as_integer(), rest = heads.at("correlational").as_integer();
  const std::string url = url_with("/catalogue", {{"model", model}, {"family", family}});
  if (heads.at("not_measurable").as_integer() > 0)
    return link_to(
        url, tag("span", {{"class", "unmeasured"}, {"title", "not measurable: the model does not solve the task"}}, "n. m."));
  return tag("a", {{"href", url}, {"class", "cell"}, {"title", std::to_string(rest) + " more are correlational only"}},
             {tag("b", {{"class", confirmed > 0 ? "some" : "none"}}, count_words(confirmed)),
              tag("span", {{"class", "quiet"}}, rest > 0 ? " +" + count_words(rest) : "")});
}

// Families down, models across: how many heads are confirmed, and how many more have one kind of evidence.
Markup family_matrix(const Json& overview) {
  std::vector<Column> columns{{"Family"}};
  for (const Json& model : overview.at("models").as_array())
    columns.push_back({breakable(model.at("name").as_string()), "number name"});
  Markup rows;
  for (const Json& family : overview.at("families").as_array()) {
    const std::string id = family.at("id").as_string();
    std::vector<Markup> cells{
        tag("a", {{"href", family_url(id)}, {"title", family.at("summary").as_string()}}, family.at("title").as_string())};
    for (const Json& model : overview.at("models").as_array()) {
      const std::string name = model.at("name").as_string();
      cells.push_back(family_cell(tally_of(overview.at("tallies"), name, id), name, id));
    }
    rows += row_of(cells, columns);
  }
  return note(
             "How many heads are confirmed, and after the plus sign how many only look the part (correlational). Each head "
             "counts once, whatever the tasks. n. m.: not measurable, since the model does not solve the tasks.") +
         table_of("Confirmed heads by family and model", columns, rows);
}

Markup meanings(const Json& verdicts) {
  Markup list;
  for (const Json& verdict : verdicts.as_array())
    list += tag("div", {},
                {tag("dt", {}, verdict_chip(verdict.at("word").as_string())), tag("dd", {}, verdict.at("meaning").as_string())});
  return tag("dl", {{"class", "meanings"}}, list) +
         note({"A number never stands alone: beside each ", tag("b", {}, "score"), " (the mean over ", tag("b", {}, "n"),
               " held-out prompts) stand its ", tag("b", {}, "95 % interval"), " (bootstrap over prompts), the value under its ",
               tag("b", {}, "null"), " (shuffled, random-weight or other-head control) and ", tag("b", {}, "q"),
               ", the share of false discoveries to expect among all heads that score as high. Heads are selected on one half of "
               "the prompts and reported on the other. What was not measured is hatched and never shown as 0."});
}

Page page_overview(const View& view) {
  const Json& overview = view.data;
  Markup body = introduction(overview);
  if (overview.at("models").size() == 0) {
    body += section("begin", "Nothing here yet",
                    {note({"Scan a model, and leave this page open: ", tag("code", {}, "headlight scan MODEL"), "."})});
  } else {
    const bool all = overview.at("n_models").as_integer() == static_cast<std::int64_t>(overview.at("models").size());
    body += section(
        "models", all ? "Models" : "Models, those scanned last",
        model_table(overview.at("models"), overview.at("tallies")) + (all ? Markup{} : note(link_to("/models", "All models"))));
    body += section("families", "Families of heads", family_matrix(overview));
    body += section("runs", "Latest runs", run_table(overview.at("latest_runs")) + note(link_to("/runs", "All runs")));
  }
  body += section("verdicts", "How to read the evidence", meanings(overview.at("verdicts")));
  const bool live = overview.at("n_runs_open").as_integer() > 0 || overview.at("models").size() == 0;
  return {.title = "Headlight",
          .section = "",
          .crumbs = {},
          .body = tag("div", {{"id", "view"}, {"data-live", "/events", live}}, body)};
}

}  // namespace

const Route kOverviewRoute{.pattern = "/",
                           .summary = "What is in the catalogue: models, families with their confirmed heads, latest runs.",
                           .answer_shape = "Overview",
                           .answer = answer_overview,
                           .page = page_overview};

}  // namespace headlight
