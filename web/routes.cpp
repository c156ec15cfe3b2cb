#include "web/routes.hpp"

#include "web/routes/all.hpp"

namespace headlight {
namespace {

constexpr const Route* kRoutes[] = {
    &kOverviewRoute, &kModelsRoute,    &kModelRoute,   &kHeadRoute,     &kDetectorRoute, &kPromptsRoute,
    &kPatternsRoute, &kCatalogueRoute, &kCompareRoute, &kOverlapRoute,  &kReferencesRoute, &kFamiliesRoute,
    &kFamilyRoute,   &kMethodsRoute,   &kMethodRoute,  &kTasksRoute,    &kTaskRoute,       &kRunsRoute,
    &kRunRoute,      &kSqlRoute,       &kApiRoute,     &kOpenApiRoute,  &kEventsRoute,     &kUiRoute,
};

std::vector<std::string_view> segments_of(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (pattern.size() > 1) {
    pattern.remove_prefix(1);
    const size_t end = pattern.find('/');
    segments.push_back(pattern.substr(0, end));
    pattern.remove_prefix(end == std::string_view::npos ? pattern.size() : end);
  }
  return segments;
}

bool is_name(std::string_view segment) { return segment.starts_with("{"); }
std::string_view name_in(std::string_view segment) { return segment.substr(1, segment.size() - 2); }

// A model's name may hold slashes.
bool takes_many(std::string_view segment) { return segment == "{model}"; }

bool fits(std::span<const std::string_view> pattern, std::span<const std::string> segments, QueryFields& values) {
  if (pattern.empty() || segments.empty()) return pattern.empty() && segments.empty();
  if (!is_name(pattern[0])) return pattern[0] == segments[0] && fits(pattern.subspan(1), segments.subspan(1), values);
  std::string value;
  for (size_t n = 1; n <= segments.size(); ++n) {
    value += (n == 1 ? "" : "/") + segments[n - 1];
    values.emplace_back(name_in(pattern[0]), value);
    if (!value.empty() && fits(pattern.subspan(1), segments.subspan(n), values)) return true;
    values.pop_back();
    if (!takes_many(pattern[0])) break;
  }
  return false;
}

int n_literals(std::span<const std::string_view> pattern) {
  int n = 0;
  for (const std::string_view segment : pattern) n += !is_name(segment);
  return n;
}

void consider(const Route& route, Format format, std::span<const std::string> segments, std::optional<RouteMatch>& best,
              int& best_literals) {
  const auto pattern = segments_of(route.pattern);
  RouteMatch match{.route = &route, .format = format};
  if (n_literals(pattern) <= best_literals || !fits(pattern, segments, match.path)) return;
  best_literals = n_literals(pattern);
  best = std::move(match);
}

std::optional<RouteMatch> find_in_format(std::span<const std::string> segments, Format format) {
  std::optional<RouteMatch> best;
  int best_literals = -1;
  for (const Route* route : kRoutes)
    for (const Format has : formats_of(*route))
      if (has == format) consider(*route, format, segments, best, best_literals);
  return best;
}

// Without the ending of the format: {"x.json"} becomes {"x"}, {"index.json"} nothing.
std::optional<std::vector<std::string>> without_ending(std::vector<std::string> segments, std::string_view ending) {
  if (segments.empty() || segments.back().size() <= ending.size() || !segments.back().ends_with(ending)) return std::nullopt;
  segments.back().resize(segments.back().size() - ending.size());
  if (segments == std::vector<std::string>{"index"}) segments.clear();
  return segments;
}

std::string_view ending_of(Format format) { return format == Format::json ? ".json" : format == Format::csv ? ".csv" : ""; }

}  // namespace

std::span<const Route* const> routes() { return kRoutes; }

std::vector<Format> formats_of(const Route& route) {
  if (route.raw != nullptr) return {Format::raw};
  if (route.table.empty()) return {Format::page, Format::json};
  return {Format::page, Format::json, Format::csv};
}

std::string pattern_of(const Route& route, Format format) {
  if (route.pattern == "/" && format != Format::page) return "/index" + std::string(ending_of(format));
  return std::string(route.pattern) + std::string(ending_of(format));
}

std::optional<RouteMatch> find_route(const std::vector<std::string>& segments) {
  if (auto match = find_in_format(segments, Format::raw)) return match;
  for (const Format format : {Format::json, Format::csv})
    if (const auto rest = without_ending(segments, ending_of(format)))
      if (auto match = find_in_format(*rest, format)) return match;
  return find_in_format(segments, Format::page);
}

}  // namespace headlight
