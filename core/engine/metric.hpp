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
  double metric = 0;               // sum over readouts of weight * f(token)
  std::optional<double> accuracy;  // share of the prompt's questions answered right; none without questions
};

// One reading per lane of `rows`; prompts[lane] is the lane's prompt. A logit difference needs no more than the logits of its
// tokens; the other metrics and the questions need the whole vocabulary, a block of rows at a time.
template <typename T>
std::vector<Reading> read_metrics(Forward<T>& forward, ThreadPool& pool, MetricKind kind, std::span<const Prompt* const> prompts,
                                  const FinalRows<T>& rows, bool questions);

}  // namespace headlight
