// Catalogue: all that is known of one head, and of all heads of one detector.
#include <limits>

#include "core/base/error.hpp"
#include "storage/catalogue.hpp"
#include "storage/float_blob.hpp"
#include "storage/head_index.hpp"
#include "storage/read_rows.hpp"

namespace headlight {
namespace {

void require_head(const ModelRow& model, HeadId head) {
  const ModelRecord& record = model.record;
  if (head.layer >= 0 && head.layer < record.n_layers && head.head >= 0 && head.head < record.n_heads) return;
  throw Error(ErrorCode::not_found, "the model '" + record.name + "' has no head " + to_string(head) + ": its layers are 0 to " +
                                        std::to_string(record.n_layers - 1) + " with heads 0 to " + std::to_string(record.n_heads - 1));
}

std::vector<OutputEvidence> read_evidence(const Connection& connection, std::int64_t run, HeadId head) {
  Statement query = connection.prepare(std::string("SELECT ") + kOutputColumns + R"sql(,
      output."index", result.n, result.score, result.ci_low, result.ci_high, result.null_mean, result.p, result.q,
      result.selection_score, result.present, head_values."values", head_values.null_values
    FROM output
    LEFT JOIN head_result AS result ON result.run = output.run AND result.output = output."index" AND result.layer = ?2 AND result.head = ?3
    LEFT JOIN head_values
      ON head_values.run = output.run AND head_values.output = output."index" AND head_values.layer = ?2 AND head_values.head = ?3
    WHERE output.run = ?1 ORDER BY output."index")sql");
  query.bind(run, head.layer, head.head);
  std::vector<OutputEvidence> outputs;
  while (query.step())
    outputs.push_back({.output = read_output(query),
                       .result = {.output = query.small(5),
                                  .head = head,
                                  .n = query.small(6),
                                  .score = query.optional_real(7),
                                  .ci_low = query.optional_real(8),
                                  .ci_high = query.optional_real(9),
                                  .null_mean = query.optional_real(10),
                                  .p = query.optional_real(11),
                                  .q = query.optional_real(12),
                                  .selection_score = query.optional_real(13),
                                  .present = query.integer(14) != 0,
                                  .values = floats_from(query.bytes(15)),
                                  .null_values = floats_from(query.bytes(16))}});
  return outputs;
}

RunRow run_of(const Connection& connection, std::int64_t id) {
  Statement query = connection.prepare(std::string(kSelectRuns) + "WHERE run.id = ?");
  query.bind(id).step();
  return read_run(query);
}

struct FoundDetector {
  std::int64_t id = 0, run = 0;
  std::string hash;
};

FoundDetector find_detector(const Connection& connection, std::int64_t model, const DetectorName& name) {
  Statement query = connection.prepare(R"sql(
    SELECT detector.id, run.id, run.hash, run.status FROM detector JOIN run ON run.id = detector.run
    WHERE detector.model = ? AND detector.family = ? AND detector.method = ? AND detector.task = ?)sql");
  const std::string what = name.family + " by " + name.method + " on " + name.task + " in " + name.model;
  if (!query.bind(model, name.family, name.method, name.task).step())
    throw Error(ErrorCode::not_found, "the catalogue has no numbers for " + what + "; scan it with `headlight scan MODEL --families " +
                                          name.family + " --methods " + name.method + " --tasks " + name.task + "`");
  if (query.text(3) != to_string(RunStatus::done))
    throw Error(ErrorCode::not_found, "the numbers for " + what + " are not there yet: run " + query.text(2) + " is " + query.text(3));
  return {.id = query.integer(0), .run = query.integer(1), .hash = query.text(2)};
}

// The run's output of this name, or its first; and its index.
std::pair<OutputRecord, int> find_output(const Connection& connection, const FoundDetector& detector, const std::string& name) {
  Statement query = connection.prepare(std::string("SELECT ") + kOutputColumns + ", \"index\" FROM output WHERE run = ? ORDER BY \"index\"");
  query.bind(detector.run);
  std::vector<std::string> names;
  while (query.step()) {
    if (name.empty() || query.text(0) == name) return {read_output(query), query.small(5)};
    names.push_back(query.text(0));
  }
  if (name.empty()) return {OutputRecord{}, 0};  // a run that could not measure anything
  throw Error(ErrorCode::not_found, "run " + detector.hash + " has no output '" + name + "'; it has " + listed(names, 10));
}

}  // namespace

HeadEvidence Catalogue::head(const std::string& model, HeadId head) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  HeadEvidence evidence{.model = find_model(*connection_, model), .head = head, .detectors = {}};
  require_head(evidence.model, head);
  const std::string& name = evidence.model.record.name;
  Statement query = connection_->prepare(R"sql(
    SELECT detector.family, detector.method, detector.task, detector.measures_family, found.verdict, detector.run
    FROM detector JOIN detector_head AS found ON found.detector = detector.id AND found.layer = ?2 AND found.head = ?3
    WHERE detector.model = ?1
    ORDER BY detector.family, detector.task, detector.measures_family DESC, detector.method)sql");
  query.bind(find_model_id(*connection_, name), head.layer, head.head);
  while (query.step())
    evidence.detectors.push_back({.name = {name, query.text(0), query.text(1), query.text(2)},
                                  .measures_family = query.integer(3) != 0,
                                  .verdict = verdict_from(query.small(4)),
                                  .run = run_of(*connection_, query.integer(5)),
                                  .outputs = read_evidence(*connection_, query.integer(5), head)});
  return evidence;
}

Grid Catalogue::grid(const DetectorName& name, const std::string& output) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  const ModelRow model = find_model(*connection_, name.model);
  const FoundDetector detector = find_detector(*connection_, find_model_id(*connection_, name.model), name);
  const auto [record, index] = find_output(*connection_, detector, output);
  Grid grid{.name = name, .run = detector.hash, .output = record, .n_layers = model.record.n_layers, .n_heads = model.record.n_heads};
  const size_t size = static_cast<size_t>(grid.n_layers) * static_cast<size_t>(grid.n_heads);
  for (auto* values : {&grid.score, &grid.ci_low, &grid.ci_high, &grid.null_mean, &grid.q, &grid.selection_score})
    values->assign(size, std::numeric_limits<float>::quiet_NaN());
  grid.present.assign(size, false);
  grid.verdict.assign(size, Verdict::absent);

  Statement query = connection_->prepare(R"sql(
    SELECT found.layer, found.head, found.verdict, result.score, result.ci_low, result.ci_high, result.null_mean, result.q,
           result.selection_score, coalesce(result.present, 0)
    FROM detector_head AS found
    LEFT JOIN head_result AS result ON result.run = ?2 AND result.output = ?3 AND result.layer = found.layer AND result.head = found.head
    WHERE found.detector = ?1)sql");
  query.bind(detector.id, detector.run, index);
  while (query.step()) {
    const size_t i = static_cast<size_t>(query.small(0)) * static_cast<size_t>(grid.n_heads) + static_cast<size_t>(query.small(1));
    if (i >= size) continue;
    grid.verdict[i] = verdict_from(query.small(2));
    int column = 3;
    for (auto* values : {&grid.score, &grid.ci_low, &grid.ci_high, &grid.null_mean, &grid.q, &grid.selection_score})
      (*values)[i] = static_cast<float>(query.real(column++));
    grid.present[i] = query.integer(9) != 0;
  }
  return grid;
}

}  // namespace headlight
