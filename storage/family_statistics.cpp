#include "storage/family_statistics.hpp"

#include <algorithm>

#include "storage/catalogue.hpp"

namespace headlight {

FamilyStatistics family_statistics(Catalogue& catalogue, const std::string& model, const std::string& family) {
  FamilyStatistics families;
  for (const DetectorRow& detector : catalogue.detectors({.model = model, .family = family})) {
    if (!detector.measures_family || detector.status != RunStatus::done) continue;
    const HeadQuery query{.model = model, .family = detector.name.family, .method = detector.name.method, .task = detector.name.task,
                          .limit = std::nullopt};
    for (const HeadRow& row : catalogue.heads(query).rows) {
      if (!row.score || row.verdict == Verdict::not_measurable) continue;
      const auto [place, is_new] = families[row.family].try_emplace(row.head, FamilyStatistic{.score = *row.score, .present = false});
      if (!is_new) place->second.score = std::max(place->second.score, *row.score);
      place->second.present |= row.verdict == Verdict::confirmed || row.verdict == Verdict::correlational;
    }
  }
  return families;
}

}  // namespace headlight
