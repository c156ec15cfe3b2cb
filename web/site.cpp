#include "web/site.hpp"

#include <exception>

#include "core/base/error.hpp"
#include "core/base/hash.hpp"
#include "web/csv.hpp"
#include "web/guard.hpp"
#include "web/routes.hpp"
#include "web/shell.hpp"

namespace headlight {
namespace {

constexpr const char* kJsonType = "application/json";
constexpr const char* kHtmlType = "text/html; charset=utf-8";

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
      return 400;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::unsupported:
      return 501;
    case ErrorCode::not_measurable:
      return 422;
    case ErrorCode::out_of_memory:
    case ErrorCode::cancelled:
      return 503;
    default:
      return 500;
  }
}

// The page's own path from what its route matched: the same for all three twins.
std::string path_of(const RouteMatch& match) {
  std::string path;
  for (std::string_view rest = match.route->pattern; !rest.empty();) {
    const size_t open = rest.find('{');
    path += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const size_t close = rest.find('}');
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    for (const auto& [field, value] : match.path)
      if (field == name) path += name == "model" ? path_escaped(value) : query_escaped(value);
    rest.remove_prefix(close + 1);
  }
  return path;
}

std::string twin_path(const RouteMatch& match, std::string_view ending) {
  const std::string path = path_of(match);
  return (path == "/" ? "/index" : path) + std::string(ending);
}

Json envelope(const RouteMatch& match, const Arguments& arguments, Answer answer) {
  const std::string self = twin_path(match, ".json");
  Json links = Json::object({{"self", url_with(self, arguments.query())}, {"page", url_with(path_of(match), arguments.query())}});
  if (!match.route->table.empty()) links.set("csv", url_with(twin_path(match, ".csv"), arguments.query()));
  Json page;
  if (answer.page) {
    const Paging& paging = *answer.page;
    page = Json::object({{"limit", paging.limit}, {"offset", paging.offset}, {"total", paging.total}});
    const auto at = [&](std::int64_t offset) {
      return url_with(self, arguments.query_with({{"offset", std::to_string(offset)}}));
    };
    if (paging.offset + paging.limit < paging.total) links.set("next", at(paging.offset + paging.limit));
    if (paging.offset > 0) links.set("previous", at(std::max<std::int64_t>(0, paging.offset - paging.limit)));
  }
  return Json::object({{"data", std::move(answer.data)}, {"links", std::move(links)}, {"page", std::move(page)}});
}

std::string page_html(const RouteMatch& match, const Arguments& arguments, const Answer& answer, const std::string& catalogue) {
  const View view{.answer = answer, .data = answer.data, .arguments = arguments, .path = path_of(match)};
  PageFrame frame{.catalogue = catalogue, .json_url = url_with(twin_path(match, ".json"), arguments.query()), .csv_url = ""};
  if (!match.route->table.empty())
    frame.csv_url = url_with(twin_path(match, ".csv"), arguments.query_with({{"limit", ""}, {"offset", ""}}));
  return framed(match.route->page(view), frame);
}

Response html_error(int status, const std::string& message, const std::string& catalogue) {
  return {.status = status,
          .type = kHtmlType,
          .body = framed(error_page(status, message), {.catalogue = catalogue, .json_url = "", .csv_url = ""})};
}

// An answer that the browser has already is not sent again.
void tag_content(Response& response, const Request& request) {
  if (response.next_chunk || response.status != 200) return;
  const std::string etag = "\"" + content_hash(response.body) + "\"";
  response.headers.emplace_back("ETag", etag);
  if (request.if_none_match.find(etag) == std::string::npos) return;
  response.status = 304;
  response.body.clear();
}

}  // namespace

const std::string* Response::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (field == name) return &value;
  return nullptr;
}

Response json_error(int status, const std::string& code, const std::string& message) {
  const Json error = Json::object({{"error", Json::object({{"code", code}, {"message", message}})}});
  return {.status = status, .type = kJsonType, .body = to_text(error) + "\n"};
}

Website::Website(const std::filesystem::path& catalogue) : pool_(catalogue) {}

Response Website::answer_route(const Request& request, Format& format) {
  const Target target = parse_target(request.target);
  const auto match = find_route(target.segments);
  if (!match)
    throw Error(ErrorCode::not_found,
                "there is nothing at '" + request.target.substr(0, request.target.find('?')) + "'; /api lists all URLs");
  format = match->format;
  const Arguments arguments(match->route->parameters, match->path, target.query);
  CataloguePool::Lease catalogue = pool_.borrow();
  if (format == Format::raw) return match->route->raw(*catalogue, arguments);
  Answer answer = match->route->answer(*catalogue, arguments, format);
  if (format == Format::csv)
    return {.type = "text/csv; charset=utf-8",
            .body = csv_of(answer.data.at(match->route->table), match->route->answer_shape, match->route->table)};
  if (format == Format::json) return {.type = kJsonType, .body = to_text(envelope(*match, arguments, std::move(answer))) + "\n"};
  return {.type = kHtmlType, .body = page_html(*match, arguments, answer, pool_.path().filename().string())};
}

Response Website::answer(const Request& request, int port) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  Format format = path.ends_with(".json") || path.ends_with(".csv") ? Format::json : Format::page;
  const auto fail = [&](int status, const std::string& code, const std::string& message) {
    return format == Format::page ? html_error(status, message, pool_.path().filename().string())
                                  : json_error(status, code, message);
  };
  Response response;
  try {
    if (const auto refusal = refusal_of(request, port)) {
      response = fail(refusal->status, refusal->code, refusal->message);
      if (refusal->status == 405) response.headers.emplace_back("Allow", "GET, HEAD");
    } else {
      response = answer_route(request, format);
      tag_content(response, request);
    }
  } catch (const Error& error) {
    response = fail(status_of(error.code()), std::string(to_string(error.code())), error.what());
  } catch (const std::exception& error) {
    response = fail(500, "internal", std::string("a defect of Headlight: ") + error.what());
  }
  for (const auto& header : security_headers()) response.headers.push_back(header);
  if (response.header("Cache-Control") == nullptr) response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

}  // namespace headlight
