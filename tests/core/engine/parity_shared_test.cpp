// Tiny random checkpoints against what transformers computes of them (eager, float32): logits, residual stream, patterns, z, and
// the last logits with each head zero-ablated.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

#include "core/checkpoint/safetensors.hpp"
#include "core/engine/evaluator.hpp"
#include "tests/core/engine/captured.hpp"

namespace headlight {
namespace {

const std::filesystem::path kParity = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "../shared/fixtures/parity";
constexpr double kTolerance = 5e-5;  // relative to the largest number of the tensor

struct Expected {
  Shape shape;
  std::vector<float> values;
};

Expected expected_of(const SafetensorsFile& file, const std::string& name) {
  const TensorEntry& entry = file.at(name);
  Expected expected{.shape = entry.shape, .values = std::vector<float>(static_cast<size_t>(n_elements(entry.shape)))};
  widen(entry.bytes.data(), entry.dtype, expected.values.size(), expected.values.data());
  return expected;
}

// Largest difference over the largest expected number.
template <typename Ours>
double relative_difference(const Expected& expected, Ours ours) {
  double largest = 0, scale = 0;
  for (size_t i = 0; i < expected.values.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(expected.values[i]) - ours(i)));
    scale = std::max(scale, std::abs(static_cast<double>(expected.values[i])));
  }
  return largest / scale;
}

class Parity : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kParity)) GTEST_SKIP() << "no parity fixtures beside the repository";
    model = Model::open(kParity / GetParam());
    file = std::make_unique<SafetensorsFile>(kParity / GetParam() / "expected.safetensors");
    const TensorEntry& ids = file->at("input_ids");
    for (std::int64_t prompt = 0; prompt < ids.shape[0]; ++prompt) {
      prompts.emplace_back();
      for (std::int64_t i = 0; i < ids.shape[1]; ++i) {
        std::int64_t id = 0;
        std::memcpy(&id, ids.bytes.data() + (prompt * ids.shape[1] + i) * 8, 8);
        prompts.back().push_back(static_cast<TokenId>(id));
      }
    }
  }
  Model model;
  std::unique_ptr<SafetensorsFile> file;
  std::vector<std::vector<TokenId>> prompts;
  ThreadPool pool{2};
};

TEST_P(Parity, HoldsForLogitsResidualStreamPatternsAndZ) {
  Forward<float> forward(model, pool);
  const auto& d = model.description();
  std::set<Site> sites{{.kind = SiteKind::final_norm, .layer = 0}};
  for (int l = 0; l < d.n_layers; ++l)
    for (const SiteKind kind : {SiteKind::resid_pre, SiteKind::pattern, SiteKind::z}) sites.insert({.kind = kind, .layer = l});
  Captured<float> captured;
  const auto logits = all_logits<float>(forward, prompts, {}, &captured, sites);

  const Expected expected_logits = expected_of(*file, "logits");
  const size_t per_prompt = prompts[0].size() * forward.vocab_size();
  EXPECT_LT(relative_difference(expected_logits, [&](size_t i) { return logits[i / per_prompt][i % per_prompt]; }), kTolerance);

  const int n_tokens = static_cast<int>(prompts[0].size());
  for (int l = 0; l <= d.n_layers; ++l) {
    const Site site = l < d.n_layers ? Site{.kind = SiteKind::resid_pre, .layer = l} : Site{.kind = SiteKind::final_norm, .layer = 0};
    EXPECT_LT(relative_difference(expected_of(*file, "hidden." + std::to_string(l)),
                                  [&](size_t i) {
                                    const int place = static_cast<int>(i) / d.d_model;
                                    return captured.at(site, static_cast<size_t>(place / n_tokens), 0, place % n_tokens, static_cast<int>(i) % d.d_model);
                                  }),
              kTolerance)
        << "hidden " << l;
  }
  const int n_heads = d.attention.n_heads, d_head = d.attention.d_head;
  for (int l = 0; l < d.n_layers; ++l) {
    EXPECT_LT(relative_difference(expected_of(*file, "pattern." + std::to_string(l)),
                                  [&](size_t i) {
                                    const int key = static_cast<int>(i) % n_tokens, query = static_cast<int>(i) / n_tokens % n_tokens;
                                    const int head = static_cast<int>(i) / n_tokens / n_tokens % n_heads;
                                    const auto prompt = i / static_cast<size_t>(n_tokens * n_tokens * n_heads);
                                    return captured.at({.kind = SiteKind::pattern, .layer = l}, prompt, head, query, key);
                                  }),
              kTolerance)
        << "pattern " << l;
    EXPECT_LT(relative_difference(expected_of(*file, "z." + std::to_string(l)),
                                  [&](size_t i) {
                                    const int head = static_cast<int>(i) / d_head % n_heads, place = static_cast<int>(i) / d_head / n_heads;
                                    return captured.at({.kind = SiteKind::z, .layer = l}, static_cast<size_t>(place / n_tokens), head,
                                                       place % n_tokens, static_cast<int>(i) % d_head);
                                  }),
              kTolerance)
        << "z " << l;
  }
}

TEST_P(Parity, HoldsForEveryZeroAblatedHead) {
  Forward<float> forward(model, pool);
  const auto& d = model.description();
  for (int l = 0; l < d.n_layers; ++l) {
    const Expected expected = expected_of(*file, "zero_ablate." + std::to_string(l));
    for (int h = 0; h < d.attention.n_heads; ++h) {
      const std::vector<std::vector<Edit>> edits(prompts.size(), {Edit{.op = EditOp::zero, .site = SiteKind::z, .layer = l, .head = h}});
      const auto logits = all_logits<float>(forward, prompts, edits);
      const size_t vocab = forward.vocab_size(), last = (prompts[0].size() - 1) * vocab;
      double largest = 0, scale = 0;
      for (size_t p = 0; p < prompts.size(); ++p)
        for (size_t t = 0; t < vocab; ++t) {
          const float value = expected.values[(static_cast<size_t>(h) * prompts.size() + p) * vocab + t];
          largest = std::max(largest, std::abs(static_cast<double>(value - logits[p][last + t])));
          scale = std::max(scale, std::abs(static_cast<double>(value)));
        }
      EXPECT_LT(largest / scale, kTolerance) << to_string(HeadId{.layer = l, .head = h});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Parity, testing::Values("bloom", "falcon", "gemma", "gemma2", "gemma2.v4", "gemma3_text",
                                         "gemma3_text.v4", "gpt2", "gpt_neo", "gpt_neox", "gpt_neox.v4", "gptj",
                                         "internlm_llama_bias", "llama", "llama_rope3", "llama_rope3.v4", "mistral", "mistral.v4",
                                         "mixtral", "olmo2", "opt", "phi", "phi.v4", "phi3",
                                         "qwen2", "qwen2.v4", "qwen3", "stablelm", "starcoder2"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace headlight
