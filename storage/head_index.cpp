#include "storage/head_index.hpp"

#include <map>
#include <string_view>
#include <unordered_map>

#include "core/base/error.hpp"

namespace headlight {
namespace {

// Numbers words as they come; afterwards their ranks are known.
class Words {
 public:
  int number_of(std::string word) {
    const auto [place, is_new] = numbers_.try_emplace(std::move(word), static_cast<int>(numbers_.size()));
    return place->second;
  }
  // The words sorted, and [number] the place of each among them.
  std::vector<int> sort_into(std::vector<std::string>& names) const {
    names.clear();
    std::vector<int> ranks(numbers_.size());
    const std::map<std::string_view, int> sorted(numbers_.begin(), numbers_.end());
    for (const auto& [word, number] : sorted) {
      ranks[static_cast<size_t>(number)] = static_cast<int>(names.size());
      names.emplace_back(word);
    }
    return ranks;
  }

 private:
  std::unordered_map<std::string, int> numbers_;
};

[[noreturn]] void fail_summary(const Connection& connection, const Statement& row) {
  throw Error(ErrorCode::corrupt, connection.path().string() + ": detector_summary speaks of detector " + row.text(0) + ", which is not there");
}

}  // namespace

void HeadIndex::refresh(const Connection& connection) {
  const std::int64_t change = connection.integer("SELECT n FROM change");
  if (change == change_) return;
  change_ = -1;
  counts_ = {};
  read_detectors(connection);
  read_slices(connection);
  change_ = change;
}

void HeadIndex::read_detectors(const Connection& connection) {
  std::unordered_map<std::int64_t, std::string> model_names;
  Statement models = connection.prepare("SELECT id, name FROM model");
  while (models.step()) model_names[models.integer(0)] = models.text(1);

  Statement query = connection.prepare("SELECT id, run, model, family, method, task FROM detector ORDER BY id");
  detectors_.clear();
  std::array<Words, 4> words;
  while (query.step()) {
    IndexedDetector& detector = detectors_.emplace_back();
    detector.id = query.integer(0);
    detector.run = query.integer(1);
    detector.rank[0] = words[0].number_of(model_names[query.integer(2)]);
    for (size_t axis = 1; axis < words.size(); ++axis) detector.rank[axis] = words[axis].number_of(query.text(2 + static_cast<int>(axis)));
  }
  for (size_t axis = 0; axis < words.size(); ++axis) {
    const std::vector<int> ranks = words[axis].sort_into(names_[axis]);
    for (IndexedDetector& detector : detectors_) detector.rank[axis] = ranks[static_cast<size_t>(detector.rank[axis])];
  }
}

RowCounts& HeadIndex::row_counts(const std::optional<double>& min_score, const std::optional<HeadId>& head) const {
  if (counts_.n.size() != slices_.size() || counts_.min_score != min_score || counts_.head != head)
    counts_ = {.min_score = min_score, .head = head, .n = std::vector<std::int64_t>(slices_.size(), -1)};
  return counts_;
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
