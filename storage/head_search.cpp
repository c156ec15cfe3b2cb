#include "storage/head_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace headlight {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kManyRows = std::int64_t{1} << 40;  // more than any catalogue has
constexpr std::int64_t kFirstChunk = 16;                   // rows

// A row's place in the order: smaller comes first.
struct Place {
  bool missing = false;  // no value: last in both directions
  double value = 0;      // of the field; negative when descending
  int model = 0;
  HeadId head = {};
  int family = 0, method = 0, task = 0;
  auto key() const { return std::tie(missing, value, model, head, family, method, task); }
  bool operator<(const Place& other) const { return key() < other.key(); }
};

struct Candidate {
  Place place;
  const Slice* slice = nullptr;
  std::optional<double> score;
  bool operator<(const Candidate& other) const { return place < other.place; }
};

// No row of the slice that is left comes before (missing, value, model).
struct Bound {
  bool missing = false;
  double value = 0;
  int model = 0;
  const Slice* slice = nullptr;
  std::int64_t n_taken = 0;  // rows of the slice that were looked at already
  auto key() const { return std::tie(missing, value, model); }
  bool operator<(const Bound& other) const { return key() > other.key(); }  // a heap's top is its best
  bool is_after(const Place& place) const { return key() > std::tie(place.missing, place.value, place.model); }
};

// The column of head_result behind the field, or nothing.
const char* result_column(HeadField field) {
  switch (field) {
    case HeadField::ci_low: return "result.ci_low";
    case HeadField::ci_high: return "result.ci_high";
    case HeadField::null_mean: return "result.null_mean";
    case HeadField::q: return "result.q";
    case HeadField::n: return "result.n";
    default: return nullptr;
  }
}

// How a slice's own rows are ordered; agrees with Place.
std::string order_clause(const HeadOrder& order) {
  const std::string direction = order.descending ? " DESC" : " ASC";
  switch (order.field) {
    case HeadField::score: return "found.score" + direction + " NULLS LAST, found.layer, found.head";
    case HeadField::head: return "found.layer" + direction + ", found.head" + direction;
    case HeadField::layer: return "found.layer" + direction + ", found.head";
    case HeadField::index: return "found.head" + direction + ", found.layer";
    default: break;
  }
  if (const char* column = result_column(order.field)) return column + direction + " NULLS LAST, found.layer, found.head";
  return "found.layer, found.head";
}

class Search {
 public:
  Search(const HeadIndex& index, const Connection& connection, const HeadQuery& query)
      : index_(index), connection_(connection), query_(query), filter_(index, connection, query), rows_(prepare_rows()) {
    if (query.limit) wanted_ = static_cast<size_t>(std::min(query.offset, kManyRows) + std::min(*query.limit, kManyRows));
  }

  HeadPage run() {
    HeadPage page;
    std::vector<Bound> bounds;  // a heap
    for (const Slice& slice : index_.slices()) {
      if (filter_.broken(slice).n > 0) continue;
      const std::int64_t n = filter_.count(slice);
      page.total += n;
      if (n > 0) bounds.push_back(bound_of(slice));
    }
    std::make_heap(bounds.begin(), bounds.end());
    while (!bounds.empty() && wanted_ > 0) {
      if (best_.size() >= wanted_ && bounds.front().is_after(best_.front().place)) break;
      std::pop_heap(bounds.begin(), bounds.end());
      const std::optional<Bound> rest = take_rows(bounds.back());
      bounds.pop_back();
      if (!rest) continue;
      bounds.push_back(*rest);
      std::push_heap(bounds.begin(), bounds.end());
    }
    std::sort(best_.begin(), best_.end());
    for (size_t i = static_cast<size_t>(query_.offset); i < best_.size(); ++i) page.rows.push_back(complete(best_[i]));
    return page;
  }

 private:
  Statement prepare_rows() const {
    const char* column = result_column(query_.order.field);
    std::string sql = "SELECT found.layer, found.head, found.score, ";
    sql += column ? column : "NULL";
    sql += " FROM detector_head AS found ";
    if (column)
      sql += "LEFT JOIN head_result AS result ON result.run = ?1 AND result.output = 0 AND result.layer = found.layer AND "
             "result.head = found.head ";
    sql += "WHERE found.detector = ?2 AND found.verdict = ?3 ";
    if (query_.min_score) sql += "AND found.score >= ?5 ";
    if (filter_.head()) sql += "AND found.layer = ?6 AND found.head = ?7 ";
    return connection_.prepare(sql + "ORDER BY " + order_clause(query_.order) + " LIMIT ?4 OFFSET ?8");
  }

