// The one table of all URLs, and how a path finds its entry.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "web/route.hpp"

namespace headlight {

// In the order of the documentation.
std::span<const Route* const> routes();

struct RouteMatch {
  const Route* route = nullptr;
  Format format = Format::page;
  QueryFields path;  // the values of the pattern's names
};

// The entry with the most literal segments wins. "/x.json" is the twin of "/x" where its route has one; that of "/" is
// "/index.json". Nothing when no entry fits.
std::optional<RouteMatch> find_route(const std::vector<std::string>& segments);

// The pattern of a format: "/models/{model}.json".
std::string pattern_of(const Route& route, Format format);
std::vector<Format> formats_of(const Route& route);

}  // namespace headlight
