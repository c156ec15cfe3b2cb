#include "web/tally.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "web/rows_json.hpp"

namespace headlight {
namespace {

// The verdict of a head is the same for all methods of (model, family, task), so one detector of each speaks for all.
constexpr const char* kOneDetectorEach = R"sql(
WITH one AS (
  SELECT min(detector.id) AS detector, model.id AS model, model.name AS name, detector.family AS family
  FROM detector JOIN model ON model.id = detector.model
  WHERE (?1 = '' OR model.name = ?1) AND (?2 = '' OR detector.family = ?2)
    AND EXISTS (SELECT 1 FROM detector_summary WHERE detector_summary.detector = detector.id)
  GROUP BY model.id, detector.family, detector.task))sql";

// Heads that were found, by their best verdict: confirmed, correlational and causal are 1 to 3.
constexpr const char* kFoundHeads = R"sql(
SELECT name, family, verdict, count(*) FROM (
  SELECT one.name AS name, one.family AS family, min(found.verdict) AS verdict
  FROM one JOIN detector_head AS found ON found.detector = one.detector AND found.verdict <= 3
  GROUP BY one.model, one.family, found.layer, found.head)
GROUP BY name, family, verdict)sql";

// All heads that were looked at, and whether any task could be measured.
constexpr const char* kLookedAt = R"sql(
SELECT name, family, max(n_heads), min(n_unmeasurable) FROM (
  SELECT one.name AS name, one.family AS family, sum(n_heads) AS n_heads,
         sum(iif(summary.verdict = 5, n_heads, 0)) AS n_unmeasurable
  FROM one JOIN detector_summary AS summary ON summary.detector = one.detector GROUP BY one.detector)
GROUP BY name, family)sql";

}  // namespace

std::vector<Tally> tally_heads(Catalogue& catalogue, const std::string& model, const std::string& family) {
  const Connection& connection = catalogue.connection();
  const Transaction transaction(connection, Transaction::Kind::read);
  std::map<std::pair<std::string, std::string>, std::map<Verdict, int>> found;  // [model, family]
  Statement heads = connection.prepare(std::string(kOneDetectorEach) + kFoundHeads);
  heads.bind(model, family);
  while (heads.step()) found[{heads.text(0), heads.text(1)}][static_cast<Verdict>(heads.small(2))] = heads.small(3);

  std::vector<Tally> tallies;
  Statement all = connection.prepare(std::string(kOneDetectorEach) + kLookedAt);
  all.bind(model, family);
  while (all.step()) {
    Tally tally{.model = all.text(0), .family = all.text(1), .heads = found[{all.text(0), all.text(1)}]};
    int n_found = 0;
    for (const auto& [verdict, count] : tally.heads) n_found += count;
    const bool measurable = all.integer(3) == 0;
    tally.heads[measurable ? Verdict::absent : Verdict::not_measurable] = all.small(2) - n_found;
    tallies.push_back(std::move(tally));
  }
  return tallies;
}

Json tally_json(const Tally& tally) {
  return Json::object({{"model", tally.model}, {"family", tally.family}, {"heads", verdict_counts_json(tally.heads)}});
}

std::vector<HeadRow> found_heads(Catalogue& catalogue, const std::string& model, const std::string& family, Verdict verdict,
                                 std::int64_t most) {
  std::set<std::string> methods;  // those that take the statistic
  for (const DetectorRow& row : catalogue.detectors({.model = model, .family = family}))
    if (row.measures_family) methods.insert(row.name.method);
  std::vector<HeadRow> rows;
  for (const std::string& method : methods) {
    HeadPage page =
        catalogue.heads({.model = model, .family = family, .method = method, .verdict = verdict, .order = {}, .limit = most});
    std::move(page.rows.begin(), page.rows.end(), std::back_inserter(rows));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const HeadRow& a, const HeadRow& b) { return a.score > b.score; });
  if (static_cast<std::int64_t>(rows.size()) > most) rows.resize(static_cast<size_t>(most));
  return rows;
}

std::vector<PluginRow> newest_plugins(Catalogue& catalogue, const std::string& kind) {
  std::vector<PluginRow> rows = catalogue.plugins();
  std::erase_if(rows, [&](const PluginRow& row) { return row.record.kind != kind; });
  const auto end =
      std::unique(rows.begin(), rows.end(), [](const PluginRow& a, const PluginRow& b) { return a.record.id == b.record.id; });
  rows.erase(end, rows.end());
  return rows;
}

}  // namespace headlight
