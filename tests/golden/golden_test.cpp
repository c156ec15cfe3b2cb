// The golden cases, tiny models of every architecture and option: all that transformers computes of them (data/NAME, made by
// make_golden.py) against the engine in float and in double.
#include <gmock/gmock.h>

#include "core/checkpoint/architectures.hpp"
#include "core/engine/evaluator.hpp"
#include "core/host/greedy_decoding.hpp"
#include "tests/core/engine/parity.hpp"

namespace headlight {
namespace {

const std::filesystem::path kData = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "tests/golden/data";
constexpr double kFloatTolerance = 5e-5, kDoubleTolerance = 1e-5;  // relative to the largest number of the tensor

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kData)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

class Golden : public testing::TestWithParam<std::string> {
 protected:
  ParityFolder folder{kData / GetParam()};
};

TEST_P(Golden, HoldsInFloat) {
  expect_parity<float>(folder, kFloatTolerance);
  expect_ablation_parity<float>(folder, kFloatTolerance);
}

TEST_P(Golden, HoldsInDouble) {
  expect_parity<double>(folder, kDoubleTolerance);
  expect_ablation_parity<double>(folder, kDoubleTolerance);
}

// The null of positional statistics redraws every matrix, wherever its numbers lie.
TEST_P(Golden, HasATwinOfRandomWeights) {
  ThreadPool pool(2);
  Forward<float> forward(folder.model, pool), twin(folder.model.with_random_weights(1), pool);
  const auto logits = all_logits<float>(forward, folder.prompts)[0], others = all_logits<float>(twin, folder.prompts)[0];
  for (const float logit : others) ASSERT_TRUE(std::isfinite(logit));
  EXPECT_NE(logits, others);
}

TEST_P(Golden, UsesEveryTensor) {
  for (const std::string& note : folder.model.checkpoint->notes) EXPECT_THAT(note, testing::Not(testing::HasSubstr("no place")));
}

// Short and long prompts in one batch, also where the frequencies of a rotation depend on the length.
TEST_P(Golden, GivesMixedLengthsTheNumbersOfOnePromptAtATime) {
  ThreadPool pool(2);
  Forward<float> forward(folder.model, pool);
  std::vector<std::vector<TokenId>> prompts = folder.prompts;
  prompts[1].resize(5);
  prompts.push_back({3});
  const auto together = all_logits<float>(forward, prompts);
  for (size_t p = 0; p < prompts.size(); ++p) {
    const auto alone = all_logits<float>(forward, {prompts[p]})[0];
    const std::vector<double> expected(alone.begin(), alone.end());
    EXPECT_LT(relative_difference(expected, [&](size_t i) { return static_cast<double>(together[p][i]); }), 1e-6) << "prompt " << p;
  }
}

// The planner recomputes what an edit can change and nothing else: that must be the full forward pass, whatever the architecture.
TEST_P(Golden, GivesTheSweepPlannerTheValuesOfFullPasses) {
  const auto& d = folder.model.description();
  PromptSet set;
  for (const auto& tokens : folder.prompts) {
    const int last = static_cast<int>(tokens.size()) - 1;
    set.prompts.push_back({.tokens = tokens, .readouts = {{.position = last, .token = 3, .weight = 1}, {.position = 4, .token = 7, .weight = -1}}});
    set.prompts.back().tokens[1] = static_cast<TokenId>(set.prompts.size());
  }
  set.metric = MetricKind::logit_difference;
  std::vector<Cell> cells;
  for (int l = 0; l < d.n_layers; ++l)
    for (const Edit& edit : {Edit{.layer = l, .head = d.attention.n_heads - 1}, Edit{.layer = l, .head = 0, .begin = 3, .end = 5},
                             Edit{.op = EditOp::scale, .site = SiteKind::q, .layer = l, .head = 0, .begin = 2, .factor = 3}})
      for (int p = 0; p < 2; ++p) cells.push_back({.prompt = p, .edits = {edit}});
  ThreadPool pool(2);
  Evaluator<double> evaluator(folder.model, pool, set);
  Forward<double> forward(folder.model, pool);
  for (const auto& group : evaluator.plan(cells)) {
    const auto values = evaluator.evaluate(cells, group);
    for (size_t i = 0; i < group.size(); ++i) {
      const Prompt& prompt = set.prompts[static_cast<size_t>(cells[group[i]].prompt)];
      const auto logits = all_logits<double>(forward, {prompt.tokens}, {cells[group[i]].edits})[0];
      double metric = 0;
      for (const Readout& readout : prompt.readouts)
        metric += readout.weight * logits[static_cast<size_t>(readout.position * d.vocab_size + readout.token)];
      EXPECT_NEAR(values[i], metric, 1e-9) << "cell " << group[i];
    }
  }
}

// Decoding computes each token once; the whole prompt so far must find the same token best, but for rounding.
TEST_P(Golden, DecodesWhatTheWholePromptFindsBest) {
  constexpr int kDecoded = 5;
  constexpr float kNearTie = 1e-4f;  // of a logit
  ThreadPool pool(2);
  Forward<float> forward(folder.model, pool);
  std::vector<std::vector<TokenId>> prompts = folder.prompts;
  prompts.push_back({3, 4, 3});
  for (auto& prompt : prompts) prompt.resize(prompt.size() - 2);  // room in the context
  const auto whole = decode_greedily(forward, folder.model.description(), {prompts.begin(), prompts.end()}, kDecoded);
  int n_decoded = 0;
  for (size_t p = 0; p < prompts.size(); ++p) {
    ASSERT_TRUE(std::equal(prompts[p].begin(), prompts[p].end(), whole[p].begin()));
    for (size_t n = prompts[p].size(); n < whole[p].size(); ++n, ++n_decoded) {
      const auto logits = all_logits<float>(forward, {{whole[p].begin(), whole[p].begin() + static_cast<std::ptrdiff_t>(n)}})[0];
      const std::span<const float> last = std::span(logits).last(forward.vocab_size());
      EXPECT_GE(last[static_cast<size_t>(whole[p][n])], *std::max_element(last.begin(), last.end()) - kNearTie) << "prompt " << p << ", token " << n;
    }
  }
  EXPECT_GE(n_decoded, 3);
}

INSTANTIATE_TEST_SUITE_P(All, Golden, testing::ValuesIn(cases()), [](const auto& test) { return test_name(test.param); });

TEST(GoldenCases, AreThereForEveryArchitecture) {
  std::set<std::string> covered;
  for (const std::string& name : cases()) covered.insert(Model::open(kData / name).description().architecture);
  for (const Architecture& architecture : architectures()) EXPECT_TRUE(covered.contains(std::string(architecture.model_type))) << architecture.model_type;
}

}  // namespace
}  // namespace headlight
