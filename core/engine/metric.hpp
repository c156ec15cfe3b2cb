// Reading a task's metric off the final rows of a pass.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/engine/forward.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

// Positions whose final rows the prompt's metric (and its questions, when asked for) reads: ascending, each once.
std::vector<int> positions_read(const Prompt& prompt, bool questions);

struct Reading {
  double metric = 0;               // as MetricKind says
  std::optional<double> accuracy;  // share of the prompt's questions answered right; none without questions
};

template <typename T>
struct ReadRequest {
  MetricKind kind = MetricKind::log_prob;
  std::span<const Prompt* const> prompts;  // [lane]
  const FinalRows<T>* rows = nullptr;
  bool questions = false;              // whether the accuracy is wanted too; that of MetricKind::accuracy always is
  const FinalRows<T>* clean = nullptr;  // of MetricKind::kl: the unedited rows of at least the positions that are read; null: these are they
  std::span<const size_t> clean_lanes;  // [lane] -> lane of `clean`
};

// One reading per lane. A logit difference needs no more than the logits of its tokens; the other metrics and the questions need the
// whole vocabulary, a block of rows at a time.
template <typename T>
std::vector<Reading> read_metrics(Forward<T>& forward, ThreadPool& pool, const ReadRequest<T>& request);

}  // namespace headlight
