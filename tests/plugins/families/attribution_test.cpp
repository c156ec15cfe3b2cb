// The SDK's attribution, which the families that write an answer are built from.
#include <gtest/gtest.h>

#include <headlight/sdk.hpp>

#include "core/base/random.hpp"
#include "tests/plugins/circuits_by_hand.hpp"

namespace headlight::testing_support {
namespace {

constexpr int kQueryHeads = 4, kKvHeads = 2, kWidth = 6, kRows = 5;

// One layer of random attention and values; z follows from them.
struct RandomLayer {
  std::vector<float> pattern, values, z;

  explicit RandomLayer(uint64_t seed) : pattern(kQueryHeads * kRows * kRows), values(kRows * kKvHeads * kWidth), z(kRows * kQueryHeads * kWidth) {
    Random random(seed);
    for (float& v : values) v = static_cast<float>(random.uniform() - 0.5);
    for (size_t h = 0; h < kQueryHeads; ++h)
      for (size_t query = 0; query < kRows; ++query) {
        float* row = pattern.data() + (h * kRows + query) * kRows;
        float total = 0;
        for (size_t key = 0; key <= query; ++key) total += row[key] = static_cast<float>(random.uniform());
        for (size_t key = 0; key <= query; ++key) {
          row[key] /= total;
          for (size_t d = 0; d < kWidth; ++d)
            z[(query * kQueryHeads + h) * kWidth + d] += row[key] * values[(key * kKvHeads + h * kKvHeads / kQueryHeads) * kWidth + d];
        }
      }
  }
  void show(sdk::Attribution& attribution) const {
    const auto see = [&](headlight_site site, int n_heads, int n_keys, int width, const std::vector<float>& numbers) {
      const headlight_capture raw{.size = sizeof(headlight_capture), .site = site, .layer = 0, .query_begin = 0, .n_queries = kRows,
                                  .n_heads = n_heads, .n_keys = n_keys, .width = width, .values = numbers.data()};
      attribution.see(sdk::Capture(raw));
    };
    see(HEADLIGHT_SITE_PATTERN, kQueryHeads, kRows, 0, pattern);
    see(HEADLIGHT_SITE_V, kKvHeads, 0, kWidth, values);
    see(HEADLIGHT_SITE_Z, kQueryHeads, 0, kWidth, z);
  }
};

TEST(Attribution, BySourceSumsToTheWholeAlsoWhereHeadsShareValues) {
  CircuitsByHand by_hand(kQueryHeads, kWidth);
  Random random(5);
  for (int h = 0; h < kQueryHeads; ++h) {
    CircuitsByHand::Matrix matrix(kWidth, std::vector<float>(kWidth));
    for (auto& row : matrix)
      for (float& x : row) x = static_cast<float>(random.uniform() - 0.5);
    by_hand.ov[{0, h}] = matrix;
  }
  const headlight_circuits raw = by_hand.raw();
  const headlight_model model{.size = sizeof(headlight_model), .n_layers = 1, .n_heads = kQueryHeads, .n_kv_heads = kKvHeads, .d_model = kWidth,
                              .d_head = kWidth, .vocab_size = kWidth, .bos_token = 0, .has_bos = 0};
  const sdk::Circuits circuits(raw, model);
  for (const int position : {0, 2, kRows - 1}) {
    sdk::Attribution attribution(model);
    attribution.begin(position);
    RandomLayer(static_cast<uint64_t>(position)).show(attribution);
    const std::vector<int32_t> tokens = {1, 4, 5};
    const auto whole = attribution.effects(circuits, 0, tokens), parts = attribution.effects_by_source(circuits, 0, tokens);
    ASSERT_EQ(whole.size(), kQueryHeads * tokens.size());
    ASSERT_EQ(parts.size(), static_cast<size_t>(position + 1) * whole.size());
    for (size_t i = 0; i < whole.size(); ++i) {
      double sum = 0;
      for (size_t source = 0; source <= static_cast<size_t>(position); ++source) sum += static_cast<double>(parts[source * whole.size() + i]);
      EXPECT_NEAR(sum, static_cast<double>(whole[i]), 1e-6) << "position " << position << ", number " << i;
      EXPECT_NE(whole[i], 0);
    }
  }
}

TEST(Contrast, IsAMeanBeyondAMean) {
  const std::vector<int32_t> right = {3, 4}, wrong = {5, 6, 7};
  const sdk::Contrast contrast(right, wrong);
  EXPECT_EQ(contrast.tokens(), (std::vector<int32_t>{3, 4, 5, 6, 7}));
  const std::vector<float> numbers = {1, 3, 1, 2, 6};
  EXPECT_EQ(contrast(numbers), 2.0 - 3.0);
}

TEST(VocabularySample, IsSpreadEvenlyAndTakesAllOfASmallVocabulary) {
  headlight_model model{};
  model.vocab_size = 10;
  EXPECT_EQ(sdk::vocabulary_sample(model, 5), (std::vector<int32_t>{0, 2, 4, 6, 8}));
  EXPECT_EQ(sdk::vocabulary_sample(model, 256).size(), 10u);
}

}  // namespace
}  // namespace headlight::testing_support
