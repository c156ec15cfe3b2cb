// headlight overlap: which families agree on which heads.
#include <algorithm>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "storage/catalogue.hpp"
#include "storage/overlap.hpp"

namespace headlight {
namespace {

int run(const ParsedOptions& options, const Environment&) {
  Catalogue catalogue(catalogue_path(options));
  std::vector<std::string> models;
  if (options.has("model")) models.push_back(options.text("model"));
  else
    for (const ModelRow& row : catalogue.models()) models.push_back(row.record.name);
  std::vector<FamilyOverlap> overlaps;
  for (const std::string& model : models)
    for (FamilyOverlap& overlap : family_overlaps(catalogue, model)) overlaps.push_back(std::move(overlap));
  std::stable_sort(overlaps.begin(), overlaps.end(),
                   [](const FamilyOverlap& a, const FamilyOverlap& b) { return a.share.value_or(-1) > b.share.value_or(-1); });

  const auto total = overlaps.size();
  if (const auto limit = row_limit(options); limit && static_cast<size_t>(*limit) < total) overlaps.resize(static_cast<size_t>(*limit));

  Table table({{"model"}, {"family_a"}, {"family_b"}, {"n_a", true}, {"n_b", true}, {"n_both", true}, {"share", true}, {"share_low", true},
               {"share_high", true}, {"correlation", true}, {"correlation_low", true}, {"correlation_high", true}, {"n_heads", true}});
  for (const FamilyOverlap& o : overlaps)
    table.add({o.model, o.family_a, o.family_b, o.n_a, o.n_b, o.n_both, json_or_null(o.share), json_or_null(o.share_low), json_or_null(o.share_high),
               json_or_null(o.correlation), json_or_null(o.correlation_low), json_or_null(o.correlation_high), o.n_heads});
  if (options.has("json")) return table.print_json(std::cout), kDone;
  if (options.has("csv")) return table.print_csv(std::cout), kDone;
  table.print(std::cout);
  if (overlaps.size() < total) std::cerr << overlaps.size() << " of " << total << " pairs; --limit 0 shows all\n";
  if (overlaps.empty()) std::cerr << "no model has been scanned for two families yet: headlight scan MODEL\n";
  return kDone;
}

}  // namespace

Command overlap_command() {
  return {.spec = {.name = "overlap",
                   .summary = "Says which families agree on a model's heads.",
                   .positionals = "",
                   .options = {{"model", "M", "only this model"}, limit_option(), json_option(), csv_option(), db_option()},
                   .notes = "share: of the heads that look like either family, those that look like both, with Wilson's 95 % interval. correlation: Spearman's, of "
                            "the two statistics over the heads, with its 95 % interval."},
          .run = run};
}

}  // namespace headlight
