// Tiny random checkpoints against what transformers computes of them (eager, float32): logits, residual stream, patterns, z, and
// the last logits with each head zero-ablated.
#include "tests/core/engine/parity.hpp"

namespace headlight {
namespace {

const std::filesystem::path kParity = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "../shared/fixtures/parity";
constexpr double kTolerance = 5e-5;  // relative to the largest number of the tensor

class Parity : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kParity)) GTEST_SKIP() << "no parity fixtures beside the repository";
  }
};

TEST_P(Parity, HoldsForLogitsResidualStreamPatternsAndZ) { expect_parity<float>(ParityFolder(kParity / GetParam()), kTolerance); }

TEST_P(Parity, HoldsForEveryZeroAblatedHead) { expect_ablation_parity<float>(ParityFolder(kParity / GetParam()), kTolerance); }

INSTANTIATE_TEST_SUITE_P(All, Parity, testing::Values("bloom", "falcon", "gemma", "gemma2", "gemma2.v4", "gemma3_text",
                                         "gemma3_text.v4", "gpt2", "gpt_neo", "gpt_neox", "gpt_neox.v4", "gptj",
                                         "internlm_llama_bias", "llama", "llama_rope3", "llama_rope3.v4", "mistral", "mistral.v4",
                                         "mixtral", "olmo2", "opt", "phi", "phi.v4", "phi3",
                                         "qwen2", "qwen2.v4", "qwen3", "stablelm", "starcoder2"),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace headlight
