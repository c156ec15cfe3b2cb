// Methods hand over cells, not loops: a cell is a prompt under edits, its value the prompt's metric. How the cells are computed is
// decided here. An edit changes nothing below its layer, nothing before its first position, and only what the metric reads needs
// logits; so one clean pass is kept, and each cell recomputes its causal cone. The values equal the full forward to rounding.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/results.hpp"
#include "core/engine/forward.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

struct Cell {
  int prompt = 0;
  std::vector<Edit> edits;  // empty: the clean metric
};

struct EvaluatorOptions {
  size_t memory_bytes = size_t{2} << 30;  // for the clean run and one pass
  size_t rows_at_once = 512;              // packed rows of a pass: enough for fast products, small enough for the caches
};

// What the planner saved, in rows times layers (a full forward of a prompt of T tokens is T x n_layers).
struct PlanReport {
  std::int64_t full = 0, computed = 0;
  int n_passes = 0;
};

template <typename T>
class Evaluator {
 public:
  // `prompts` is borrowed. Throws Error{out_of_memory} with the numbers when one prompt does not fit the budget.
  Evaluator(const Model& model, ThreadPool& pool, const PromptSet& prompts, EvaluatorOptions options = {});
  ~Evaluator();

  // Metric and accuracy of every unedited prompt.
  std::vector<PromptOutcome> clean();

  // The cells in the order and the groups in which they are computed. A group is computed whole, so its values do not depend on
  // which other groups are; the plan depends on cells, prompts and options alone.
  std::vector<std::vector<size_t>> plan(const std::vector<Cell>& cells) const;
  // The metric of each cell of a group of the plan.
  std::vector<double> evaluate(const std::vector<Cell>& cells, const std::vector<size_t>& group);

  PlanReport report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headlight
