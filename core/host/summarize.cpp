#include "core/host/summarize.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/host/job.hpp"
#include "core/stats/summary.hpp"

namespace headlight {
namespace {

constexpr double kLevel = 0.05;  // of q
const double kMissing = std::numeric_limits<double>::quiet_NaN();

// The numbers of one output: [head][prompt], NaN where there is none; heads in the order of the catalogue.
using Table = std::vector<std::vector<double>>;

class OutputSummary {
 public:
  OutputSummary(const RunFacts& facts, int output) : facts_(facts), output_(output) {
    const auto n_heads = static_cast<size_t>(facts.n_layers) * static_cast<size_t>(facts.n_heads);
    values_.assign(n_heads, std::vector<double>(static_cast<size_t>(facts.n_prompts), kMissing));
    results_.resize(n_heads);
    for (size_t h = 0; h < n_heads; ++h) results_[h] = {.output = output, .head = head(h)};
  }

  void add(const CellValue& cell) {
    const size_t place = index(cell.head), prompt = static_cast<size_t>(cell.prompt);
    if (cell.part == Part::value) {
      values_[place][prompt] = cell.value;
    } else {
      while (nulls_.size() <= static_cast<size_t>(cell.replicate))
        nulls_.emplace_back(values_.size(), std::vector<double>(static_cast<size_t>(facts_.n_prompts), kMissing));
      nulls_[static_cast<size_t>(cell.replicate)][place][prompt] = cell.value;
    }
  }

  // For an output that is the best of others: each head takes over the numbers of the one with the largest mean over the selecting
  // prompts; random heads of a null choose theirs in the same way.
  void take_best(const std::vector<OutputSummary>& all, int first, int count) { take_extreme(all, first, count, 1); }

  // For an output that is a number of many prompts: what each prompt contributes to it, of each half by itself. Random heads of a null have
  // theirs.
  void take_across(const std::vector<OutputSummary>& all, const Across& across) {
    if (across.kind == AcrossKind::least) return take_extreme(all, across.first, across.count, -1);
    const auto series = [&](auto table_of, size_t h, int first, bool reported) {
      Series chosen;
      for (int i = first; i < first + across.count; ++i) {
        chosen.push_back(table_of(all[static_cast<size_t>(i)])[h]);
        for (size_t p = 0; p < chosen.back().size(); ++p)
          if (is_reported(static_cast<int>(p), facts_.n_prompts) != reported) chosen.back()[p] = kMissing;
      }
      return chosen;
    };
    make_of_others(all, across.first, across.count, [&](auto table_of, size_t h) {
      std::vector<double> both(static_cast<size_t>(facts_.n_prompts), kMissing);
      for (const bool reported : {false, true}) {
        const auto one = by_prompt(across.kind, series(table_of, h, across.first, reported), series(table_of, h, across.second, reported));
        for (size_t p = 0; p < both.size(); ++p)
          if (!std::isnan(one[p])) both[p] = one[p];
      }
      return both;
    });
  }

  std::vector<HeadResult> results(bool measurable) {
    if (facts_.null_kind == NullKind::other_heads) compare_with_other_heads();
    for (size_t h = 0; h < results_.size(); ++h) describe(h);
    test();
    correct();
    const auto& threshold = facts_.outputs[static_cast<size_t>(output_)].threshold;
    for (HeadResult& result : results_) result.present = measurable && output_ == 0 && threshold && is_present(result, *threshold);
    return std::move(results_);
  }

 private:
  HeadId head(size_t place) const {
    return {static_cast<int>(place) / facts_.n_heads, static_cast<int>(place) % facts_.n_heads};
  }
  size_t index(HeadId id) const { return static_cast<size_t>(id.layer * facts_.n_heads + id.head); }
  bool by_effect() const { return facts_.null_kind == NullKind::other_heads; }

  // Fills values and nulls by `make` of those of other outputs: make(table_of, head) is called with what picks the table.
  template <typename Make>
  void make_of_others(const std::vector<OutputSummary>& all, int first, int count, Make make) {
    size_t n_nulls = 0;
    for (int i = first; i < first + count; ++i) n_nulls = std::max(n_nulls, all[static_cast<size_t>(i)].nulls_.size());
    nulls_.assign(n_nulls, Table(values_.size()));
    const Table unmeasured(values_.size(), std::vector<double>(static_cast<size_t>(facts_.n_prompts), kMissing));
    for (size_t h = 0; h < values_.size(); ++h) {
      values_[h] = make([](const OutputSummary& output) -> const Table& { return output.values_; }, h);
      for (size_t r = 0; r < nulls_.size(); ++r)
        nulls_[r][h] = make([&](const OutputSummary& output) -> const Table& { return r < output.nulls_.size() ? output.nulls_[r] : unmeasured; }, h);
    }
  }

