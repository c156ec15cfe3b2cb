#include "core/engine/metric.hpp"

#include <algorithm>
#include <cmath>

#include "core/tensor/rows.hpp"

namespace headlight {
namespace {

constexpr size_t kReadsAtOnce = 256;

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

// 1 + how many tokens have a larger logit.
template <typename T>
double rank_of(TokenId token, const T* logits, size_t n_vocab) {
  const T mine = logits[token];
  return 1 + static_cast<double>(std::count_if(logits, logits + n_vocab, [mine](T logit) { return logit > mine; }));
}

// KL(softmax(clean) || softmax(logits))
template <typename T>
double divergence(const T* clean, const T* logits, size_t n_vocab) {
  const double clean_normalizer = log_sum_exp_row(clean, n_vocab), normalizer = log_sum_exp_row(logits, n_vocab);
  double sum = 0;
  for (size_t i = 0; i < n_vocab; ++i) {
    const double log_p = static_cast<double>(clean[i]) - clean_normalizer;
    sum += std::exp(log_p) * (log_p - (static_cast<double>(logits[i]) - normalizer));
  }
  return std::max(0.0, sum);  // rounding
}

// `clean` is null where nothing is edited.
template <typename T>
RowReading read_row(MetricKind kind, const Prompt& prompt, int position, const T* logits, const T* clean, size_t n_vocab, bool questions) {
  RowReading reading;
  std::optional<double> shared;  // what all readouts of the row need: its normalizer, or its divergence
  const auto value_of = [&](TokenId token) -> double {
    switch (kind) {
      case MetricKind::logit_difference: return static_cast<double>(logits[token]);
      case MetricKind::rank: return rank_of(token, logits, n_vocab);
      case MetricKind::accuracy: return 0;  // read off the questions
      case MetricKind::kl:
        if (!shared) shared = clean ? divergence(clean, logits, n_vocab) : 0;
        return *shared;
      case MetricKind::log_prob:
      case MetricKind::probability: break;
    }
    if (!shared) shared = log_sum_exp_row(logits, n_vocab);
    const double log_prob = static_cast<double>(logits[token]) - *shared;
    return kind == MetricKind::log_prob ? log_prob : std::exp(log_prob);
  };
  for (const Readout& readout : prompt.readouts)
    if (readout.position == position) reading.metric += readout.weight * value_of(readout.token);
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
const T* row_at(const FinalRows<T>& rows, size_t lane, int position, size_t d_model) {
  const auto& positions = rows.lanes[lane].positions;
  const auto place = std::lower_bound(positions.begin(), positions.end(), position) - positions.begin();
  return rows.values.data() + (rows.lanes[lane].first + static_cast<size_t>(place)) * d_model;
}

template <typename T>
std::vector<Reading> read_logit_differences(Forward<T>& forward, std::span<const Prompt* const> prompts, const FinalRows<T>& rows) {
  std::vector<Reading> readings(prompts.size());
  for (size_t lane = 0; lane < prompts.size(); ++lane)
    for (const Readout& readout : prompts[lane]->readouts)
      readings[lane].metric += readout.weight * forward.logit(row_at(rows, lane, readout.position, forward.d_model()), readout.token);
  return readings;
}

// The unedited logits [place, vocabulary] that belong to the places; empty where the metric compares with nothing.
template <typename T>
void clean_logits(Forward<T>& forward, const ReadRequest<T>& request, std::span<const RowPlace> places, Buffer<T>& rows, Buffer<T>& logits) {
  if (request.kind != MetricKind::kl || !request.clean) return;
  const size_t d_model = forward.d_model();
  rows.resize(places.size() * d_model);
  for (size_t i = 0; i < places.size(); ++i)
    std::copy_n(row_at(*request.clean, request.clean_lanes[places[i].lane], places[i].position, d_model), d_model, rows.data() + i * d_model);
  logits.resize(places.size() * forward.vocab_size());
  forward.logits(rows.data(), places.size(), logits.data());
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
std::vector<Reading> read_metrics(Forward<T>& forward, ThreadPool& pool, const ReadRequest<T>& request) {
  const MetricKind kind = request.kind;
  const auto prompts = request.prompts;
  const FinalRows<T>* rows = request.rows;
  const bool questions = request.questions || kind == MetricKind::accuracy;
  if (kind == MetricKind::logit_difference && !questions) return read_logit_differences(forward, prompts, *rows);
  std::vector<RowPlace> places;
  for (size_t lane = 0; lane < rows->lanes.size(); ++lane)
    for (const int position : rows->lanes[lane].positions) places.push_back({lane, position});

  const size_t n_vocab = forward.vocab_size();
  std::vector<RowReading> by_row(places.size());
  Buffer<T> logits, clean_rows, unedited;
  for (size_t begin = 0; begin < places.size(); begin += kReadsAtOnce) {
    const size_t n = std::min(kReadsAtOnce, places.size() - begin);
    logits.resize(n * n_vocab);
    forward.logits(rows->values.data() + begin * forward.d_model(), n, logits.data());
    clean_logits(forward, request, std::span(places).subspan(begin, n), clean_rows, unedited);
    pool.parallel_for(n, [&](size_t i) {
      const RowPlace& place = places[begin + i];
      by_row[begin + i] = read_row<T>(kind, *prompts[place.lane], place.position, logits.data() + i * n_vocab,
                                      unedited.size() ? unedited.data() + i * n_vocab : nullptr, n_vocab, questions);
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
  for (size_t lane = 0; lane < prompts.size(); ++lane) {
    if (n_questions[lane] > 0) readings[lane].accuracy = static_cast<double>(n_right[lane]) / n_questions[lane];
    if (kind == MetricKind::accuracy) readings[lane].metric = readings[lane].accuracy.value_or(0);
  }
  return readings;
}

template std::vector<Reading> read_metrics<float>(Forward<float>&, ThreadPool&, const ReadRequest<float>&);
template std::vector<Reading> read_metrics<double>(Forward<double>&, ThreadPool&, const ReadRequest<double>&);

}  // namespace headlight
