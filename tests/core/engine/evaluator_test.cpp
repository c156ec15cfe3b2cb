#include "core/engine/evaluator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "core/base/error.hpp"
#include "core/tensor/rows.hpp"
#include "tests/core/engine/captured.hpp"
#include "tests/core/engine/prompts.hpp"

namespace headlight {
namespace {

const std::filesystem::path kModelsOfEvaluator = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models";

double kl_divergence(const double* clean, const double* edited, size_t vocab) {
  double sum = 0;
  const double clean_sum = log_sum_exp_row(clean, vocab), edited_sum = log_sum_exp_row(edited, vocab);
  for (size_t i = 0; i < vocab; ++i) sum += std::exp(clean[i] - clean_sum) * ((clean[i] - clean_sum) - (edited[i] - edited_sum));
  return sum;
}

double rank_among(const double* logits, TokenId token, size_t vocab) {
  std::vector<double> sorted(logits, logits + vocab);
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  return 1 + static_cast<double>(std::find(sorted.begin(), sorted.end(), logits[token]) - sorted.begin());
}

// What a value may differ by: arithmetic in float, or two tokens of nearly the same logit that change places.
double tolerance(MetricKind kind) { return kind == MetricKind::rank ? 1.01 : 2e-4; }

// The metric by a full forward pass of one prompt: the oracle of everything the planner does.
double full_forward_metric(const Model& model, const PromptSet& set, const Cell& cell) {
  ThreadPool pool(1);
  Forward<double> forward(model, pool);
  const Prompt& prompt = set.prompts[static_cast<size_t>(cell.prompt)];
  const auto logits = all_logits<double>(forward, {prompt.tokens}, {cell.edits})[0];
  const auto clean = all_logits<double>(forward, {prompt.tokens})[0];
  const size_t vocab = forward.vocab_size();
  const auto row_of = [&](const auto& all, int position) { return all.data() + static_cast<size_t>(position) * vocab; };
  if (set.metric == MetricKind::accuracy) {
    const double* row = row_of(logits, prompt.questions[0].position);
    return row[prompt.questions[0].answers[0]] > row[prompt.questions[0].wrong[0]] ? 1 : 0;
  }
  double metric = 0;
  for (const Readout& readout : prompt.readouts) {
    const double* row = row_of(logits, readout.position);
    double value = row[readout.token];
    if (set.metric == MetricKind::log_prob || set.metric == MetricKind::probability) value -= log_sum_exp_row(row, vocab);
    if (set.metric == MetricKind::probability) value = std::exp(value);
    if (set.metric == MetricKind::rank) value = rank_among(row, readout.token, vocab);
    if (set.metric == MetricKind::kl) value = kl_divergence(row_of(clean, readout.position), row, vocab);
    metric += readout.weight * value;
  }
  return metric;
}

std::vector<double> evaluate_all(const Model& model, const PromptSet& set, const std::vector<Cell>& cells, EvaluatorOptions options = {},
                                 PlanReport* report = nullptr) {
  ThreadPool pool(2);
  Evaluator<float> evaluator(model, pool, set, options);
  std::vector<double> values(cells.size());
  for (const auto& group : evaluator.plan(cells)) {
    const auto of_group = evaluator.evaluate(cells, group);
    for (size_t i = 0; i < group.size(); ++i) values[group[i]] = of_group[i];
  }
  if (report) *report = evaluator.report();
  return values;
}

std::vector<Cell> zero_every_head(const Model& model, const PromptSet& set) {
  std::vector<Cell> cells;
  for (int l = 0; l < model.description().n_layers; ++l)
    for (int h = 0; h < model.description().attention.n_heads; ++h)
      for (size_t p = 0; p < set.prompts.size(); ++p) cells.push_back({.prompt = static_cast<int>(p), .edits = {Edit{.layer = l, .head = h}}});
  return cells;
}

class EvaluatorOn : public testing::TestWithParam<std::tuple<const char*, MetricKind>> {
 protected:
  const Model model = Model::open(kModelsOfEvaluator / std::get<0>(GetParam()));
  const PromptSet set = random_prompts(4, model.description().vocab_size, std::get<1>(GetParam()));
};

TEST_P(EvaluatorOn, GivesEveryAblationTheValueOfTheFullForward) {
  const auto cells = zero_every_head(model, set);
  const auto values = evaluate_all(model, set, cells, {.rows_at_once = 64});
  for (size_t c = 0; c < cells.size(); c += 7) EXPECT_NEAR(values[c], full_forward_metric(model, set, cells[c]), tolerance(set.metric)) << c;
}

TEST_P(EvaluatorOn, GivesEditsOfEverySiteTheValueOfTheFullForward) {
  const auto& d = model.description();
  const std::vector<float> direction(static_cast<size_t>(d.d_model), 0.3f), head_vector(static_cast<size_t>(d.attention.d_head), 0.5f);
  const std::vector<std::vector<Edit>> edits = {
      {{.op = EditOp::add, .site = SiteKind::resid_pre, .layer = 1, .begin = 4, .end = 6, .factor = 2, .values = direction}},
      {{.op = EditOp::project_out, .site = SiteKind::resid_mid, .layer = 2, .values = direction}},
      {{.op = EditOp::scale, .site = SiteKind::q, .layer = 1, .head = 1, .factor = 3}},
      {{.op = EditOp::zero, .site = SiteKind::k, .layer = 2, .head = 0, .begin = 2}},
      {{.op = EditOp::replace, .site = SiteKind::v, .layer = 0, .head = 1, .begin = 1, .end = 9, .values = head_vector}},
      {{.op = EditOp::zero, .site = SiteKind::pattern, .layer = 1, .head = 2, .begin = 5, .end = 8}},
      {{.op = EditOp::scale, .site = SiteKind::attn_scores, .layer = 1, .head = 2, .factor = 0.1f}},
      {{.op = EditOp::zero, .site = SiteKind::mlp_out, .layer = d.n_layers - 1}},
      {{.op = EditOp::scale, .site = SiteKind::attn_out, .layer = d.n_layers - 1, .factor = 0.5f}},
      {{.op = EditOp::zero, .site = SiteKind::z, .layer = d.n_layers - 1, .head = 3, .begin = 9}},
      {{.op = EditOp::zero, .site = SiteKind::z, .layer = 2, .head = 0}, {.op = EditOp::zero, .site = SiteKind::q, .layer = 1, .head = 0}},
      {},
  };
  std::vector<Cell> cells;
  for (const auto& edit : edits)
    for (const int prompt : {0, 3}) cells.push_back({.prompt = prompt, .edits = edit});
  const auto values = evaluate_all(model, set, cells);
  for (size_t c = 0; c < cells.size(); ++c) EXPECT_NEAR(values[c], full_forward_metric(model, set, cells[c]), tolerance(set.metric)) << "edit " << c / 2;
}

INSTANTIATE_TEST_SUITE_P(Models, EvaluatorOn,
                         testing::Combine(testing::Values("mixture-tiny", "mixture-llama"),
                                          testing::ValuesIn(kMetricKinds)));

class Evaluation : public testing::Test {
 protected:
  const Model model = Model::open(kModelsOfEvaluator / "mixture-tiny");
  const PromptSet set = random_prompts(4, 2506, MetricKind::logit_difference);
};

TEST_F(Evaluation, ComputesTheConeOnly) {
  PlanReport report;
  evaluate_all(model, set, zero_every_head(model, set), {}, &report);
  // 4 layers of 4 heads: cells of layer l recompute 4 - l layers, 10 layers for 4 heads where full forwards take 16.
  const double n_rows = 12 + 17 + 22 + 27;
  EXPECT_EQ(report.full, n_rows * 4 + 16 * n_rows * 4);
  EXPECT_EQ(report.computed, n_rows * 4 + 4 * n_rows * 10);
}

TEST_F(Evaluation, DoesNotDependOnWhichOtherGroupsAreComputed) {
  const auto cells = zero_every_head(model, set);
  const EvaluatorOptions options{.rows_at_once = 100};
  const auto all = evaluate_all(model, set, cells, options);
  ThreadPool pool(2);
  Evaluator<float> evaluator(model, pool, set, options);
  const auto groups = evaluator.plan(cells);
  ASSERT_GT(groups.size(), 4u);
  const auto& group = groups[groups.size() / 2];
  const auto alone = evaluator.evaluate(cells, group);
  for (size_t i = 0; i < group.size(); ++i) EXPECT_EQ(alone[i], all[group[i]]);
}

TEST_F(Evaluation, WorksThroughPromptsInGroupsThatFitTheBudget) {
  ThreadPool pool(1);
  const auto cells = zero_every_head(model, set);
  const auto in_one = evaluate_all(model, set, cells);
  const Forward<float> forward(model, pool);
  const size_t per_row = forward.clean_bytes_per_row() + forward.pass_bytes_per_row();
  const auto in_groups = evaluate_all(model, set, cells, {.memory_bytes = 30 * per_row});
  for (size_t c = 0; c < cells.size(); ++c) EXPECT_NEAR(in_one[c], in_groups[c], 5e-5);  // floats of other products
}

TEST_F(Evaluation, RefusesAPromptThatCannotFit) {
  ThreadPool pool(1);
  try {
    Evaluator<float> evaluator(model, pool, set, {.memory_bytes = 1 << 10});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
    EXPECT_THAT(error.what(), testing::HasSubstr("raise --memory"));
  }
}

TEST_F(Evaluation, PutsTheMeanOverPromptsAndPositionsInPlace) {
  ThreadPool pool(1);
  Forward<double> forward(model, pool);
  Captured<double> captured;
  std::vector<std::vector<TokenId>> tokens;
  for (const Prompt& prompt : set.prompts) tokens.push_back(prompt.tokens);
  const Site site{.kind = SiteKind::z, .layer = 1};
  all_logits<double>(forward, tokens, {}, &captured, {site});
  std::vector<float> mean;
  for (int i = 0; i < model.description().attention.d_head; ++i) {
    double sum = 0, n = 0;
    for (size_t p = 0; p < tokens.size(); ++p)
      for (size_t t = 0; t < tokens[p].size(); ++t, ++n) sum += captured.at(site, p, 2, static_cast<int>(t), i);
    mean.push_back(static_cast<float>(sum / n));
  }
  const Cell by_mean{.prompt = 2, .edits = {{.op = EditOp::mean, .layer = 1, .head = 2}}};
  const Cell by_hand{.prompt = 2, .edits = {{.op = EditOp::replace, .layer = 1, .head = 2, .values = mean}}};
  EXPECT_NEAR(evaluate_all(model, set, {by_mean})[0], full_forward_metric(model, set, by_hand), 1e-4);
}

TEST_F(Evaluation, DivergesFromTheCleanPromptWhateverGroupsThePromptsMake) {
  ThreadPool pool(1);
  PromptSet compared = set;
  compared.metric = MetricKind::kl;
  const auto cells = zero_every_head(model, compared);
  const Forward<float> forward(model, pool);
  const size_t per_row = forward.clean_bytes_per_row() + forward.pass_bytes_per_row();
  const auto in_one = evaluate_all(model, compared, cells), in_groups = evaluate_all(model, compared, cells, {.memory_bytes = 30 * per_row});
  for (size_t c = 0; c < cells.size(); ++c) EXPECT_NEAR(in_one[c], in_groups[c], 5e-5);
  EXPECT_EQ(evaluate_all(model, compared, {{.prompt = 1, .edits = {}}})[0], 0);
  for (const PromptOutcome& outcome : Evaluator<float>(model, pool, compared).clean()) EXPECT_EQ(outcome.metric, 0);
}

TEST_F(Evaluation, ReportsAccuracyOfTheCleanPrompts) {
  ThreadPool pool(1);
  Evaluator<float> evaluator(model, pool, set);
  Forward<float> forward(model, pool);
  const auto outcomes = evaluator.clean();
  ASSERT_EQ(outcomes.size(), set.prompts.size());
  for (const PromptOutcome& outcome : outcomes) {
    const auto logits = all_logits<float>(forward, {set.prompts[static_cast<size_t>(outcome.prompt)].tokens})[0];
    const float* last = logits.data() + logits.size() - forward.vocab_size();
    EXPECT_EQ(outcome.accuracy, last[3] > last[5] ? 1.0 : 0.0);
  }
}

}  // namespace
}  // namespace headlight
