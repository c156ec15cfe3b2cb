// Planted heads: in models wired by hand, each family gives 1 to the head that is of its kind and nothing to the others.
// Everything is real but the weights: the checkpoint is a folder, the family a shared library, the pass a worker's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/planted_gpt2.hpp"
#include "tests/plugins/planted_llama.hpp"
#include "tests/scan/trial_scan.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::testing_support {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::Le;
using ::testing::Lt;

constexpr HeadId kPlanted{.layer = 0, .head = 2};
constexpr double kElsewhere = 0.15;

std::vector<double> scores(const PlantedGpt2& model, const std::string& family) {
  const TemporaryFolder folder;
  model.write(folder / "planted");
  return scores_of(folder / "planted", family);
}

// Every head looks at its own place but those that a test wires.
PlantedGpt2 model_of_idle_heads(const std::vector<HeadId>& wired) {
  PlantedGpt2 model;
  for (int layer = 0; layer < PlantedGpt2::kLayers; ++layer)
    for (int head = 0; head < PlantedGpt2::kHeads; ++head)
      if (std::find(wired.begin(), wired.end(), HeadId{layer, head}) == wired.end()) model.look_at_own_place({layer, head});
  return model;
}

void expect_only(HeadId planted, const std::vector<double>& by_head) {
  ASSERT_EQ(by_head.size(), static_cast<size_t>(PlantedGpt2::kLayers * PlantedGpt2::kHeads));
  for (int layer = 0; layer < PlantedGpt2::kLayers; ++layer)
    for (int head = 0; head < PlantedGpt2::kHeads; ++head) {
      const double score = by_head[static_cast<size_t>(layer * PlantedGpt2::kHeads + head)];
      if (HeadId{layer, head} == planted)
        EXPECT_THAT(score, AllOf(Ge(0.98), Le(1 + 1e-6))) << to_string(planted);
      else
        EXPECT_THAT(score, AllOf(Ge(0), Lt(kElsewhere))) << to_string(HeadId{layer, head});
    }
}

void expect_nowhere(const std::vector<double>& by_head) {
  EXPECT_EQ(by_head.size(), static_cast<size_t>(PlantedGpt2::kLayers * PlantedGpt2::kHeads));
  EXPECT_THAT(by_head, Each(AllOf(Ge(0), Lt(kElsewhere))));
}

TEST(PlantedPreviousTokenHead, IsFoundAndIsTheOnlyOne) {
  PlantedGpt2 model = model_of_idle_heads({kPlanted});
  model.look_back(kPlanted, 1);
  expect_only(kPlanted, scores(model, "previous-token"));
}

TEST(PlantedPreviousTokenHead, IsGoneWhenItsPlacesArePermuted) {
  PlantedGpt2 model = model_of_idle_heads({kPlanted});
  model.look_back(kPlanted, 1, derangement(PlantedGpt2::kPlaces));
  expect_nowhere(scores(model, "previous-token"));
}

TEST(PlantedPreviousTokenHead, InLlamasShapeIsTheQueryHeadNotItsGroup) {
  for (const int planted : {0, 3}) {
    const TemporaryFolder folder;
    PlantedLlama model;
    model.look_back(planted, 1);
    model.write(folder / "planted");
    const auto by_head = scores_of(folder / "planted", "previous-token");
    ASSERT_EQ(by_head.size(), 4u);
    for (int head = 0; head < 4; ++head) {
      if (head == planted)
        EXPECT_GE(by_head[static_cast<size_t>(head)], 0.98);
      else
        EXPECT_LT(by_head[static_cast<size_t>(head)], kElsewhere) << "head " << head;
    }
  }
}

TEST(PlantedPositionalHead, TwoTokensBackIsFoundAndIsTheOnlyOne) {
  PlantedGpt2 model;  // heads without wires look everywhere alike
  model.look_back(kPlanted, 2);
  expect_only(kPlanted, scores(model, "positional"));
}

TEST(PlantedPositionalHead, IsGoneWhenItsPlacesArePermuted) {
  PlantedGpt2 model;
  model.look_back(kPlanted, 2, derangement(PlantedGpt2::kPlaces));
  expect_nowhere(scores(model, "positional"));
}

TEST(PlantedPositionalHead, ShowsItsOffsetInTheOtherOutputs) {
  const TemporaryFolder folder;
  PlantedGpt2 model;
  model.look_back(kPlanted, 2);
  model.write(folder / "planted");
  MemorySink sink;
  run({.models = {folder / "planted"}, .families = {"positional"}, .methods = {"score"}}, sink);
  for (const HeadResult& head : sink.run("positional", "score").summary->heads) {
    if (head.head != kPlanted || head.output == 0) continue;
    const bool is_offset_2_or_confidence = head.output == 3 || head.output == 6;
    EXPECT_NEAR(*head.score, is_offset_2_or_confidence ? 1 : 0, 1e-5) << "output " << head.output;
  }
}

