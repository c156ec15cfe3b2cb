#include "core/host/plugin_info.hpp"

#include "core/base/error.hpp"

namespace headlight {
namespace {

template <typename Items, typename Each>
Json list(const Items& items, Each each) {
  Json array = Json::array();
  for (const auto& item : items) array.push(each(item));
  return array;
}

constexpr std::pair<AcrossKind, std::string_view> kAcrossKinds[] = {{AcrossKind::correlation, "correlation"},
                                                                       {AcrossKind::information, "information"},
                                                                       {AcrossKind::steadiness, "steadiness"},
                                                                       {AcrossKind::least, "least"}};

std::string_view to_string(AcrossKind kind) {
  for (const auto& [known, word] : kAcrossKinds)
    if (known == kind) return word;
  throw Error(ErrorCode::internal, "no word for the kind " + std::to_string(static_cast<int>(kind)) + " of numbers across prompts");
}

AcrossKind across_kind_from(std::string_view text) {
  for (const auto& [known, word] : kAcrossKinds)
    if (word == text) return known;
  throw Error(ErrorCode::bad_input, "there is no number across prompts called \"" + std::string(text) + "\"");
}

Json to_json(const PluginOutput& output) {
  Json json = Json::object({{"name", output.name}, {"doc", output.doc}, {"unit", output.unit}, {"min", output.min}, {"max", output.max}});
  json.set("threshold", output.threshold ? Json(*output.threshold) : Json());
  json.set("threshold_source", output.threshold_source);
  json.set("best_of_first", output.best_of_first);
  json.set("best_of_count", output.best_of_count);
  if (const Across& a = output.across; a.kind != AcrossKind::nothing)
    json.set("across", Json::object({{"kind", std::string(to_string(a.kind))}, {"first", a.first}, {"second", a.second}, {"count", a.count}}));
  return json;
}

PluginOutput output_from(const Json& json) {
  PluginOutput output{.name = json.at("name").as_string(),
                      .doc = json.at("doc").as_string(),
                      .unit = json.at("unit").as_string(),
                      .min = json.at("min").as_number(),
                      .max = json.at("max").as_number(),
                      .threshold = std::nullopt,
                      .threshold_source = json.at("threshold_source").as_string()};
  if (!json["threshold"].is_null()) output.threshold = json["threshold"].as_number();
  output.best_of_first = static_cast<int>(json.at("best_of_first").as_integer());
  output.best_of_count = static_cast<int>(json.at("best_of_count").as_integer());
  if (const Json& a = json["across"]; !a.is_null())
    output.across = {.kind = across_kind_from(a.at("kind").as_string()),
                     .first = static_cast<int>(a.at("first").as_integer()),
                     .second = static_cast<int>(a.at("second").as_integer()),
                     .count = static_cast<int>(a.at("count").as_integer())};
  return output;
}

PluginParameter parameter_from(const Json& json) {
  return {.name = json.at("name").as_string(),
          .doc = json.at("doc").as_string(),
          .is_integer = json.at("integer").as_bool(),
          .default_value = json.at("default").as_number(),
          .min = json.at("min").as_number(),
          .max = json.at("max").as_number()};
}

}  // namespace

std::string_view to_string(PluginKind kind) { return kind == PluginKind::family ? "family" : "method"; }

std::string_view to_string(NullKind kind) {
  switch (kind) {
    case NullKind::shuffled_tokens: return "shuffled-tokens";
    case NullKind::random_weights: return "random-weights";
    case NullKind::other_heads: return "other-heads";
  }
  return "?";
}

Json to_json(const PluginInfo& plugin) {
  return Json::object({
      {"id", plugin.id},
      {"kind", std::string(to_string(plugin.kind))},
      {"version", plugin.version},
      {"title", plugin.title},
      {"summary", plugin.summary},
      {"stage", plugin.stage},
      {"formula", plugin.formula},
      {"formula_source", plugin.formula_source},
      {"null", std::string(to_string(plugin.null_kind))},
      {"references", list(plugin.references, [](const auto& r) { return Json::object({{"title", r.title}, {"url", r.url}}); })},
      {"parameters", list(plugin.parameters,
                          [](const auto& p) {
                            return Json::object({{"name", p.name}, {"doc", p.doc}, {"integer", p.is_integer}, {"default", p.default_value},
                                                 {"min", p.min}, {"max", p.max}});
                          })},
      {"outputs", list(plugin.outputs, [](const auto& o) { return to_json(o); })},
      {"sites", list(plugin.sites, [](SiteKind s) { return Json(short_name(s)); })},
      {"tasks", list(plugin.tasks, [](const auto& t) { return Json(t); })},
      {"measures_family", plugin.measures_family},
      {"needs_circuits", plugin.needs_circuits},
      {"n_decoded", plugin.n_decoded},
      {"path", plugin.path.string()},
      {"build_id", plugin.build_id},
  });
}

PluginInfo plugin_info_from(const Json& json) {
  PluginInfo plugin;
  plugin.id = json.at("id").as_string();
  plugin.kind = json.at("kind").as_string() == "family" ? PluginKind::family : PluginKind::method;
  plugin.version = json.at("version").as_string();
  plugin.title = json.at("title").as_string();
  plugin.summary = json.at("summary").as_string();
  plugin.stage = json.at("stage").as_string();
  plugin.formula = json.at("formula").as_string();
  plugin.formula_source = json.at("formula_source").as_string();
  for (const NullKind kind : {NullKind::shuffled_tokens, NullKind::random_weights, NullKind::other_heads})
    if (json.at("null").as_string() == to_string(kind)) plugin.null_kind = kind;
  for (const Json& r : json.at("references").as_array()) plugin.references.push_back({r.at("title").as_string(), r.at("url").as_string()});
  for (const Json& p : json.at("parameters").as_array()) plugin.parameters.push_back(parameter_from(p));
  for (const Json& o : json.at("outputs").as_array()) plugin.outputs.push_back(output_from(o));
  for (const Json& s : json.at("sites").as_array()) {
    const auto kind = site_kind_of(s.as_string());
    if (!kind) throw Error(ErrorCode::bad_input, "the site " + s.as_string() + " is not known");
    plugin.sites.push_back(*kind);
  }
  for (const Json& t : json.at("tasks").as_array()) plugin.tasks.push_back(t.as_string());
  plugin.measures_family = json.at("measures_family").as_bool();
  plugin.needs_circuits = json.at("needs_circuits").as_bool();
  plugin.n_decoded = static_cast<int>(json.at("n_decoded").as_integer());
  plugin.path = json.at("path").as_string();
  plugin.build_id = json.at("build_id").as_string();
  return plugin;
}

PluginRecord record_of(const PluginInfo& plugin) {
  Json manifest = to_json(plugin);
  manifest.set("path", Json());  // where it lies is of this machine, not of the result
  return {.kind = std::string(to_string(plugin.kind)), .id = plugin.id, .version = plugin.version, .build_id = plugin.build_id, .manifest = manifest};
}

}  // namespace headlight
