// /models/{model}/references: the detectors against the heads that papers have published of the model.
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/plugin_words.hpp"
#include "web/routes/reference_table.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"

namespace headlight {
namespace {

constexpr Parameter kReferencesParameters[] = {{"model", "string", "name or fingerprint of the model; may hold slashes", true}};

Answer answer_references(Catalogue& catalogue, const Arguments& arguments, Format) {
  const ModelRow model = catalogue.model(arguments.required("model"));
  return {.data = Json::object({{"model", model_json(model)},
                                {"comparisons", list_json(compare_references(catalogue, {.model = model.record.name}), comparison_json)}})};
}

// The families of one list, from `first` on to the next list.
Markup families_of(const Json& comparisons, size_t first) {
  Markup families;
  for (size_t i = first; i < comparisons.size() && comparisons[i].at("list") == comparisons[first].at("list"); ++i) {
    const Json& row = comparisons[i];
    std::string about = row.at("note").is_null() ? "" : row.at("note").as_string() + " ";
    if (row.at("complete").as_bool()) about += "A complete list. ";
    about += "How sure: " + formula_source_words(row.at("sureness").as_string()) + ".";
    families += tag("div", {}, {tag("dt", {}, {compared_family(row), tag("span", {{"class", "quiet below"}}, about)}), comparison_heads(row)});
  }
  return tag("dl", {{"class", "found published"}}, families);
}

Page page_references(const View& view) {
  const std::string model = view.data.at("model").at("name").as_string();
  const Json& comparisons = view.data.at("comparisons");
  Markup body = note(
      "Heads that papers have published of this model, and which of them our detectors find. A paper names the heads of its task, a detector those that show a "
      "pattern on ours: the two need not agree, and a list that does not claim to be complete says nothing against a head that it leaves out.",
      "lead");
  if (comparisons.size() == 0)
    body += note({"No list is held against this model. ", tag("code", {}, "headlight references import"),
                  " takes the shipped lists that are about it; ", tag("code", {}, "headlight references import LIST --model " + model), " takes another."});
  else
    body += section("summary", "Found and missed", comparison_table(comparisons, false));
  for (size_t i = 0; i < comparisons.size(); ++i) {
    if (i > 0 && comparisons[i].at("list") == comparisons[i - 1].at("list")) continue;
    body += section("list-" + comparisons[i].at("list").as_string(), comparisons[i].at("title").as_string(),
                    note(paper_link(comparisons[i])) + families_of(comparisons, i));
  }
  return {.title = "Published heads of " + model,
          .section = "models",
          .crumbs = {{"Models", "/models"}, {model, model_url(model)}},
          .body = std::move(body)};
}

}  // namespace

const Route kReferencesRoute{.pattern = "/models/{model}/references",
                             .summary = "The detectors against heads that papers have published of a model.",
                             .parameters = kReferencesParameters,
                             .answer_shape = "ReferencesAnswer",
                             .table = "comparisons",
                             .answer = answer_references,
                             .page = page_references};

}  // namespace headlight
