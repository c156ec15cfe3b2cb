#include "web/routes/run_table.hpp"

#include "web/components.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

Markup began(const Json& run) {
  const std::string iso = run.at("started_at").as_string();
  return tag("time", {{"datetime", iso}}, time_words(iso));
}

Markup how_long(const Json& run) {
  if (run.at("status").as_string() == "running") {
    const std::string iso = run.at("updated_at").as_string();
    return tag("span", {{"class", "quiet"}}, {"last sign ", tag("time", {{"datetime", iso}}, time_words(iso))});
  }
  if (!run.at("error_message").is_null())
    return tag("span", {{"class", "quiet clip"}, {"title", run.at("error_message").as_string()}},
               run.at("error_message").as_string());
  return escaped(duration_words(run.at("seconds")));
}

}  // namespace

Markup run_table(const Json& runs) {
  const std::vector<Column> columns{{"Run"},   {"State"}, {"Model"}, {"Family"}, {"Method"}, {"Task"}, {"Prompts", "number"},
                                    {"Began"}, {"Took", "number"}};
  Markup rows;
  for (const Json& run : runs.as_array()) {
    const Json& family = run.at("family");
    rows += row_of({run_link(run.at("run").as_string()), status_chip(run), model_link(run.at("model").as_string()),
                    family.is_null() ? tag("span", {{"class", "quiet"}, {"title", "does not depend on a family"}}, "any")
                                     : family_link(family.as_string()),
                    method_link(run.at("method").as_string()), task_link(run.at("task").as_string()),
                    escaped(count_words(run.at("n_prompts").as_integer())), began(run), how_long(run)},
                   columns);
  }
  return runs.size() == 0 ? note("There is none.") : table_of("Runs", columns, rows);
}

}  // namespace headlight
