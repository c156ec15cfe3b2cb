// Finds the first rows of a query without reading the others: slices are opened from the best bound on, until no slice that is
// left can hold a row that belongs among the first (Fagin's threshold algorithm, doi:10.1016/S0022-0000(03)00026-6).
#pragma once

#include <vector>

#include "storage/head_filter.hpp"

namespace headlight {

// The rows [offset, offset + limit) of the query, and the number of all. REQUIRES a read transaction in which `index` was refreshed.
HeadPage find_heads(const HeadIndex& index, const Connection& connection, const HeadQuery& query);

Facets count_facets(const HeadIndex& index, const Connection& connection, const HeadQuery& query);

}  // namespace headlight
