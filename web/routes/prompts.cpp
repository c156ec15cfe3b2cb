// /models/NAME/prompts?task=T: the prompts of a task as this model's tokenizer cuts them.
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/prompt_list.hpp"
#include "web/routes/sample.hpp"
#include "web/rows_json.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr Parameter kPromptsParameters[] = {
    {"model", "string", "name or fingerprint of the model; may hold slashes", true},
    {"task", "string", "id or hash of the task; required"},
    {"seed", "integer", "of the random choices; that of the newest prompts when left out"},
    {"n_prompts", "integer", "prompts asked for; that of the newest prompts when left out"},
};

Answer answer_prompts(Catalogue& catalogue, const Arguments& arguments, Format) {
  const std::string model = catalogue.model(arguments.required("model")).record.name;
  const TaskRow task = catalogue.task(arguments.required("task"));
  const auto sample = chosen_sample(catalogue, model, arguments.text("task"), arguments);
  return {.data = Json::object({{"model", model},
                                {"task", task_json(task)},
                                {"sample", sample ? sample_json(*sample) : Json()},
                                {"samples", list_json(catalogue.samples(model, arguments.text("task")), sample_json)},
                                {"prompts", sample ? prompts_json(catalogue, model, *sample) : Json::array()}})};
}

Page page_prompts(const View& view) {
  const std::string model = view.data.at("model").as_string();
  const Json& task = view.data.at("task");
  const Json& prompts = view.data.at("prompts");
  Markup body = tag("p", {{"class", "lead"}},
                    {"The prompts of ", task_link(task.at("id").as_string()), " as ", model_link(model),
                     " reads them, token by token. Colours, and names or numbers above the tokens, are the roles that families ask for."});
  if (view.data.at("sample").is_null()) {
    body += note("No prompts of this task as this model reads them are in the catalogue: it was not scanned on it, or none passed the filters.");
  } else {
    const Json& sample = view.data.at("sample");
    body += facts({{"Prompts", escaped(count_words(static_cast<std::int64_t>(prompts.size())))},
                   {"Seed", escaped(std::to_string(sample.at("seed").as_integer()))},
                   {"Wording", tag("code", {{"title", sample.at("task_hash").as_string()}},
                                   sample.at("task_hash").as_string().substr(0, 12))}});
    body += prompt_list(prompts, prompts.size());
  }
  return {.title = "Prompts of " + task.at("title").as_string(),
          .section = "models",
          .crumbs = {{"Models", "/models"}, {model, model_url(model)}},
          .body = std::move(body)};
}

}  // namespace

const Route kPromptsRoute{.pattern = "/models/{model}/prompts",
                          .summary = "The prompts of a task as a model's tokenizer cuts them, with roles and answers.",
                          .parameters = kPromptsParameters,
                          .answer_shape = "PromptsAnswer",
                          .answer = answer_prompts,
                          .page = page_prompts};

}  // namespace headlight