  // Of outputs the one with the largest (sign 1) or smallest (sign -1) mean over the selecting prompts; of unmeasured ones the first.
  void take_extreme(const std::vector<OutputSummary>& all, int first, int count, double sign) {
    make_of_others(all, first, count, [&](auto table_of, size_t h) -> std::vector<double> {
      const std::vector<double>* best = nullptr;
      double highest = -std::numeric_limits<double>::infinity();
      for (int i = first; i < first + count; ++i) {
        const Table& table = table_of(all[static_cast<size_t>(i)]);
        const auto selecting = half(table[h], false);
        const double value = selecting.empty() ? -std::numeric_limits<double>::infinity() : sign * mean(selecting);
        if (!best || value > highest) best = &table[h], highest = value;
      }
      return *best;
    });
  }

  static std::vector<double> by_prompt(AcrossKind kind, const Series& x, const Series& y) {
    switch (kind) {
      case AcrossKind::correlation: return correlation_by_prompt(x, y);
      case AcrossKind::information: return information_by_prompt(x, y);
      case AcrossKind::steadiness: return steadiness_by_prompt(x);
      case AcrossKind::nothing:
      case AcrossKind::least: break;
    }
    throw Error(ErrorCode::internal, "asked for a number across prompts of the kind " + std::to_string(static_cast<int>(kind)));
  }

  // The measured values of one half.
  std::vector<double> half(const std::vector<double>& by_prompt, bool reported) const {
    std::vector<double> chosen;
    for (size_t p = 0; p < by_prompt.size(); ++p)
      if (is_reported(static_cast<int>(p), facts_.n_prompts) == reported && !std::isnan(by_prompt[p])) chosen.push_back(by_prompt[p]);
    return chosen;
  }

