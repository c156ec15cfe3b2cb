// Catalogue: the heads of two models side by side.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "core/base/error.hpp"
#include "storage/catalogue.hpp"
#include "storage/head_index.hpp"
#include "storage/read_rows.hpp"

namespace headlight {
namespace {

using Question = std::tuple<std::string, std::string, std::string>;  // family, method, task

struct Side {
  std::int64_t detector = 0, run = 0;
  std::string hash;
};

// What both or one of the models were asked, with the detectors that answer.
std::map<Question, std::array<std::optional<Side>, 2>> questions_of(const Connection& connection, const ComparisonQuery& query) {
  Statement rows = connection.prepare(R"sql(
    SELECT detector.family, detector.method, detector.task, detector.id, run.id, run.hash
    FROM detector JOIN run ON run.id = detector.run
    WHERE detector.model = ?1 AND (?2 = '' OR detector.family = ?2) AND (?3 = '' OR detector.method = ?3)
      AND (?4 = '' OR detector.task = ?4) AND run.status = 'done')sql");
  std::map<Question, std::array<std::optional<Side>, 2>> questions;
  for (size_t which = 0; which < 2; ++which) {
    const std::string& name = which == 0 ? query.model_a : query.model_b;
    rows.bind(find_model_id(connection, name), query.family, query.method, query.task);
    while (rows.step())
      questions[{rows.text(0), rows.text(1), rows.text(2)}][which] =
          Side{.detector = rows.integer(3), .run = rows.integer(4), .hash = rows.text(5)};
  }
  return questions;
}

struct Pair {
  const Question* question = nullptr;
  HeadId head;
  std::array<const Side*, 2> side{};
  std::array<std::optional<double>, 2> score;
  std::array<Verdict, 2> verdict{};
  std::optional<double> difference() const {
    if (!score[0] || !score[1]) return std::nullopt;
    return *score[1] - *score[0];
  }
};

std::vector<Pair> pairs_of(const Connection& connection, const std::map<Question, std::array<std::optional<Side>, 2>>& questions) {
  Statement rows = connection.prepare("SELECT layer, head, verdict, score FROM detector_head WHERE detector = ? ORDER BY layer, head");
  std::vector<Pair> pairs;
  for (const auto& [question, sides] : questions) {
    std::map<HeadId, Pair> heads;
    for (size_t which = 0; which < 2; ++which) {
      if (!sides[which]) continue;
      rows.bind(sides[which]->detector);
      while (rows.step()) {
        const HeadId id{.layer = rows.small(0), .head = rows.small(1)};
        Pair& pair = heads[id];
        pair.question = &question;
        pair.head = id;
        pair.side[which] = &*sides[which];
        pair.verdict[which] = verdict_from(rows.small(2));
        pair.score[which] = rows.optional_real(3);
      }
    }
    for (const auto& [unused, pair] : heads) pairs.push_back(pair);
  }
  return pairs;
}

ComparisonSide complete(Statement& result, const Pair& pair, size_t which) {
  ComparisonSide side{.score = pair.score[which], .verdict = pair.verdict[which], .run = pair.side[which]->hash};
  if (result.bind(pair.side[which]->run, pair.head.layer, pair.head.head).step()) {
    side.ci_low = result.optional_real(0);
    side.ci_high = result.optional_real(1);
  }
  return side;
}

}  // namespace

ComparisonPage Catalogue::compare(const ComparisonQuery& query) {
  if (query.limit.value_or(0) < 0 || query.offset < 0)
    throw Error(ErrorCode::bad_input, "limit " + std::to_string(query.limit.value_or(0)) + " and offset " +
                                          std::to_string(query.offset) + " of a query must be 0 or more");
  const Transaction transaction(*connection_, Transaction::Kind::read);
  const auto questions = questions_of(*connection_, query);
  std::vector<Pair> pairs = pairs_of(*connection_, questions);  // by family, method, task, layer, head
  if (query.largest_first)
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
      const auto size = [](const Pair& pair) { return pair.difference() ? std::abs(*pair.difference()) : -1.0; };
      return size(a) > size(b);
    });

  ComparisonPage page;
  page.total = static_cast<std::int64_t>(pairs.size());
  const std::int64_t begin = std::min(query.offset, page.total);
  const std::int64_t end = query.limit ? begin + std::min(*query.limit, page.total - begin) : page.total;
  Statement result = connection_->prepare("SELECT ci_low, ci_high FROM head_result WHERE run = ? AND output = 0 AND layer = ? AND head = ?");
  for (std::int64_t i = begin; i < end; ++i) {
    const Pair& pair = pairs[static_cast<size_t>(i)];
    const auto& [family, method, task] = *pair.question;
    ComparisonRow row{.head = pair.head, .family = family, .method = method, .task = task, .difference = pair.difference()};
    if (pair.side[0]) row.a = complete(result, pair, 0);
    if (pair.side[1]) row.b = complete(result, pair, 1);
    page.rows.push_back(std::move(row));
  }
  return page;
}

}  // namespace headlight
