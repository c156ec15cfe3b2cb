// /api: all URLs for people; /openapi.json: the same for programs.
#include "web/components.hpp"
#include "web/openapi.hpp"
#include "web/routes.hpp"
#include "web/routes/all.hpp"

namespace headlight {
namespace {

Answer answer_api(Catalogue&, const Arguments&, Format) {
  Json list = Json::array();
  for (const Route* route : routes()) {
    Json formats = Json::array();
    for (const Format format : formats_of(*route))
      formats.push(format == Format::page   ? "page"
                   : format == Format::json ? "json"
                   : format == Format::csv  ? "csv"
                                            : route->media_type);
    list.push(Json::object({{"pattern", route->pattern},
                            {"formats", std::move(formats)},
                            {"summary", route->summary},
                            {"answer", route->answer_shape.empty() ? Json() : Json(route->answer_shape)}}));
  }
  return {.data = Json::object({{"routes", std::move(list)}})};
}

Page page_api(const View& view) {
  const std::vector<Column> columns{{"URL"}, {"Twins"}, {"Gives"}};
  Markup rows;
  for (const Json& route : view.data.at("routes").as_array()) {
    Markup formats;
    for (const Json& format : route.at("formats").as_array()) {
      const std::string& word = format.as_string();
      if (word != "page") formats += tag("span", {{"class", "twin"}}, word == "json" || word == "csv" ? "." + word : word);
    }
    rows +=
        row_of({tag("code", {}, route.at("pattern").as_string()), formats, escaped(route.at("summary").as_string())}, columns);
  }
  Markup body = tag("p", {{"class", "lead"}},
                    {"Every page has a ", tag("code", {}, ".json"), " twin, tables also a ", tag("code", {}, ".csv"),
                     " one; the state of a view is its URL. ", tag("code", {}, "{model}"), " may hold slashes. ",
                     link_to("/openapi.json", "openapi.json"), " has all parameters and shapes."});
  body += note({"A twin is ",
                tag("code", {}, R"({"data": …, "links": {"self", "page", …}, "page": null or {"limit", "offset", "total"}})"),
                ", an error ", tag("code", {}, R"({"error": {"code", "message"}})"), " with the status that fits."});
  return {.title = "All URLs", .section = "", .crumbs = {}, .body = body + table_of("All URLs", columns, rows)};
}

Response answer_openapi(Catalogue&, const Arguments&) {
  return {.type = "application/json", .body = to_pretty_text(openapi_document()) + "\n"};
}

}  // namespace

const Route kApiRoute{.pattern = "/api",
                      .summary = "All URLs.",
                      .answer_shape = "Routes",
                      .table = "routes",
                      .answer = answer_api,
                      .page = page_api};

const Route kOpenApiRoute{.pattern = "/openapi.json",
                          .summary = "All URLs with their parameters and shapes, as OpenAPI 3.1.",
                          .media_type = "application/json",
                          .raw = answer_openapi};

}  // namespace headlight