  double directed(double value) const { return query_.order.descending ? -value : value; }

  // The value of fields that all rows of a slice share; nothing for the others.
  std::optional<double> shared_value(const Slice& slice) const {
    const IndexedDetector& detector = index_.detector_of(slice);
    switch (query_.order.field) {
      case HeadField::model: return detector.rank_of(Axis::model);
      case HeadField::family: return detector.rank_of(Axis::family);
      case HeadField::method: return detector.rank_of(Axis::method);
      case HeadField::task: return detector.rank_of(Axis::task);
      case HeadField::verdict: return static_cast<double>(slice.verdict);
      default: return std::nullopt;
    }
  }

  Bound bound_of(const Slice& slice) const {
    const int model = index_.detector_of(slice).rank_of(Axis::model);
    if (const auto value = shared_value(slice)) return {.missing = false, .value = directed(*value), .model = model, .slice = &slice};
    if (query_.order.field != HeadField::score) return {.missing = false, .value = -kInfinity, .model = model, .slice = &slice};
    if (slice.n_scored == 0) return {.missing = true, .value = 0, .model = model, .slice = &slice};
    const double best = query_.order.descending ? slice.max_score : slice.min_score;
    return {.missing = false, .value = directed(best), .model = model, .slice = &slice};
  }

  // The value of the order's field in the current row; nothing when it is missing.
  std::optional<double> row_value() const {
    const int layer = rows_.small(0), head = rows_.small(1);
    switch (query_.order.field) {
      case HeadField::score: return rows_.optional_real(2);
      case HeadField::head: return layer * 65536.0 + head;
      case HeadField::layer: return layer;
      case HeadField::index: return head;
      default: return rows_.optional_real(3);
    }
  }

  // How many rows to look at next: few at first, since most slices have few good ones.
  std::int64_t chunk_of(const Bound& bound) const {
    if (!query_.limit) return -1;
    if (shared_value(*bound.slice)) return static_cast<std::int64_t>(wanted_);
    return std::max(kFirstChunk, bound.n_taken);
  }

  Candidate candidate_of(const Slice& slice) const {
    const IndexedDetector& detector = index_.detector_of(slice);
    const auto shared = shared_value(slice);
    const auto value = shared ? shared : row_value();
    return {.place = {.missing = !value,
                      .value = value ? directed(*value) : 0,
                      .model = detector.rank_of(Axis::model),
                      .head = {.layer = rows_.small(0), .head = rows_.small(1)},
                      .family = detector.rank_of(Axis::family),
                      .method = detector.rank_of(Axis::method),
                      .task = detector.rank_of(Axis::task)},
            .slice = &slice,
            .score = rows_.optional_real(2)};
  }

  // Looks at the next rows of a slice; returns the bound of those after them, or nothing when none of them is wanted.
  std::optional<Bound> take_rows(const Bound& bound) {
    const Slice& slice = *bound.slice;
    const IndexedDetector& detector = index_.detector_of(slice);
    const std::int64_t chunk = chunk_of(bound);
    rows_.bind(detector.run, detector.id, static_cast<int>(slice.verdict), chunk);
    if (query_.min_score) rows_.bind_one(5, *query_.min_score);
    if (filter_.head()) {
      rows_.bind_one(6, filter_.head()->layer);
      rows_.bind_one(7, filter_.head()->head);
    }
    rows_.bind_one(8, bound.n_taken);
    Bound rest = bound;
    while (rows_.step()) {
      const Candidate candidate = candidate_of(slice);
      if (!keep(candidate)) {
        rows_.reset();
        return std::nullopt;  // the rows after it come later still
      }
      ++rest.n_taken;
      rest.missing = candidate.place.missing;
      rest.value = candidate.place.value;
    }
    return rest.n_taken - bound.n_taken == chunk ? std::optional(rest) : std::nullopt;
  }

