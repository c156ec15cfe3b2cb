// /families and /methods: what scans have looked for, and how.
#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/routes/plugin_words.hpp"
#include "web/rows_json.hpp"
#include "web/tally.hpp"
#include "web/urls.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

Answer answer_families(Catalogue& catalogue, const Arguments&, Format) {
  return {.data = Json::object({{"plugins", list_json(newest_plugins(catalogue, "family"), plugin_json)},
                                {"tallies", list_json(tally_heads(catalogue, "", ""), tally_json)}})};
}

Answer answer_methods(Catalogue& catalogue, const Arguments&, Format) {
  return {.data = Json::object(
              {{"plugins", list_json(newest_plugins(catalogue, "method"), plugin_json)}, {"tallies", Json::array()}})};
}

// All models together.
Json total_of(const Json& tallies, const std::string& family) {
  Json total = verdict_counts_json({});
  for (const Json& tally : tallies.as_array()) {
    if (tally.at("family").as_string() != family) continue;
    for (const auto& [verdict, count] : tally.at("heads").as_object())
      total.set(verdict, total.at(verdict).as_integer() + count.as_integer());
  }
  return total;
}

Page page_families(const View& view) {
  const Json& families = view.data.at("plugins");
  Markup body = note(
      "A family is a kind of head: what it looks at and which number says so. Each is a plugin, and any method can test any of "
      "them.",
      "lead");
  // By the stage of reading and answering at which the heads work.
  for (const char* stage : {"KR", "ICI", "LR", "EP", ""}) {
    Markup items;
    for (const Json& family : families.as_array()) {
      const std::string given = family.at("stage").is_null() ? "" : family.at("stage").as_string();
      if (stage_title(given) != stage_title(stage)) continue;
      const std::string id = family.at("id").as_string();
      items += tag("li", {},
                   {tag("h3", {}, link_to(family_url(id), family.at("title").as_string())),
                    note(family.at("summary").as_string()), verdict_bar(total_of(view.data.at("tallies"), id))});
    }
    if (!items.html.empty())
      body += section(std::string("stage-") + (*stage == '\0' ? "none" : stage), stage_title(stage),
                      tag("ul", {{"class", "cards"}}, items));
  }
  if (families.size() == 0) body += note("No scan has looked for any yet.");
  return {.title = "Families of heads", .section = "families", .crumbs = {}, .body = std::move(body)};
}

Markup method_cards(const Json& methods, bool measuring) {
  Markup items;
  for (const Json& method : methods.as_array())
    if (method.at("measures_family").as_bool() == measuring)
      items += tag("li", {},
                   {tag("h3", {}, link_to(method_url(method.at("id").as_string()), method.at("title").as_string())),
                    note(method.at("summary").as_string())});
  return items.html.empty() ? note("No scan has used any yet.") : tag("ul", {{"class", "cards"}}, items);
}

Page page_methods(const View& view) {
  const Json& methods = view.data.at("plugins");
  Markup body = note(
      "A method establishes a head's role: by reading what it looks at, or by editing it and measuring what changes. Each is a "
      "plugin.",
      "lead");
  body += section("attentional", "Attentional evidence", method_cards(methods, true)) +
          section("causal", "Causal evidence", method_cards(methods, false));
  return {.title = "Methods", .section = "methods", .crumbs = {}, .body = std::move(body)};
}

}  // namespace

const Route kFamiliesRoute{.pattern = "/families",
                           .summary = "The families that scans have looked for.",
                           .answer_shape = "Plugins",
                           .table = "plugins",
                           .answer = answer_families,
                           .page = page_families};
const Route kMethodsRoute{.pattern = "/methods",
                          .summary = "The methods that scans have used.",
                          .answer_shape = "Plugins",
                          .table = "plugins",
                          .answer = answer_methods,
                          .page = page_methods};

}  // namespace headlight
