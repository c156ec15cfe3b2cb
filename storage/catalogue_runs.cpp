// Catalogue: runs and the detectors that they answer for.
#include "core/base/error.hpp"
#include "storage/catalogue.hpp"
#include "storage/head_index.hpp"
#include "storage/read_rows.hpp"

namespace headlight {
namespace {

constexpr size_t kShortestPrefix = 6;  // digits

// A WHERE of the conditions that a query has; each holds its value as "?".
class Conditions {
 public:
  void add(const std::string& condition, const std::string& value) {
    if (value.empty()) return;
    values_.push_back(value);
    std::string numbered = condition;
    const std::string place = "?" + std::to_string(values_.size());
    for (size_t at = 0; (at = numbered.find('?', at)) != std::string::npos; at += place.size()) numbered.replace(at, 1, place);
    text_ += (values_.size() == 1 ? " WHERE " : " AND ") + numbered;
  }
  const std::string& text() const { return text_; }
  // Returns the number of the last parameter.
  int bind(Statement& statement) const {
    statement.bind();
    for (size_t i = 0; i < values_.size(); ++i) statement.bind_one(static_cast<int>(i) + 1, values_[i]);
    return static_cast<int>(values_.size());
  }

 private:
  std::string text_;
  std::vector<std::string> values_;
};

Conditions conditions_of(const RunQuery& query) {
  Conditions conditions;
  conditions.add("model.name = ?", query.model);
  // A run of no family answers for the families of its detectors.
  conditions.add("(run.family = ? OR EXISTS (SELECT 1 FROM detector WHERE detector.run = run.id AND detector.family = ?))", query.family);
  conditions.add("run.method = ?", query.method);
  conditions.add("run.task = ?", query.task);
  conditions.add("run.status = ?", query.status ? std::string(to_string(*query.status)) : "");
  return conditions;
}

struct FoundRun {
  std::int64_t id = 0;
  RunRow row;
};

FoundRun find_run(const Connection& connection, const std::string& hash) {
  if (hash.size() < kShortestPrefix)
    throw Error(ErrorCode::bad_input, "'" + hash + "' is too short for a run: give at least " + std::to_string(kShortestPrefix) + " digits of its hash");
  Statement ids = connection.prepare("SELECT id, hash FROM run WHERE hash >= ?1 AND hash < ?1 || 'g' ORDER BY hash LIMIT 2");
  if (!ids.bind(hash).step())
    throw Error(ErrorCode::not_found, "the catalogue " + connection.path().string() + " has no run '" + hash + "'; `headlight runs` lists them");
  const std::int64_t id = ids.integer(0);
  const std::string first = ids.text(1);
  if (ids.step())
    throw Error(ErrorCode::bad_input, "'" + hash + "' is the beginning of several runs, " + first + " and " + ids.text(1) + ": give more digits");
  Statement query = connection.prepare(std::string(kSelectRuns) + "WHERE run.id = ?");
  query.bind(id).step();
  return {.id = id, .row = read_run(query)};
}

std::vector<OutputRecord> read_outputs(const Connection& connection, std::int64_t run) {
  Statement query = connection.prepare(std::string("SELECT ") + kOutputColumns + " FROM output WHERE run = ? ORDER BY \"index\"");
  query.bind(run);
  std::vector<OutputRecord> outputs;
  while (query.step()) outputs.push_back(read_output(query));
  return outputs;
}

std::vector<PromptOutcome> read_outcomes(const Connection& connection, std::int64_t run) {
  Statement query = connection.prepare("SELECT prompt, metric, accuracy FROM outcome WHERE run = ? ORDER BY prompt");
  query.bind(run);
  std::vector<PromptOutcome> outcomes;
  while (query.step())
    outcomes.push_back({.prompt = query.small(0), .metric = query.real(1), .accuracy = query.optional_real(2)});
  return outcomes;
}

std::vector<DetectorName> read_answers(const Connection& connection, std::int64_t run) {
  Statement query = connection.prepare(R"sql(
    SELECT model.name, family, method, task FROM detector JOIN model ON model.id = detector.model WHERE run = ?
    ORDER BY model.name, family, method, task)sql");
  query.bind(run);
  std::vector<DetectorName> names;
  while (query.step()) names.push_back({query.text(0), query.text(1), query.text(2), query.text(3)});
  return names;
}

}  // namespace

RunPage Catalogue::runs(const RunQuery& query) {
  if (query.limit.value_or(0) < 0 || query.offset < 0)
    throw Error(ErrorCode::bad_input, "limit " + std::to_string(query.limit.value_or(0)) + " and offset " +
                                          std::to_string(query.offset) + " of a query must be 0 or more");
  const Transaction transaction(*connection_, Transaction::Kind::read);
  const Conditions conditions = conditions_of(query);
  RunPage page;
  Statement count = connection_->prepare("SELECT count(*) FROM run JOIN model ON model.id = run.model" + conditions.text());
  conditions.bind(count);
  if (count.step()) page.total = count.integer(0);

  Statement rows = connection_->prepare(kSelectRuns + conditions.text() + " ORDER BY run.started_at DESC, run.id DESC LIMIT ? OFFSET ?");
  const int last = conditions.bind(rows);
  rows.bind_one(last + 1, query.limit.value_or(-1));
  rows.bind_one(last + 2, query.offset);
  while (rows.step()) page.rows.push_back(read_run(rows));
  return page;
}

RunDetail Catalogue::run(const std::string& hash) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  FoundRun found = find_run(*connection_, hash);
  Statement cells = connection_->prepare("SELECT count(*) FROM cell WHERE run = ?");
  cells.bind(found.id).step();
  return {.row = std::move(found.row),
          .outputs = read_outputs(*connection_, found.id),
          .outcomes = read_outcomes(*connection_, found.id),
          .answers = read_answers(*connection_, found.id),
          .n_cells = cells.integer(0)};
}

