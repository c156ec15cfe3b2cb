#include "web/tally.hpp"

#include <algorithm>
#include <set>

#include "web/rows_json.hpp"

namespace headlight {
namespace {

// Best first; not_measurable says the least.
constexpr Verdict kFound[] = {Verdict::confirmed, Verdict::correlational, Verdict::causal};

using ModelAndFamily = std::pair<std::string, std::string>;

// Heads that some detector of (model, family) found, with their best verdict.
std::map<ModelAndFamily, std::map<HeadId, Verdict>> best_verdicts(Catalogue& catalogue, const std::string& model, const std::string& family) {
  std::map<ModelAndFamily, std::map<HeadId, Verdict>> best;
  for (const Verdict verdict : kFound) {
    const HeadQuery query{.model = model, .family = family, .verdict = verdict, .limit = std::nullopt};
    for (const HeadRow& row : catalogue.heads(query).rows) best[{row.model, row.family}].emplace(row.head, verdict);
  }
  return best;
}

}  // namespace

std::vector<Tally> tally_heads(Catalogue& catalogue, const std::string& model, const std::string& family) {
  const auto best = best_verdicts(catalogue, model, family);
  std::map<ModelAndFamily, int> n_heads;
  std::map<ModelAndFamily, bool> measurable;
  for (const DetectorRow& row : catalogue.detectors({.model = model, .family = family})) {
    if (row.n_heads.empty()) continue;
    int n = 0;
    for (const auto& [verdict, count] : row.n_heads) n += count;
    n_heads[{row.name.model, row.name.family}] = n;
    measurable[{row.name.model, row.name.family}] |= !row.n_heads.contains(Verdict::not_measurable);
  }
  std::vector<Tally> tallies;
  for (const auto& [key, n] : n_heads) {
    Tally tally{.model = key.first, .family = key.second, .heads = {}};
    int n_found = 0;
    if (const auto found = best.find(key); found != best.end())
      for (const auto& [head, verdict] : found->second) ++tally.heads[verdict], ++n_found;
    tally.heads[measurable[key] ? Verdict::absent : Verdict::not_measurable] = n - n_found;
    tallies.push_back(std::move(tally));
  }
  return tallies;
}

Json tally_json(const Tally& tally) {
  return Json::object({{"model", tally.model}, {"family", tally.family}, {"heads", verdict_counts_json(tally.heads)}});
}

std::vector<HeadRow> found_heads(Catalogue& catalogue, const std::string& model, const std::string& family, Verdict verdict) {
  std::set<DetectorName> statistics;
  for (const DetectorRow& row : catalogue.detectors({.model = model, .family = family}))
    if (row.measures_family) statistics.insert(row.name);
  std::vector<HeadRow> rows =
      catalogue.heads({.model = model, .family = family, .verdict = verdict, .order = {}, .limit = std::nullopt}).rows;
  std::erase_if(rows, [&](const HeadRow& row) { return !statistics.contains({row.model, row.family, row.method, row.task}); });
  return rows;
}

std::vector<PluginRow> newest_plugins(Catalogue& catalogue, const std::string& kind) {
  std::vector<PluginRow> rows = catalogue.plugins();
  std::erase_if(rows, [&](const PluginRow& row) { return row.record.kind != kind; });
  const auto end = std::unique(rows.begin(), rows.end(), [](const PluginRow& a, const PluginRow& b) { return a.record.id == b.record.id; });
  rows.erase(end, rows.end());
  return rows;
}

}  // namespace headlight