  // The null of an effect: per prompt the median effect of the other heads of the layer (of the model, when the layer has one head).
  void compare_with_other_heads() {
    nulls_.assign(1, Table(values_.size(), std::vector<double>(static_cast<size_t>(facts_.n_prompts), kMissing)));
    magnitudes_ = nulls_[0];
    for (size_t h = 0; h < values_.size(); ++h)
      for (size_t p = 0; p < values_[h].size(); ++p) {
        std::vector<double> others, sizes;
        for (size_t other = 0; other < values_.size(); ++other) {
          const bool same_layer = head(other).layer == head(h).layer || facts_.n_heads == 1;
          if (other == h || !same_layer || std::isnan(values_[other][p])) continue;
          others.push_back(values_[other][p]);
          sizes.push_back(std::abs(values_[other][p]));
        }
        nulls_[0][h][p] = median(others);
        magnitudes_[h][p] = median(sizes);
      }
  }
  static double median(std::vector<double>& values) {
    if (values.empty()) return kMissing;
    std::sort(values.begin(), values.end());
    const size_t middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  void describe(size_t h) {
    HeadResult& result = results_[h];
    result.values.assign(values_[h].begin(), values_[h].end());
    const auto reported = half(values_[h], true), selecting = half(values_[h], false);
    if (!selecting.empty()) result.selection_score = mean(selecting);
    result.n = static_cast<int>(reported.size());
    if (reported.empty()) return;
    result.score = mean(reported);
    if (const auto interval = bootstrap_mean_interval(reported, facts_.seed * 1000003 + h * 31 + static_cast<size_t>(output_))) {
      result.ci_low = interval->low;
      result.ci_high = interval->high;
    }
    std::vector<double> null_draws;
    for (const Table& null : nulls_)
      for (const double value : half(null[h], true)) null_draws.push_back(value);
    if (!null_draws.empty()) result.null_mean = mean(null_draws);
    if (!nulls_.empty()) result.null_values = mean_over_replicates(h);
  }

  std::vector<float> mean_over_replicates(size_t h) const {
    std::vector<float> means;
    for (size_t p = 0; p < static_cast<size_t>(facts_.n_prompts); ++p) {
      double sum = 0;
      int n = 0;
      for (const Table& null : nulls_)
        if (!std::isnan(null[h][p])) sum += null[h][p], ++n;
      means.push_back(n ? static_cast<float>(sum / n) : static_cast<float>(kMissing));
    }
    return means;
  }

  void test() {
    if (nulls_.empty()) return;
    if (facts_.null_kind == NullKind::random_weights) {
      std::vector<double> population;  // one draw a random head: its mean over the reported prompts
      for (const Table& null : nulls_)
        for (const auto& by_prompt : null)
          if (const auto reported = half(by_prompt, true); !reported.empty()) population.push_back(mean(reported));
      for (HeadResult& result : results_)
        if (result.score) result.p = prediction_p(*result.score, population);
      return;
    }
    for (size_t h = 0; h < results_.size(); ++h) {
      std::vector<double> ours, theirs;  // pairs of the reported prompts
      for (size_t p = 0; p < values_[h].size(); ++p) {
        const double value = by_effect() ? std::abs(values_[h][p]) : values_[h][p];
        const double control = by_effect() ? magnitudes_[h][p] : nulls_[0][h][p];
        if (!is_reported(static_cast<int>(p), facts_.n_prompts) || std::isnan(value) || std::isnan(control)) continue;
        ours.push_back(value);
        theirs.push_back(control);
      }
      results_[h].p = paired_t_test(ours, theirs, Tail::greater);
    }
  }

  void correct() {
    std::vector<double> p;
    for (const HeadResult& result : results_)
      if (result.p) p.push_back(*result.p);
    const auto q = false_discovery_q(p);
    size_t next = 0;
    for (HeadResult& result : results_)
      if (result.p) result.q = q[next++];
  }

  bool is_present(const HeadResult& result, double threshold) const {
    if (!result.score || !result.selection_score || !result.q || *result.q > kLevel) return false;
    if (by_effect())
      return std::abs(*result.score) >= threshold && std::abs(*result.selection_score) >= threshold && *result.score * *result.selection_score > 0;
    return *result.score >= threshold && *result.selection_score >= threshold;
  }

  const RunFacts& facts_;
  int output_;
  Table values_;
  std::vector<Table> nulls_;  // [replicate][head][prompt]
  Table magnitudes_;          // of the other heads' effects
  std::vector<HeadResult> results_;
};

void judge_task(const RunFacts& facts, const std::vector<PromptOutcome>& outcomes, RunSummary& summary) {
  std::vector<double> metrics, accuracies;
  for (const PromptOutcome& outcome : outcomes) {
    metrics.push_back(outcome.metric);
    if (outcome.accuracy) accuracies.push_back(*outcome.accuracy);
  }
  if (!metrics.empty()) summary.clean_metric = mean(metrics);
  if (accuracies.size() < 2) return;
  const Estimate accuracy = estimate_mean(accuracies);
  summary.accuracy = accuracy.value;
  summary.accuracy_error = accuracy.standard_error;
  summary.chance = facts.chance;
  summary.measurable = is_above_chance(accuracy, facts.chance, static_cast<int>(accuracies.size()));
  if (summary.measurable) return;
  const auto n = static_cast<int>(accuracies.size());
  const auto rounded = [](double share) { return number_text(std::round(share * 1e4) / 1e4); };
  const bool could_be = is_above_chance({.value = 1, .standard_error = 0}, facts.chance, n);
  summary.why_not = (could_be ? "the model does not solve the task" : std::to_string(n) + " prompts are too few to say whether the model solves the task") +
                    ": accuracy " + rounded(accuracy.value) + " where guessing gives " + rounded(facts.chance);
}

}  // namespace

std::string metric_unit(const std::string& metric) {
  if (metric == "logit_difference") return "logits";
  if (metric == "log_prob" || metric == "kl") return "nats";
  return metric == "rank" ? "ranks" : "1";
}

RunSummary summarize(const RunFacts& facts, const std::vector<CellValue>& cells, const std::vector<PromptOutcome>& outcomes) {
  RunSummary summary;
  summary.metric = facts.metric;
  summary.metric_unit = metric_unit(facts.metric);
  summary.seconds = facts.seconds;
  judge_task(facts, outcomes, summary);
  std::vector<OutputSummary> outputs;
  for (size_t i = 0; i < facts.outputs.size(); ++i) {
    const PluginOutput& output = facts.outputs[i];
    outputs.emplace_back(facts, static_cast<int>(i));
    summary.outputs.push_back({.name = output.name, .unit = output.unit == "metric" ? summary.metric_unit : output.unit, .doc = output.doc,
                               .threshold = output.threshold, .threshold_source = output.threshold_source});
  }
  for (const CellValue& cell : cells) outputs[static_cast<size_t>(cell.output)].add(cell);
  for (size_t i = 0; i < outputs.size(); ++i)
    if (facts.outputs[i].best_of_count > 0) outputs[i].take_best(outputs, facts.outputs[i].best_of_first, facts.outputs[i].best_of_count);
  for (size_t i = 0; i < outputs.size(); ++i)
    if (facts.outputs[i].across.kind != AcrossKind::nothing) outputs[i].take_across(outputs, facts.outputs[i].across);
  for (OutputSummary& output : outputs)
    for (HeadResult& result : output.results(summary.measurable)) summary.heads.push_back(std::move(result));
  return summary;
}

}  // namespace headlight
