#include "web/openapi.hpp"

#include "web/routes.hpp"
#include "web/shapes.hpp"

namespace headlight {
namespace {

Json parameter_json(const Parameter& parameter) {
  return Json::object({{"name", parameter.name},
                       {"in", parameter.in_path ? "path" : "query"},
                       {"required", parameter.in_path || parameter.doc.ends_with("; required")},
                       {"description", parameter.doc},
                       {"schema", Json::object({{"type", parameter.type}})}});
}

Json content_of(const std::string& media_type, Json schema) {
  Json media = Json::object();
  if (!(schema == Json::object())) media.set("schema", std::move(schema));
  return Json::object({{media_type, std::move(media)}});
}

Json envelope_schema(std::string_view shape) {
  return Json::object(
      {{"type", "object"},
       {"properties",
        Json::object({{"data", schema_of(shape)},
                      {"links", Json::object({{"type", "object"}, {"additionalProperties", Json::object({{"type", "string"}})}})},
                      {"page", schema_of("Paging?")}})},
       {"required", Json(Json::Array{"data", "links", "page"})}});
}

Json success_of(const Route& route, Format format) {
  if (format == Format::page) return content_of("text/html", Json::object());
  if (format == Format::csv) return content_of("text/csv", Json::object());
  if (format == Format::json) return content_of("application/json", envelope_schema(route.answer_shape));
  return content_of(std::string(route.media_type), Json::object());
}

Json operation_json(const Route& route, Format format) {
  Json parameters = Json::array();
  for (const Parameter& parameter : route.parameters) parameters.push(parameter_json(parameter));
  const Json error = Json::object(
      {{"description", "What is wrong and what to do"}, {"content", content_of("application/json", schema_of("Failure"))}});
  return Json::object(
      {{"summary", route.summary},
       {"parameters", std::move(parameters)},
       {"responses", Json::object({{"200", Json::object({{"description", "As asked"}, {"content", success_of(route, format)}})},
                                   {"default", error}})}});
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

}  // namespace

Json openapi_document() {
  Json paths = Json::object();
  for (const Route* route : routes())
    for (const Format format : formats_of(*route))
      paths.set(pattern_of(*route, format), Json::object({{"get", operation_json(*route, format)}}));
  return Json::object(
      {{"openapi", "3.1.0"},
       {"info",
        Json::object({{"title", "Headlight"},
                      {"version", "1"},
                      {"description",
                       "The catalogue of attention heads, read only. Every page has a .json twin; {model} may hold slashes."}})},
       {"paths", std::move(paths)},
       {"components", Json::object({{"schemas", all_schemas()}})}});
}

std::string routes_markdown() {
  std::string text = "| URL | twins | gives |\n|---|---|---|\n";
  for (const Route* route : routes()) {
    std::string twins;
    for (const Format format : formats_of(*route))
      if (format == Format::json || format == Format::csv)
        twins += (twins.empty() ? "" : " ") + code(format == Format::json ? ".json" : ".csv");
    if (route->raw != nullptr) twins = std::string(route->media_type);
    text += "| " + code(route->pattern) + " | " + twins + " | " + std::string(route->summary) + " |\n";
  }
  text += "\n| parameter of | name | is |\n|---|---|---|\n";
  for (const Route* route : routes())
    for (const Parameter& parameter : route->parameters)
      if (!parameter.in_path)
        text += "| " + code(route->pattern) + " | " + code(parameter.name) + " (" + std::string(parameter.type) + ") | " +
                std::string(parameter.doc) + " |\n";
  return text;
}

}  // namespace headlight
