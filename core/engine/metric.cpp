#include "core/engine/metric.hpp"

#include <algorithm>
#include <cmath>

#include "core/tensor/rows.hpp"

namespace headlight {
namespace {

constexpr size_t kRowsAtOnce = 256;

// What one row of logits adds to its lane's reading.
struct RowReading {
  double metric = 0;
  int n_questions = 0, n_right = 0;
};

template <typename T>
bool is_right(const Question& question, const T* logits, size_t n_vocab) {
  if (question.wrong.empty()) {
    const auto top = static_cast<TokenId>(std::max_element(logits, logits + n_vocab) - logits);
    return std::find(question.answers.begin(), question.answers.end(), top) != question.answers.end();
  }
  T best = logits[question.answers.front()];
  for (const TokenId answer : question.answers) best = std::max(best, logits[answer]);
  return std::all_of(question.wrong.begin(), question.wrong.end(), [&](TokenId token) { return logits[token] < best; });
}

template <typename T>
RowReading read_row(MetricKind kind, const Prompt& prompt, int position, const T* logits, size_t n_vocab, bool questions) {
  RowReading reading;
  std::optional<double> normalizer;
  for (const Readout& readout : prompt.readouts) {
    if (readout.position != position) continue;
    double value = static_cast<double>(logits[readout.token]);
    if (kind != MetricKind::logit_difference) {
      if (!normalizer) normalizer = log_sum_exp_row(logits, n_vocab);
      value -= *normalizer;
      if (kind == MetricKind::probability) value = std::exp(value);
    }
    reading.metric += readout.weight * value;
  }
  if (!questions) return reading;
  for (const Question& question : prompt.questions) {
    if (question.position != position) continue;
    ++reading.n_questions;
    reading.n_right += is_right(question, logits, n_vocab);
  }
  return reading;
}

struct RowPlace {
  size_t lane = 0;
  int position = 0;
};

template <typename T>
std::vector<Reading> read_logit_differences(Forward<T>& forward, std::span<const Prompt* const> prompts, const FinalRows<T>& rows) {
  std::vector<Reading> readings(prompts.size());
  for (size_t lane = 0; lane < prompts.size(); ++lane) {
    const auto& positions = rows.lanes[lane].positions;
    for (const Readout& readout : prompts[lane]->readouts) {
      const auto row = std::lower_bound(positions.begin(), positions.end(), readout.position) - positions.begin();
      const T* final_row = rows.values.data() + (rows.lanes[lane].first + static_cast<size_t>(row)) * forward.d_model();
      readings[lane].metric += readout.weight * forward.logit(final_row, readout.token);
    }
  }
  return readings;
}

}  // namespace

std::vector<int> positions_read(const Prompt& prompt, bool questions) {
  std::vector<int> positions;
  for (const Readout& readout : prompt.readouts) positions.push_back(readout.position);
  if (questions)
    for (const Question& question : prompt.questions) positions.push_back(question.position);
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

template <typename T>
std::vector<Reading> read_metrics(Forward<T>& forward, ThreadPool& pool, MetricKind kind, std::span<const Prompt* const> prompts,
                                  const FinalRows<T>& rows, bool questions) {
  if (kind == MetricKind::logit_difference && !questions) return read_logit_differences(forward, prompts, rows);
  std::vector<RowPlace> places;
  for (size_t lane = 0; lane < rows.lanes.size(); ++lane)
    for (const int position : rows.lanes[lane].positions) places.push_back({lane, position});

  const size_t n_vocab = forward.vocab_size();
  std::vector<RowReading> by_row(places.size());
  Buffer<T> logits;
  for (size_t begin = 0; begin < places.size(); begin += kRowsAtOnce) {
    const size_t n = std::min(kRowsAtOnce, places.size() - begin);
    logits.resize(n * n_vocab);
    forward.logits(rows.values.data() + begin * forward.d_model(), n, logits.data());
    pool.parallel_for(n, [&](size_t i) {
      const RowPlace& place = places[begin + i];
      by_row[begin + i] = read_row(kind, *prompts[place.lane], place.position, logits.data() + i * n_vocab, n_vocab, questions);
    });
  }

  std::vector<Reading> readings(prompts.size());
  std::vector<int> n_questions(prompts.size()), n_right(prompts.size());
  for (size_t row = 0; row < places.size(); ++row) {
    const size_t lane = places[row].lane;
    readings[lane].metric += by_row[row].metric;
    n_questions[lane] += by_row[row].n_questions;
    n_right[lane] += by_row[row].n_right;
  }
  for (size_t lane = 0; lane < prompts.size(); ++lane)
    if (n_questions[lane] > 0) readings[lane].accuracy = static_cast<double>(n_right[lane]) / n_questions[lane];
  return readings;
}

#define HEADLIGHT_INSTANTIATE(T)                                                                                                     \
  template std::vector<Reading> read_metrics<T>(Forward<T>&, ThreadPool&, MetricKind, std::span<const Prompt* const>, const FinalRows<T>&, \
                                                bool);
HEADLIGHT_INSTANTIATE(float)
HEADLIGHT_INSTANTIATE(double)

}  // namespace headlight