TEST(PlantedPositionalHead, InLlamasShapeIsFoundByItsAngles) {
  const TemporaryFolder folder;
  PlantedLlama model;
  model.look_back(2, 2);
  model.write(folder / "planted");
  const auto by_head = scores_of(folder / "planted", "positional");
  EXPECT_GE(by_head[2], 0.98);
  for (const size_t head : {0u, 1u, 3u}) EXPECT_LT(by_head[head], kElsewhere) << "head " << head;
}

TEST(PlantedDuplicateTokenHead, IsFoundAndIsTheOnlyOne) {
  PlantedGpt2 model = model_of_idle_heads({kPlanted});
  model.look_at_duplicate(kPlanted);
  expect_only(kPlanted, scores(model, "duplicate-token"));
}

TEST(PlantedDuplicateTokenHead, IsGoneWhenItsTokensArePermuted) {
  PlantedGpt2 model = model_of_idle_heads({kPlanted});
  model.look_at_duplicate(kPlanted, derangement(PlantedGpt2::kTokens));
  expect_nowhere(scores(model, "duplicate-token"));
}

TEST(PlantedAttentionSink, IsFoundAndIsTheOnlyOne) {
  PlantedGpt2 model = model_of_idle_heads({kPlanted});
  model.look_at_place(kPlanted, 0);
  expect_only(kPlanted, scores(model, "attention-sink"));
}

TEST(PlantedAttentionSink, IsGoneWhenItRestsOnAnotherPlace) {
  PlantedGpt2 model = model_of_idle_heads({kPlanted});
  model.look_at_place(kPlanted, 1);
  expect_nowhere(scores(model, "attention-sink"));
}

TEST(PlantedAttentionSink, InLlamasShapeIsTheQueryHeadNotItsGroup) {
  const TemporaryFolder folder;
  PlantedLlama model;
  model.look_at_first_token(1);
  model.write(folder / "planted");
  const auto by_head = scores_of(folder / "planted", "attention-sink");
  EXPECT_GE(by_head[1], 0.98);
  for (const size_t head : {0u, 2u, 3u}) EXPECT_LT(by_head[head], kElsewhere) << "head " << head;
}

// ---- Induction needs two layers: a head that looks back one token and copies it, and one that looks for its own token in the
// copy.

constexpr HeadId kPrevious{.layer = 0, .head = 1}, kInduction{.layer = 1, .head = 0};

PlantedGpt2 induction_circuit(const std::vector<int>& places = {}, const std::vector<int>& tokens = {}) {
  PlantedGpt2 model = model_of_idle_heads({kPrevious, kInduction});
  model.look_back(kPrevious, 1, places);
  model.copy_tokens(kPrevious);
  model.look_after_duplicate(kInduction, tokens);
  model.predict_tokens(kInduction);
  return model;
}

TEST(PlantedInductionHead, IsFoundAndIsTheOnlyOne) { expect_only(kInduction, scores(induction_circuit(), "induction")); }

TEST(PlantedInductionHead, LeavesThePreviousTokenHeadToItsOwnFamily) {
  expect_only(kPrevious, scores(induction_circuit(), "previous-token"));
}

TEST(PlantedInductionHead, IsGoneWhenItsTokensArePermuted) {
  expect_nowhere(scores(induction_circuit({}, derangement(PlantedGpt2::kTokens)), "induction"));
}

TEST(PlantedInductionHead, IsGoneWhenThePreviousTokenHeadBelowItIsPermuted) {
  expect_nowhere(scores(induction_circuit(derangement(PlantedGpt2::kPlaces)), "induction"));
}

// The whole way: statistic, effect, both nulls. The circuit solves the task, so what it rests on is causal and nothing else is.
TEST(PlantedInductionHead, IsPresentByStatisticAndByEffectAndNothingElseIs) {
  const TemporaryFolder folder;
  induction_circuit().write(folder / "planted");
  MemorySink sink;
  run({.models = {folder / "planted"},
       .families = {"induction", "previous-token"},
       .methods = {"score", "zero-ablation"},
       .n_prompts = 16},
      sink);
  const auto present = [&](const std::string& family, const std::string& method) {
    std::vector<std::string> heads;
    const auto& summary = *sink.run(family, method).summary;
    EXPECT_TRUE(summary.measurable) << summary.why_not;
    EXPECT_GT(summary.accuracy.value_or(0), 0.99);
    for (const HeadResult& head : summary.heads)
      if (head.present) heads.push_back(to_string(head.head));
    return heads;
  };
  EXPECT_THAT(present("induction", "score"), ::testing::ElementsAre("L1H0"));
  EXPECT_THAT(present("previous-token", "score"), ::testing::ElementsAre("L0H1"));
  EXPECT_THAT(present("", "zero-ablation"), ::testing::ElementsAre("L0H1", "L1H0"));
}

}  // namespace
}  // namespace headlight::testing_support
