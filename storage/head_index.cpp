#include "storage/head_index.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/base/error.hpp"

namespace headlight {
namespace {

// Gives each word a number, in the order of the words.
std::vector<int> ranks_of(const std::vector<std::string>& words, std::vector<std::string>& names) {
  names = words;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::unordered_map<std::string_view, int> rank;
  for (size_t i = 0; i < names.size(); ++i) rank[names[i]] = static_cast<int>(i);
  std::vector<int> ranks;
  ranks.reserve(words.size());
  for (const std::string& word : words) ranks.push_back(rank[word]);
  return ranks;
}

[[noreturn]] void fail_summary(const Connection& connection, const Statement& row) {
  throw Error(ErrorCode::corrupt, connection.path().string() + ": detector_summary speaks of detector " + row.text(0) + ", which is not there");
}

}  // namespace

void HeadIndex::refresh(const Connection& connection) {
  const std::int64_t change = connection.integer("SELECT n FROM change");
  if (change == change_) return;
  change_ = -1;
  read_detectors(connection);
  read_slices(connection);
  change_ = change;
}

void HeadIndex::read_detectors(const Connection& connection) {
  Statement query = connection.prepare(R"sql(
    SELECT detector.id, detector.run, run.hash, output.threshold, model.name, detector.family, detector.method, detector.task
    FROM detector JOIN model ON model.id = detector.model JOIN run ON run.id = detector.run
    LEFT JOIN output ON output.run = run.id AND output."index" = 0
    ORDER BY detector.id)sql");
  detectors_.clear();
  std::array<std::vector<std::string>, 4> words;
  while (query.step()) {
    IndexedDetector detector;
    detector.id = query.integer(0);
    detector.run = query.integer(1);
    detector.run_hash = query.text(2);
    detector.threshold = query.optional_real(3);
    detectors_.push_back(std::move(detector));
    for (size_t axis = 0; axis < words.size(); ++axis) words[axis].push_back(query.text(4 + static_cast<int>(axis)));
  }
  std::vector<std::string> hashes, sorted_hashes;
  for (const IndexedDetector& detector : detectors_) hashes.push_back(detector.run_hash);
  const std::vector<int> run_ranks = ranks_of(hashes, sorted_hashes);
  for (size_t i = 0; i < run_ranks.size(); ++i) detectors_[i].run_rank = run_ranks[i];
  for (size_t axis = 0; axis < words.size(); ++axis) {
    const std::vector<int> ranks = ranks_of(words[axis], names_[axis]);
    for (size_t i = 0; i < ranks.size(); ++i) detectors_[i].rank[axis] = ranks[i];
  }
}

void HeadIndex::read_slices(const Connection& connection) {
  Statement query = connection.prepare(
      "SELECT detector, verdict, n_heads, n_scored, min_score, max_score FROM detector_summary ORDER BY detector, verdict");
  slices_.clear();
  size_t place = 0;
  while (query.step()) {
    while (place < detectors_.size() && detectors_[place].id < query.integer(0)) ++place;
    if (place == detectors_.size() || detectors_[place].id != query.integer(0)) fail_summary(connection, query);
    slices_.push_back({.detector = static_cast<int>(place),
                       .verdict = verdict_from(query.small(1)),
                       .n_heads = query.integer(2),
                       .n_scored = query.integer(3),
                       .min_score = query.real(4),
                       .max_score = query.real(5)});
  }
}

}  // namespace headlight
