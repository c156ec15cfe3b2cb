// Models that have learned nothing hold nothing: over all families and methods, no head of a random model is confirmed or causal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/random.hpp"
#include "storage/open.hpp"
#include "tests/scan/run_program.hpp"
#include "tests/scan/trial_scan.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight::testing_support {
namespace {

namespace fs = std::filesystem;

constexpr int kLayers = 3, kHeads = 4, kWidth = 32, kTokens = 300, kPlaces = 128;

// Random numbers of a deviation that makes attention as sharp as in trained models (scores deviate by about 3).
class RandomModel {
 public:
  explicit RandomModel(std::uint64_t seed) : seed_(seed) {}
  void matrix(const std::string& name, Shape shape, double deviation = 0.3) { add(name, std::move(shape), 0, deviation); }
  void gain(const std::string& name) { add(name, {kWidth}, 1, 0.1); }
  TinyModel model;

 private:
  void add(const std::string& name, Shape shape, double centre, double deviation) {
    Random random(seed_, name);
    std::vector<float> numbers(static_cast<size_t>(n_elements(shape)));
    for (float& number : numbers) number = static_cast<float>(centre + deviation * random.normal());
    model.tensors[name] = make_tensor(std::move(shape), numbers);
  }
  std::uint64_t seed_;
};

TinyModel random_gpt2(std::uint64_t seed) {
  RandomModel made(seed);
  made.model.config = Json::object({{"model_type", "gpt2"},
                                    {"n_layer", kLayers},
                                    {"n_head", kHeads},
                                    {"n_embd", kWidth},
                                    {"vocab_size", kTokens},
                                    {"n_positions", kPlaces},
                                    {"bos_token_id", 0},
                                    {"eos_token_id", 0}});
  for (int i = 0; i < kLayers; ++i) {
    const std::string layer = "transformer.h." + std::to_string(i) + ".";
    for (const std::string norm : {"ln_1", "ln_2"}) {
      made.gain(layer + norm + ".weight");
      made.matrix(layer + norm + ".bias", {kWidth}, 0.1);
    }
    made.matrix(layer + "attn.c_attn.weight", {kWidth, 3 * kWidth});
    made.matrix(layer + "attn.c_attn.bias", {3 * kWidth}, 0.1);
    made.matrix(layer + "attn.c_proj.weight", {kWidth, kWidth});
    made.matrix(layer + "attn.c_proj.bias", {kWidth}, 0.1);
    made.matrix(layer + "mlp.c_fc.weight", {kWidth, 4 * kWidth});
    made.matrix(layer + "mlp.c_fc.bias", {4 * kWidth}, 0.1);
    made.matrix(layer + "mlp.c_proj.weight", {4 * kWidth, kWidth});
    made.matrix(layer + "mlp.c_proj.bias", {kWidth}, 0.1);
  }
  made.matrix("transformer.wte.weight", {kTokens, kWidth}, 1);
  made.matrix("transformer.wpe.weight", {kPlaces, kWidth}, 0.5);
  made.gain("transformer.ln_f.weight");
  made.matrix("transformer.ln_f.bias", {kWidth}, 0.1);
  return std::move(made.model);
}

TinyModel random_llama(std::uint64_t seed) {
  RandomModel made(seed);
  constexpr int kKvWidth = kWidth / 2;  // two query heads on every key-value head
  made.model.config = Json::object({{"model_type", "llama"},
                                    {"num_hidden_layers", kLayers},
                                    {"num_attention_heads", kHeads},
                                    {"num_key_value_heads", kHeads / 2},
                                    {"hidden_size", kWidth},
                                    {"intermediate_size", 2 * kWidth},
                                    {"vocab_size", kTokens},
                                    {"max_position_embeddings", kPlaces},
                                    {"rms_norm_eps", 1e-5},
                                    {"bos_token_id", 0},
                                    {"eos_token_id", 0}});
  for (int i = 0; i < kLayers; ++i) {
    const std::string layer = "model.layers." + std::to_string(i) + ".";
    made.gain(layer + "input_layernorm.weight");
    made.gain(layer + "post_attention_layernorm.weight");
    made.matrix(layer + "self_attn.q_proj.weight", {kWidth, kWidth});
    made.matrix(layer + "self_attn.k_proj.weight", {kKvWidth, kWidth});
    made.matrix(layer + "self_attn.v_proj.weight", {kKvWidth, kWidth});
    made.matrix(layer + "self_attn.o_proj.weight", {kWidth, kWidth});
    made.matrix(layer + "mlp.gate_proj.weight", {2 * kWidth, kWidth});
    made.matrix(layer + "mlp.up_proj.weight", {2 * kWidth, kWidth});
    made.matrix(layer + "mlp.down_proj.weight", {kWidth, 2 * kWidth});
  }
  made.matrix("model.embed_tokens.weight", {kTokens, kWidth}, 1);
  made.gain("model.norm.weight");
  made.matrix("lm_head.weight", {kTokens, kWidth});
  return std::move(made.model);
}

class RandomModels : public ::testing::TestWithParam<std::string> {
 protected:
  static constexpr int kSeeds = 5;
  static TinyModel make(std::uint64_t seed) { return GetParam() == "gpt2" ? random_gpt2(seed) : random_llama(seed); }
};

TEST_P(RandomModels, HoldNoConfirmedAndNoCausalHead) {
  const TemporaryFolder folder;
  for (int seed = 0; seed < kSeeds; ++seed)
    make(static_cast<std::uint64_t>(seed)).write(folder / ("models/seed-" + std::to_string(seed)));
  const std::string catalogue = folder / "a.db";
  const ProgramRun scan = run_headlight({"scan", folder / "models", "--prompts", "16", "--db", catalogue});
  ASSERT_EQ(scan.exit_code, 0) << scan.err;
  const auto connection = open_for_reading(catalogue);
  EXPECT_EQ(connection->integer("SELECT count(*) FROM model"), kSeeds);
  EXPECT_EQ(connection->integer("SELECT count(*) FROM run WHERE status <> 'done'"), 0);
  Statement verdicts = connection->prepare("SELECT word, count(*) FROM detector_head JOIN verdict ON id = verdict GROUP BY word");
  std::map<std::string, std::int64_t> n_heads;
  while (verdicts.step()) n_heads[verdicts.text(0)] = verdicts.integer(1);
  EXPECT_EQ(n_heads["confirmed"], 0);
  EXPECT_EQ(n_heads["causal"], 0);
  EXPECT_EQ(n_heads["correlational"], 0);
  EXPECT_GE(n_heads["not measurable"], kSeeds * 5 * kLayers * kHeads)
      << "they do not solve repeated-random, so nothing is said of them";
}

// The null alone keeps them out too, whatever the task: the numbers of a random model lie among those of its random twins.
TEST_P(RandomModels, PassNoThresholdBeyondTheirRandomTwins) {
  const TemporaryFolder folder;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const fs::path model = folder / ("seed-" + std::to_string(seed));
    make(static_cast<std::uint64_t>(seed)).write(model);
    MemorySink sink;
    const TrialResult result = run({.models = {model}, .families = {}, .methods = {"score"}, .n_prompts = 16}, sink);
    EXPECT_EQ(result.report.n_failed, 0);
    for (const auto& [hash, run] : sink.runs) {
      ASSERT_TRUE(run.summary) << run.error_message;
      for (const HeadResult& head : run.summary->heads) {
        if (head.output != 0 || !head.score || !head.selection_score || !head.q) continue;
        const double threshold = run.summary->outputs[0].threshold.value();
        EXPECT_FALSE(*head.score >= threshold && *head.selection_score >= threshold && *head.q <= 0.05)
            << run.key.family << " " << to_string(head.head) << " of seed " << seed << ": " << *head.score << ", q " << *head.q;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, RandomModels, ::testing::Values("gpt2", "llama"), [](const auto& param) { return param.param; });

TEST(BrokenModel, WithoutFiniteNumbersIsNotMeasurable) {
  const TemporaryFolder folder;
  TinyModel model = random_gpt2(1);
  std::vector<float> numbers(kWidth, 1.0f);
  numbers[3] = std::numeric_limits<float>::quiet_NaN();
  model.tensors["transformer.h.1.ln_1.weight"] = make_tensor({kWidth}, numbers);
  model.write(folder / "broken");
  MemorySink sink;
  const TrialResult result =
      run({.models = {folder / "broken"}, .families = {"induction"}, .methods = {"score", "zero-ablation"}}, sink);
  EXPECT_EQ(result.report.n_not_measurable, 2);
  EXPECT_EQ(result.report.n_failed, 0);
  for (const auto& [name, end] : result.ends)
    EXPECT_EQ(end.message, "the model gives no finite number on prompt 0: are its weights whole?") << name;
}

TEST(Model, WithATokenizerThatIsMissingIsScannedOnWhatNeedsNone) {
  const TemporaryFolder folder;
  random_gpt2(2).write(folder / "model");
  MemorySink sink;
  const TrialResult result = run(
      {.models = {folder / "model"}, .families = {"duplicate-token"}, .methods = {"score"}, .tasks = {"repeated-random", "ioi"}},
      sink);
  EXPECT_EQ(sink.run("duplicate-token", "score", "repeated-random").status, RunStatus::done);
  const auto& ioi = sink.run("duplicate-token", "score", "ioi");
  ASSERT_TRUE(ioi.summary);
  EXPECT_FALSE(ioi.summary->measurable);
  EXPECT_THAT(ioi.summary->why_not, ::testing::HasSubstr("tokenizer"));
  EXPECT_THAT(ioi.summary->heads, ::testing::IsEmpty()) << "nothing was measured";
}

}  // namespace
}  // namespace headlight::testing_support
