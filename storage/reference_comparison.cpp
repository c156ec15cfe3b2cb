#include "storage/reference_comparison.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "storage/catalogue.hpp"
#include "storage/family_statistics.hpp"
#include "storage/read_rows.hpp"

namespace headlight {
namespace {

using HeadStatistics = std::map<HeadId, FamilyStatistic>;

std::vector<ReferenceComparison> read_lists(const Connection& connection, const std::string& model, const std::string& family) {
  Statement query = connection.prepare(R"sql(
    SELECT list.name, list.title, list.paper, list.url, about.family, about.sureness, about.score_name, about.note, about.complete,
           about.has_detector OR EXISTS (SELECT 1 FROM plugin WHERE kind = 'family' AND plugin.id = about.family), list.id
    FROM reference_model AS held
    JOIN reference_list AS list ON list.id = held.list
    JOIN reference_family AS about ON about.list = list.id
    WHERE held.model = ?1 AND (?2 = '' OR about.family = ?2)
    ORDER BY list.name, about."index")sql");
  query.bind(find_model_id(connection, model), family);
  Statement heads = connection.prepare("SELECT layer, head, score FROM reference_head WHERE list = ? AND family = ? ORDER BY layer, head");
  std::vector<ReferenceComparison> lists;
  while (query.step()) {
    ReferenceComparison& list = lists.emplace_back(ReferenceComparison{
        .model = model, .list = query.text(0), .title = query.text(1), .paper = query.text(2), .url = query.text(3), .family = query.text(4),
        .sureness = query.text(5), .score_name = query.text(6), .note = query.text(7), .complete = query.integer(8) != 0,
        .status = query.integer(9) != 0 ? ReferenceStatus::not_scanned : ReferenceStatus::no_detector, .why_not = {}, .published = {}, .extra = {}});
    heads.bind(query.integer(10), list.family);
    while (heads.step()) list.published.push_back({.head = {.layer = heads.small(0), .head = heads.small(1)}, .published_score = heads.optional_real(2)});
    list.n_published = static_cast<int>(list.published.size());
  }
  return lists;
}

void look_up(ComparedHead& head, const HeadStatistics& statistics) {
  const auto found = statistics.find(head.head);
  if (found == statistics.end()) return;
  head.score = found->second.score;
  head.found = found->second.present;
  head.rank = 1 + static_cast<int>(std::count_if(statistics.begin(), statistics.end(), [&](const auto& other) { return other.second.score > *head.score; }));
}

void sort_by_rank(std::vector<ComparedHead>& heads) {
  const auto key = [](const ComparedHead& head) { return std::tuple(head.rank.value_or(std::numeric_limits<int>::max()), head.head); };
  std::sort(heads.begin(), heads.end(), [&](const ComparedHead& a, const ComparedHead& b) { return key(a) < key(b); });
}

void compare(ReferenceComparison& list, const ModelRecord& model, const HeadStatistics& statistics) {
  list.status = ReferenceStatus::compared;
  std::set<HeadId> published;
  for (ComparedHead& head : list.published) {
    look_up(head, statistics);
    published.insert(head.head);
    list.n_both += head.found;
  }
  for (const auto& [head, statistic] : statistics) {
    list.n_found += statistic.present;
    if (!statistic.present || published.contains(head)) continue;
    look_up(list.extra.emplace_back(ComparedHead{.head = head}), statistics);
  }
  sort_by_rank(list.published);
  sort_by_rank(list.extra);
  list.n_heads = static_cast<int>(statistics.size());
  list.recall = list.n_both / static_cast<double>(list.n_published);
  list.recall_interval = wilson_interval(list.n_both, list.n_published);
  if (list.complete && list.n_found > 0) {
    list.precision = list.n_both / static_cast<double>(list.n_found);
    list.precision_interval = wilson_interval(list.n_both, list.n_found);
  }
  std::vector<std::optional<double>> scores;
  std::vector<bool> is_published;
  for (int layer = 0; layer < model.n_layers; ++layer)
    for (int index = 0; index < model.n_heads; ++index) {
      const auto found = statistics.find({.layer = layer, .head = index});
      scores.push_back(found == statistics.end() ? std::nullopt : std::optional(found->second.score));
      is_published.push_back(published.contains({.layer = layer, .head = index}));
    }
  list.average_precision = average_precision(scores, is_published);
  list.chance = list.n_published / static_cast<double>(scores.size());
}

// Why a family that was looked for has no numbers; nothing when it was not looked for, or that is not done.
std::optional<std::string> why_not_measurable(Catalogue& catalogue, const std::string& model, const std::string& family) {
  for (const DetectorRow& detector : catalogue.detectors({.model = model, .family = family}))
    if (detector.measures_family && detector.status == RunStatus::done) {
      const std::string why = catalogue.run(detector.run).row.why_not;
      return why.empty() ? "no head has a score" : why;
    }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ReferenceStatus status) {
  switch (status) {
    case ReferenceStatus::compared: return "compared";
    case ReferenceStatus::not_scanned: return "not scanned";
    case ReferenceStatus::not_measurable: return "not measurable";
    case ReferenceStatus::no_detector: return "no detector yet";
  }
  return "";
}

std::optional<double> average_precision(const std::vector<std::optional<double>>& scores, const std::vector<bool>& published) {
  std::vector<std::pair<double, bool>> order;
  for (size_t i = 0; i < scores.size(); ++i)
    order.emplace_back(scores[i].value_or(-std::numeric_limits<double>::infinity()), published[i]);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  const auto n_published = std::count(published.begin(), published.end(), true);
  if (n_published == 0) return std::nullopt;
  double sum = 0;
  std::ptrdiff_t n_hits = 0;
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    std::ptrdiff_t n_new = 0;
    for (; end < order.size() && order[end].first == order[begin].first; ++end) n_new += order[end].second;
    n_hits += n_new;
    sum += static_cast<double>(n_new) * static_cast<double>(n_hits) / static_cast<double>(end);
  }
  return sum / static_cast<double>(n_published);
}

std::vector<ReferenceComparison> compare_references(Catalogue& catalogue, const ReferenceQuery& query) {
  std::vector<ModelRow> models;
  if (query.model.empty()) models = catalogue.models();
  else models.push_back(catalogue.model(query.model));
  std::vector<ReferenceComparison> all;
  for (const ModelRow& model : models) {
    std::map<std::string, HeadStatistics> known;  // [family]
    for (ReferenceComparison& list : read_lists(catalogue.connection(), model.record.name, query.family)) {
      if (!known.contains(list.family)) known[list.family] = family_statistics(catalogue, model.record.name, list.family)[list.family];
      if (!known[list.family].empty()) {
        compare(list, model.record, known[list.family]);
      } else if (const auto why = why_not_measurable(catalogue, model.record.name, list.family)) {
        list.status = ReferenceStatus::not_measurable;
        list.why_not = *why;
      }
      all.push_back(std::move(list));
    }
  }
  return all;
}

std::vector<Publication> publications_of(const Catalogue& catalogue, const std::string& model, HeadId head) {
  Statement query = catalogue.connection().prepare(
      "SELECT published_heads.list, title, published_heads.paper, published_heads.url, family, sureness, score_name, published_score "
      "FROM published_heads JOIN reference_list ON reference_list.name = published_heads.list "
      "WHERE model = ? AND layer = ? AND \"index\" = ? ORDER BY family, published_heads.list");
  query.bind(model, head.layer, head.head);
  std::vector<Publication> publications;
  while (query.step())
    publications.push_back({.list = query.text(0), .title = query.text(1), .paper = query.text(2), .url = query.text(3), .family = query.text(4),
                            .sureness = query.text(5), .score_name = query.text(6), .published_score = query.optional_real(7)});
  return publications;
}

}  // namespace headlight