  // False when the candidate does not belong among the wanted ones found so far.
  bool keep(const Candidate& candidate) {
    if (best_.size() >= wanted_) {
      if (!(candidate < best_.front())) return false;
      std::pop_heap(best_.begin(), best_.end());
      best_.pop_back();
    }
    best_.push_back(candidate);
    std::push_heap(best_.begin(), best_.end());
    return true;
  }

  HeadRow complete(const Candidate& candidate) {
    if (!result_)
      result_ = connection_.prepare(
          R"sql(SELECT result.ci_low, result.ci_high, result.null_mean, result.q, result.n, output.threshold, run.hash FROM run
                LEFT JOIN output ON output.run = run.id AND output."index" = 0
                LEFT JOIN head_result AS result ON result.run = run.id AND result.output = 0 AND result.layer = ?2 AND result.head = ?3
                WHERE run.id = ?1)sql");
    const IndexedDetector& detector = index_.detector_of(*candidate.slice);
    HeadRow row{.model = index_.name(detector, Axis::model),
                .head = candidate.place.head,
                .family = index_.name(detector, Axis::family),
                .method = index_.name(detector, Axis::method),
                .task = index_.name(detector, Axis::task),
                .score = candidate.score,
                .verdict = candidate.slice->verdict,
                .run = {}};
    if (result_->bind(detector.run, row.head.layer, row.head.head).step()) {
      row.ci_low = result_->optional_real(0);
      row.ci_high = result_->optional_real(1);
      row.null_mean = result_->optional_real(2);
      row.q = result_->optional_real(3);
      if (!result_->is_null(4)) row.n = result_->small(4);
      row.threshold = result_->optional_real(5);
      row.run = result_->text(6);
    }
    return row;
  }

  const HeadIndex& index_;
  const Connection& connection_;
  const HeadQuery& query_;
  HeadFilter filter_;
  Statement rows_;
  std::optional<Statement> result_;
  size_t wanted_ = std::numeric_limits<size_t>::max();
  std::vector<Candidate> best_;  // a heap: the last of the wanted ones on top
};

std::vector<FacetValue> facet_list(const std::vector<std::string>& names, const std::vector<std::int64_t>& counts) {
  std::vector<FacetValue> values;
  for (size_t i = 0; i < names.size(); ++i)
    if (counts[i] > 0) values.push_back({.value = names[i], .n = counts[i]});
  std::stable_sort(values.begin(), values.end(), [](const FacetValue& a, const FacetValue& b) { return a.n > b.n; });
  return values;
}

}  // namespace

HeadPage find_heads(const HeadIndex& index, const Connection& connection, const HeadQuery& query) {
  return Search(index, connection, query).run();
}

Facets count_facets(const HeadIndex& index, const Connection& connection, const HeadQuery& query) {
  HeadFilter filter(index, connection, query);
  std::array<std::vector<std::int64_t>, 4> counts;  // [axis][rank]
  for (const Axis axis : kAxes) counts[static_cast<size_t>(axis)].resize(index.names(axis).size());
  std::array<std::int64_t, kVerdicts.size() + 1> verdicts{};

  for (const Slice& slice : index.slices()) {
    const HeadFilter::Broken broken = filter.broken(slice);
    if (broken.n > 1) continue;
    const std::int64_t n = filter.count(slice);
    const IndexedDetector& detector = index.detector_of(slice);
    for (int axis = 0; axis < 4; ++axis)
      if (broken.n == 0 || broken.axis == axis)
        counts[static_cast<size_t>(axis)][static_cast<size_t>(detector.rank[static_cast<size_t>(axis)])] += n;
    if (broken.n == 0 || broken.axis == 4) verdicts[static_cast<size_t>(slice.verdict)] += n;
  }

  Facets facets;
  facets.models = facet_list(index.names(Axis::model), counts[0]);
  facets.families = facet_list(index.names(Axis::family), counts[1]);
  facets.methods = facet_list(index.names(Axis::method), counts[2]);
  facets.tasks = facet_list(index.names(Axis::task), counts[3]);
  for (const Verdict verdict : kVerdicts)
    facets.verdicts.push_back({.value = std::string(to_string(verdict)), .n = verdicts[static_cast<size_t>(verdict)]});
  return facets;
}

}  // namespace headlight
