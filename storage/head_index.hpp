// The detectors of a catalogue in memory, with the counts and bounds of their heads: some ten thousand small records, from which
// filters, totals and facets are answered without touching the rows. Read again when the catalogue has changed.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "storage/connection.hpp"
#include "storage/head_query.hpp"

namespace headlight {

// The four names of a detector.
enum class Axis { model = 0, family = 1, method = 2, task = 3 };
inline constexpr std::array kAxes{Axis::model, Axis::family, Axis::method, Axis::task};

struct IndexedDetector {
  std::int64_t id = 0;         // detector.id
  std::int64_t run = 0;        // run.id
  std::array<int, 4> rank{};   // [axis] into HeadIndex::names
  int rank_of(Axis axis) const { return rank[static_cast<size_t>(axis)]; }
};

// How many rows of each slice pass conditions on rows, as far as it has been counted: pages and facets of a query ask for the same.
struct RowCounts {
  std::optional<double> min_score;
  std::optional<HeadId> head;
  std::vector<std::int64_t> n;  // [slice]; -1: not counted yet
};

// The heads of one detector that share a verdict.
struct Slice {
  int detector = 0;  // into HeadIndex::detectors
  Verdict verdict = Verdict::absent;
  std::int64_t n_heads = 0, n_scored = 0;
  double min_score = std::numeric_limits<double>::quiet_NaN(), max_score = min_score;
};

class HeadIndex {
 public:
  // Reads what has changed. REQUIRES a transaction, so that the rows read after it belong to it.
  void refresh(const Connection& connection);

  const std::vector<IndexedDetector>& detectors() const { return detectors_; }
  const std::vector<Slice>& slices() const { return slices_; }
  // Sorted.
  const std::vector<std::string>& names(Axis axis) const { return names_[static_cast<size_t>(axis)]; }
  const std::string& name(const IndexedDetector& detector, Axis axis) const {
    return names(axis)[static_cast<size_t>(detector.rank_of(axis))];
  }
  const IndexedDetector& detector_of(const Slice& slice) const { return detectors_[static_cast<size_t>(slice.detector)]; }
  size_t place_of(const Slice& slice) const { return static_cast<size_t>(&slice - slices_.data()); }

  // The counts for these conditions, kept until the catalogue changes or other conditions are asked for.
  RowCounts& row_counts(const std::optional<double>& min_score, const std::optional<HeadId>& head) const;

 private:
  void read_detectors(const Connection& connection);
  void read_slices(const Connection& connection);

  std::int64_t change_ = -1;
  std::vector<IndexedDetector> detectors_;  // by id
  std::vector<Slice> slices_;               // by detector, verdict
  std::array<std::vector<std::string>, 4> names_;
  mutable RowCounts counts_;
};

}  // namespace headlight
