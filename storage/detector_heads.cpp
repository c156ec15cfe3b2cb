#include "storage/detector_heads.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "storage/verdict.hpp"

namespace headlight {
namespace {

struct Detector {
  std::int64_t id = 0, run = 0;
  bool measures_family = false;
  bool done = false;
  bool measurable = true;
};

struct Found {
  bool present = false;
  std::optional<double> score;
};

struct Shape {
  int n_layers = 0, n_heads = 0;
  size_t size() const { return static_cast<size_t>(n_layers) * static_cast<size_t>(n_heads); }
};

Shape shape_of(const Connection& connection, std::int64_t model) {
  Statement query = connection.prepare("SELECT n_layers, n_heads FROM model WHERE id = ?");
  query.bind(model).step();
  return {.n_layers = query.small(0), .n_heads = query.small(1)};
}

std::vector<Detector> detectors_of(const Connection& connection, const DetectorGroup& group) {
  Statement query = connection.prepare(R"sql(
    SELECT detector.id, run.id, detector.measures_family, run.status = 'done', coalesce(run.measurable, 1)
    FROM detector JOIN run ON run.id = detector.run
    WHERE detector.model = ? AND detector.family = ? AND detector.task = ? ORDER BY detector.id)sql");
  query.bind(group.model, group.family, group.task);
  std::vector<Detector> detectors;
  while (query.step())
    detectors.push_back({.id = query.integer(0),
                         .run = query.integer(1),
                         .measures_family = query.integer(2) != 0,
                         .done = query.integer(3) != 0,
                         .measurable = query.integer(4) != 0});
  return detectors;
}

// [layer, head] of the run's first output; heads that the run does not speak of are absent and without a score.
std::vector<Found> found_by(const Connection& connection, std::int64_t run, Shape shape) {
  std::vector<Found> heads(shape.size());
  Statement query = connection.prepare("SELECT layer, head, present, score FROM head_result WHERE run = ? AND output = 0");
  query.bind(run);
  while (query.step()) {
    const int layer = query.small(0), head = query.small(1);
    if (layer < 0 || layer >= shape.n_layers || head < 0 || head >= shape.n_heads) continue;
    heads[static_cast<size_t>(layer) * static_cast<size_t>(shape.n_heads) + static_cast<size_t>(head)] = {
        .present = query.integer(2) != 0, .score = query.optional_real(3)};
  }
  return heads;
}

void write_heads(const Connection& connection, const Detector& detector, const std::vector<Found>& heads,
                 const std::vector<Verdict>& verdicts, Shape shape) {
  Statement upsert = connection.prepare(R"sql(
    INSERT INTO detector_head (detector, layer, head, verdict, score) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (detector, layer, head) DO UPDATE SET verdict = excluded.verdict, score = excluded.score
    WHERE verdict <> excluded.verdict OR score IS NOT excluded.score)sql");
  size_t i = 0;
  for (int layer = 0; layer < shape.n_layers; ++layer)
    for (int head = 0; head < shape.n_heads; ++head, ++i)
      upsert.run_with(detector.id, layer, head, static_cast<int>(verdicts[i]), heads[i].score);
}

void write_summary(const Connection& connection, const Detector& detector, const std::vector<Found>& heads,
                   const std::vector<Verdict>& verdicts) {
  connection.prepare("DELETE FROM detector_summary WHERE detector = ?").run_with(detector.id);
  Statement insert = connection.prepare(
      "INSERT INTO detector_summary (detector, verdict, n_heads, n_scored, min_score, max_score) VALUES (?, ?, ?, ?, ?, ?)");
  for (const Verdict verdict : kVerdicts) {
    int n_heads = 0, n_scored = 0;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (size_t i = 0; i < heads.size(); ++i) {
      if (verdicts[i] != verdict) continue;
      ++n_heads;
      if (!heads[i].score) continue;
      ++n_scored;
      low = std::min(low, *heads[i].score);
      high = std::max(high, *heads[i].score);
    }
    if (n_heads == 0) continue;
    const auto bound = [&](double value) { return n_scored > 0 ? std::optional(value) : std::nullopt; };
    insert.run_with(detector.id, static_cast<int>(verdict), n_heads, n_scored, bound(low), bound(high));
  }
}

void erase_heads(const Connection& connection, const Detector& detector) {
  connection.prepare("DELETE FROM detector_head WHERE detector = ?").run_with(detector.id);
  connection.prepare("DELETE FROM detector_summary WHERE detector = ?").run_with(detector.id);
}

}  // namespace

void refresh_heads(const Connection& connection, const DetectorGroup& group) {
  const Shape shape = shape_of(connection, group.model);
  const std::vector<Detector> detectors = detectors_of(connection, group);
  std::vector<std::vector<Found>> found;  // [detector][layer, head]
  std::vector<char> statistic(shape.size(), 0), effect(shape.size(), 0);
  bool measurable = true;
  for (const Detector& detector : detectors) {
    found.push_back(detector.done ? found_by(connection, detector.run, shape) : std::vector<Found>());
    if (!detector.done) continue;
    measurable = measurable && detector.measurable;
    std::vector<char>& evidence = detector.measures_family ? statistic : effect;
    for (size_t i = 0; i < evidence.size(); ++i) evidence[i] |= found.back()[i].present ? 1 : 0;
  }

  std::vector<Verdict> verdicts(shape.size());
  for (size_t i = 0; i < verdicts.size(); ++i) verdicts[i] = decide_verdict(statistic[i] != 0, effect[i] != 0, measurable);

  for (size_t d = 0; d < detectors.size(); ++d) {
    if (!detectors[d].done) {
      erase_heads(connection, detectors[d]);
      continue;
    }
    write_heads(connection, detectors[d], found[d], verdicts, shape);
    write_summary(connection, detectors[d], found[d], verdicts);
  }
}

void refresh_heads_of_run(const Connection& connection, std::int64_t run) {
  Statement query = connection.prepare("SELECT DISTINCT model, family, task FROM detector WHERE run = ? ORDER BY model, family, task");
  query.bind(run);
  std::vector<DetectorGroup> groups;
  while (query.step()) groups.push_back({.model = query.integer(0), .family = query.text(1), .task = query.text(2)});
  for (const DetectorGroup& group : groups) refresh_heads(connection, group);
}

}  // namespace headlight
