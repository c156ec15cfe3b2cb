// From the committed cells of a run to what the catalogue says of each head: means with bootstrap intervals over the reported
// prompts, null, q over all heads, and whether the head is there.
#pragma once

#include "core/base/results.hpp"
#include "core/host/plugin_info.hpp"

namespace headlight {

struct RunFacts {
  int n_layers = 0, n_heads = 0;
  int n_prompts = 0;
  NullKind null_kind = NullKind::random_weights;
  std::vector<PluginOutput> outputs;
  std::string metric;   // "logit_difference"
  double chance = 0;
  double seconds = 0;
  std::uint64_t seed = 0;
};

// A head is `present` when its mean passes the first output's threshold on the selecting and, with q <= 0.05, on the reported
// prompts. q comes, by the run's null, from
//   random weights   the prediction interval of the population of random heads,
//   shuffled tokens  a paired t test against the same prompts shuffled,
//   other heads      a paired t test of |effect| against the median |effect| of the other heads of the layer; the sign must agree.
// The run is not measurable when the model does not solve the task (accuracy not above chance by three standard errors).
RunSummary summarize(const RunFacts& facts, const std::vector<CellValue>& cells, const std::vector<PromptOutcome>& outcomes);

// Unit of a task's metric: "logits", "nats", "1".
std::string metric_unit(const std::string& metric);

}  // namespace headlight
