#include "storage/head_filter.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "core/base/error.hpp"

namespace headlight {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// "L5H1" is a head; "3.5" may be part of a model's name.
std::optional<HeadId> head_in_search(const std::string& word) {
  if (!std::isalpha(static_cast<unsigned char>(word.front()))) return std::nullopt;
  return parse_head_id(word);
}

int rank_in(const std::vector<std::string>& names, const std::string& name) {
  const auto place = std::lower_bound(names.begin(), names.end(), name);
  return place != names.end() && *place == name ? static_cast<int>(place - names.begin()) : -1;
}

}  // namespace

HeadFilter::HeadFilter(const HeadIndex& index, const Connection& connection, const HeadQuery& query)
    : index_(index), connection_(connection), query_(query), head_(query.head) {
  if (query.limit.value_or(0) < 0 || query.offset < 0)
    throw Error(ErrorCode::bad_input, "limit " + std::to_string(query.limit.value_or(0)) + " and offset " +
                                          std::to_string(query.offset) + " of a query must be 0 or more");
  const std::array<const std::string*, 4> words{&query.model, &query.family, &query.method, &query.task};
  for (const Axis axis : kAxes) {
    const std::string& word = *words[static_cast<size_t>(axis)];
    if (!word.empty()) wanted_[static_cast<size_t>(axis)] = rank_in(index.names(axis), word);
  }
  read_search();
}

void HeadFilter::read_search() {
  std::istringstream words(lower_case(query_.search));
  for (std::string word; words >> word;) {
    if (const auto head = head_in_search(word)) {
      never_ = never_ || (head_ && *head_ != *head);
      head_ = head;
      continue;
    }
    auto& holds = searched_.emplace_back();
    for (const Axis axis : kAxes)
      for (const std::string& name : index_.names(axis))
        holds[static_cast<size_t>(axis)].push_back(lower_case(name).find(word) != std::string::npos);
  }
}

bool HeadFilter::is_found(const IndexedDetector& detector) const {
  return std::all_of(searched_.begin(), searched_.end(), [&](const auto& holds) {
    return std::any_of(kAxes.begin(), kAxes.end(), [&](Axis axis) {
      return holds[static_cast<size_t>(axis)][static_cast<size_t>(detector.rank_of(axis))];
    });
  });
}

HeadFilter::Broken HeadFilter::broken(const Slice& slice) const {
  Broken broken;
  const IndexedDetector& detector = index_.detector_of(slice);
  for (int axis = 0; axis < 4; ++axis) {
    const auto& wanted = wanted_[static_cast<size_t>(axis)];
    if (wanted && *wanted != detector.rank[static_cast<size_t>(axis)]) broken = {.n = broken.n + 1, .axis = axis};
  }
  if (query_.verdict && *query_.verdict != slice.verdict) broken = {.n = broken.n + 1, .axis = 4};
  const bool too_small = query_.min_score && !(slice.max_score >= *query_.min_score);
  if (too_small || never_ || (broken.n < 2 && !is_found(detector))) broken.n = 2;
  return broken;
}

std::int64_t HeadFilter::count(const Slice& slice) {
  if (!has_row_conditions()) return slice.n_heads;
  if (!head_) {
    if (slice.min_score >= *query_.min_score) return slice.n_scored;
    if (!(slice.max_score >= *query_.min_score)) return 0;
  }
  std::int64_t& n = index_.row_counts(query_.min_score, head_).n[index_.place_of(slice)];
  if (n < 0) n = count_rows(slice);
  return n;
}

std::int64_t HeadFilter::count_rows(const Slice& slice) {
  if (!counting_)
    counting_ = connection_.prepare(
        head_ ? "SELECT count(*) FROM detector_head WHERE detector = ?1 AND layer = ?4 AND head = ?5 AND verdict = ?2 AND "
                "(?3 IS NULL OR score >= ?3)"
              : "SELECT count(*) FROM detector_head WHERE detector = ?1 AND verdict = ?2 AND score >= ?3");
  counting_->bind(index_.detector_of(slice).id, static_cast<int>(slice.verdict), query_.min_score);
  if (head_) {
    counting_->bind_one(4, head_->layer);
    counting_->bind_one(5, head_->head);
  }
  counting_->step();
  return counting_->integer(0);
}

}  // namespace headlight