std::vector<DetectorRow> Catalogue::detectors(const DetectorName& filter) {
  const Transaction transaction(*connection_, Transaction::Kind::read);
  Conditions conditions;
  conditions.add("model.name = ?", filter.model);
  conditions.add("detector.family = ?", filter.family);
  conditions.add("detector.method = ?", filter.method);
  conditions.add("detector.task = ?", filter.task);
  Statement query = connection_->prepare(R"sql(
    SELECT model.name, detector.family, detector.method, detector.task, run.hash, run.status, detector.measures_family,
           summary.verdict, summary.n_heads, summary.max_score, summary.min_score
    FROM detector JOIN model ON model.id = detector.model JOIN run ON run.id = detector.run
    LEFT JOIN detector_summary AS summary ON summary.detector = detector.id)sql" +
                                         conditions.text() +
                                         " ORDER BY model.name, detector.family, detector.task, detector.method, summary.verdict");
  conditions.bind(query);
  std::vector<DetectorRow> rows;
  while (query.step()) {
    const DetectorName name{query.text(0), query.text(1), query.text(2), query.text(3)};
    if (rows.empty() || rows.back().name != name)
      rows.push_back({.name = name, .run = query.text(4), .status = run_status_from(query.text(5)), .measures_family = query.integer(6) != 0});
    if (query.is_null(7)) continue;
    rows.back().n_heads[verdict_from(query.small(7))] = query.small(8);
    const auto largest = query.optional_real(9), smallest = query.optional_real(10);
    if (largest) rows.back().max_score = std::max(*largest, rows.back().max_score.value_or(*largest));
    if (smallest) rows.back().min_score = std::min(*smallest, rows.back().min_score.value_or(*smallest));
  }
  return rows;
}

std::vector<PromptRecord> Catalogue::prompts_of_run(const std::string& hash) {
  const RunDetail detail = run(hash);
  const RunKey& key = detail.row.key;
  return prompts(detail.row.model, {.task_hash = key.task_hash, .seed = key.seed, .n_prompts = key.n_prompts});
}

}  // namespace headlight
