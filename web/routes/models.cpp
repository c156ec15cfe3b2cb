// /models: all models with what is known of each.
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/model_table.hpp"
#include "web/rows_json.hpp"
#include "web/tally.hpp"

namespace headlight {
namespace {

Answer answer_models(Catalogue& catalogue, const Arguments&, Format) {
  return {.data = Json::object({{"models", list_json(catalogue.models(), model_json)},
                                {"tallies", list_json(tally_heads(catalogue, "", ""), tally_json)}})};
}

Page page_models(const View& view) {
  const Json& models = view.data.at("models");
  Markup body = note(
      "Every model that a scan has looked into. A model is one content of weights: the same weights under another name are the "
      "same model.",
      "lead");
  body += models.size() == 0 ? note({"There is none yet. ", tag("code", {}, "headlight scan MODEL"), " adds one."})
                             : model_table(models, view.data.at("tallies"));
  return {.title = "Models", .section = "models", .crumbs = {}, .body = std::move(body)};
}

}  // namespace

const Route kModelsRoute{.pattern = "/models",
                         .summary = "All models with what is known of each.",
                         .answer_shape = "Models",
                         .table = "models",
                         .answer = answer_models,
                         .page = page_models};

}  // namespace headlight
