// headlight heads: the rows of the catalogue, one per head and detector.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/found_heads.hpp"
#include "cli/table.hpp"
#include "cli/unknown_names.hpp"
#include "core/base/error.hpp"
#include "storage/catalogue.hpp"

namespace headlight {
namespace {

HeadQuery query_from(const ParsedOptions& options) {
  HeadQuery query{.model = options.text("model"), .family = options.text("family"), .method = options.text("method"), .task = options.text("task"),
                  .verdict = {}, .min_score = options.number("min-score")};
  if (options.has("verdict")) {
    query.verdict = parse_verdict(options.text("verdict"));
    if (!query.verdict)
      throw Error(ErrorCode::bad_input, "--verdict takes confirmed, correlational, causal, absent or \"not measurable\", not \"" + options.text("verdict") + "\"");
  }
  if (options.has("sort")) query.order = parse_head_order(options.text("sort"));
  query.limit = row_limit(options);
  return query;
}

int run(const ParsedOptions& options, const Environment&) {
  Catalogue catalogue(catalogue_path(options));
  if (options.has("markdown")) {
    for (const char* other : {"method", "task", "verdict", "min-score", "sort", "limit", "json", "csv"})
      if (options.has(other)) throw Error(ErrorCode::bad_input, "--markdown lists what was found by family; it goes with --model and --family, not with --" + std::string(other));
    return print_found_heads(catalogue, options.text("model"), options.text("family"), std::cout), kDone;
  }
  const HeadPage page = catalogue.heads(query_from(options));
  Table table({{"model"}, {"head"}, {"layer", true}, {"index", true}, {"family"}, {"method"}, {"task"}, {"score", true}, {"ci_low", true},
               {"ci_high", true}, {"null_mean", true}, {"q", true}, {"n", true}, {"threshold", true}, {"verdict"}, {"run"}});
  const bool for_people = !options.has("json") && !options.has("csv");
  for (const HeadRow& row : page.rows)
    table.add({row.model, to_string(row.head), row.head.layer, row.head.head, row.family, row.method, row.task, json_or_null(row.score),
               json_or_null(row.ci_low), json_or_null(row.ci_high), json_or_null(row.null_mean), json_or_null(row.q), json_or_null(row.n),
               json_or_null(row.threshold), std::string(to_string(row.verdict)), for_people ? row.run.substr(0, 8) : row.run});
  if (options.has("json")) return table.print_json(std::cout), kDone;
  if (options.has("csv")) return table.print_csv(std::cout), kDone;
  table.print(std::cout);
  const auto shown = static_cast<std::int64_t>(page.rows.size());
  if (shown < page.total) std::cerr << shown << " of " << page.total << " rows; --limit 0 shows all\n";
  if (page.total == 0 && !tell_unknown_names(catalogue, {options.text("model"), options.text("family"), options.text("method"), options.text("task")}, std::cerr))
    std::cerr << "no head passes these conditions; `headlight runs` says what was measured\n";
  return kDone;
}

}  // namespace

Command heads_command() {
  return {.spec = {.name = "heads",
                   .summary = "Lists heads with their evidence, over all models of the catalogue.",
                   .positionals = "",
                   .options = {{"model", "M", "only this model"},
                               {"family", "F", "only this family"},
                               {"method", "X", "only this method"},
                               {"task", "T", "only this task"},
                               {"verdict", "V", "confirmed, correlational, causal, absent or \"not measurable\""},
                               {"min-score", "X", "only scores of at least X"},
                               {"sort", "FIELD", "by any column, such as score, q or score:asc (default: score)"},
                               limit_option(),
                               json_option(),
                               csv_option(),
                               {"markdown", "", "print the heads found as a Markdown table of families by models"},
                               db_option()}},
          .run = run};
}

}  // namespace headlight
