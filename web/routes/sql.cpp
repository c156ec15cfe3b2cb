// /sql?query=..: one read-only statement over the catalogue, for questions that no page asks.
#include "storage/sql.hpp"

#include "web/components.hpp"
#include "web/routes/all.hpp"
#include "web/words.hpp"

namespace headlight {
namespace {

constexpr SqlLimits kLimits{.time = std::chrono::milliseconds(5'000), .rows = 2'000, .bytes = 16u << 20};

constexpr Parameter kSqlParameters[] = {{"query", "string", "one SELECT; 2000 rows and 5 seconds at most"}};

struct ToJson {
  Json operator()(std::nullptr_t) const { return {}; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(double value) const { return value; }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const SqlBlob& value) const { return "(" + counted(static_cast<std::int64_t>(value.size()), "byte") + ")"; }
};

Answer answer_sql(Catalogue& catalogue, const Arguments& arguments, Format) {
  const std::string& sql = arguments.text("query");
  SqlResult result;
  if (!sql.empty()) result = run_sql(catalogue.connection(), sql, kLimits);
  Json columns = Json::array(), rows = Json::array();
  for (const std::string& column : result.columns) columns.push(column);
  for (const auto& row : result.rows) {
    Json cells = Json::array();
    for (const SqlValue& value : row) cells.push(std::visit(ToJson{}, value));
    rows.push(std::move(cells));
  }
  return {.data = Json::object(
              {{"sql", sql}, {"columns", std::move(columns)}, {"rows", std::move(rows)}, {"truncated", result.truncated}})};
}

Page page_sql(const View& view) {
  const std::string sql = view.data.at("sql").as_string();
  const std::string shown =
      sql.empty()
          ? "SELECT model, family, head, score, verdict FROM heads\nWHERE verdict = 'confirmed' ORDER BY score DESC LIMIT 20"
          : sql;
  Markup body = tag("p", {{"class", "lead"}},
                    {"The catalogue is one SQLite file. Ask it anything: the views ", tag("code", {}, "heads"), ", ",
                     tag("code", {}, "head_outputs"), ", ", tag("code", {}, "evidence"), ", ", tag("code", {}, "runs"), " and ",
                     tag("code", {}, "models"), " are made for questions. Nothing can be changed from here."});
  body += tag("form", {{"class", "sql"}, {"action", view.path}},
              {tag("label", {{"for", "query"}, {"class", "unseen"}}, "Statement"),
               tag("textarea", {{"name", "query"}, {"id", "query"}, {"rows", "5"}, {"spellcheck", "false"}}, "\n" + shown),
               tag("button", {{"type", "submit"}}, "Ask")});
  if (!sql.empty()) {
    std::vector<Column> columns;
    for (const Json& column : view.data.at("columns").as_array()) columns.push_back({column.as_string()});
    Markup rows;
    for (const Json& row : view.data.at("rows").as_array()) {
      Markup cells;
      for (const Json& value : row.as_array())
        cells += tag("td", {{"class", value.is_number() ? "number" : ""}},
                     value.is_null()     ? tag("span", {{"class", "unmeasured"}}, "NULL")
                     : value.is_string() ? escaped(value.as_string())
                                         : escaped(to_text(value)));
      rows += tag("tr", {}, cells);
    }
    const auto n = static_cast<std::int64_t>(view.data.at("rows").size());
    body += note(view.data.at("truncated").as_bool() ? "The first " + counted(n, "row") + "; there are more."
                                                     : counted(n, "row") + ".") +
            table_of("What the statement found", columns, rows);
  }
  return {.title = "SQL", .section = "", .crumbs = {}, .body = std::move(body)};
}

}  // namespace

const Route kSqlRoute{.pattern = "/sql",
                      .summary = "What one read-only SQL statement finds in the catalogue.",
                      .parameters = kSqlParameters,
                      .answer_shape = "SqlAnswer",
                      .answer = answer_sql,
                      .page = page_sql};

}  // namespace headlight
