#include "web/routes/model_table.hpp"

#include "web/components.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

// "induction 6, previous-token 3": the families with confirmed heads.
Markup confirmed_in(const std::string& model, const Json& tallies) {
  Markup list;
  for (const Json& tally : tallies.as_array()) {
    const std::int64_t n = tally.at("heads").at("confirmed").as_integer();
    if (tally.at("model").as_string() != model || n == 0) continue;
    const std::string family = tally.at("family").as_string();
    const std::string url = url_with("/catalogue", {{"model", model}, {"family", family}, {"verdict", "confirmed"}});
    list += tag("a", {{"class", "count"}, {"href", url}}, {family, " ", tag("b", {}, count_words(n))});
  }
  return list.html.empty() ? tag("span", {{"class", "quiet"}}, "none yet") : tag("span", {{"class", "counts"}}, list);
}

}  // namespace

Markup model_table(const Json& models, const Json& tallies) {
  const std::vector<Column> columns{{"Model"},
                                    {"Layers × heads", "number"},
                                    {"Parameters", "number"},
                                    {"Detectors", "number", "family, method and task"},
                                    {"Confirmed heads"},
                                    {"Last scan"}};
  Markup rows;
  for (const Json& model : models.as_array()) {
    const std::string name = model.at("name").as_string();
    Markup detectors = escaped(count_words(model.at("n_detectors").as_integer()));
    if (const auto open = model.at("n_runs_open").as_integer(); open > 0)
      detectors += tag("span", {{"class", "quiet"}}, " +" + count_words(open) + " open");
    rows += row_of(
        {model_link(name) + tag("span", {{"class", "quiet below"}}, model.at("architecture").as_string()),
         escaped(std::to_string(model.at("n_layers").as_integer()) + " × " + std::to_string(model.at("n_heads").as_integer())),
         escaped(size_words(model.at("n_parameters").as_integer())), detectors, confirmed_in(name, tallies),
         tag("time", {{"datetime", model.at("seen_at").as_string()}}, time_words(model.at("seen_at").as_string()))},
        columns);
  }
  return table_of("Models", columns, rows);
}

}  // namespace headlight
