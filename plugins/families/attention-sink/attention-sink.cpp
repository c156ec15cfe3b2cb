// Attention sinks: heads that give most of their weight to the first token, where they rest.
//   sink = mean over i >= 1 of A[i, 0];   value ratio = |v_0| / mean over j >= 1 of |v_j|         (heads.md 2.9)
//   entropy = mean over i >= 1 of the entropy of A[i, :] in nats: above 3.8 a head looks broadly (clarkkev/attention-analysis)
// Xiao et al. 2023 (arXiv 2309.17453), Guo et al. 2024 (arXiv 2410.13835).
#include <headlight/sdk.hpp>

#include <cmath>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention",
                 .doc = "mean attention of a query to the first token",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.3,
                 .threshold_source = "the sink metric of Gu et al. with epsilon 0.3 [M]"}),
    sdk::output({.name = "value_ratio",
                 .doc = "length of the first token's value over the mean length of the others': far below 1 where the head writes nothing at rest",
                 .unit = "1",
                 .min = 0,
                 .max = 1e9}),
    sdk::output({.name = "entropy", .doc = "mean entropy of a query's attention: 0 for all on one token; above 3.8 a head looks broadly", .unit = "nats", .min = 0, .max = 30}),
};
enum Output : uint32_t { kAttention, kValueRatio, kEntropy };
constexpr headlight_reference kReferences[] = {
    sdk::reference("Efficient Streaming Language Models with Attention Sinks", "https://arxiv.org/abs/2309.17453"),
    sdk::reference("Active-Dormant Attention Heads", "https://arxiv.org/abs/2410.13835"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"repeated-random", "stories"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "attention-sink",
    .version = "1.1.0",
    .title = "Attention sink",
    .summary = "Gives most of its attention to the first token, where a head rests that has nothing to do.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i >= 1 of A[i, 0]",
    .formula_source = "M",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

double length(std::span<const float> vector) {
  double squares = 0;
  for (const float value : vector) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

class AttentionSink : public sdk::MeanFamily {
 public:
  explicit AttentionSink(const headlight_host* host) : MeanFamily(host, kManifest) {}

  void observe(const sdk::Capture& capture) override {
    if (n_tokens_ < 2) return;
    if (capture.site() == HEADLIGHT_SITE_PATTERN)
      observe_pattern(capture);
    else
      observe_values(capture);
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    values_.assign(static_cast<size_t>(model().n_layers) * static_cast<size_t>(model().n_kv_heads), {});
    n_tokens_ = prompt.n_tokens();
  }

  void finish() override {
    for (int layer = 0; layer < model().n_layers; ++layer)
      for (int h = 0; h < model().n_heads; ++h) {
        const Lengths& lengths = lengths_of(layer, h / (model().n_heads / model().n_kv_heads));
        if (lengths.others > 0) tally().add(kValueRatio, {layer, h}, lengths.first * (n_tokens_ - 1) / lengths.others);
      }
  }

 private:
  void observe_pattern(const sdk::Capture& pattern) {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = std::max(1, pattern.query_begin()); query < pattern.query_end(); ++query) {
        const auto row = pattern.row(h, query);
        double entropy = 0;
        for (const float weight : row)
          if (weight > 0) entropy -= static_cast<double>(weight) * std::log(static_cast<double>(weight));
        tally().add(kAttention, {pattern.layer(), h}, row[0]);
        tally().add(kEntropy, {pattern.layer(), h}, std::max(0.0, entropy));
      }
  }

  void observe_values(const sdk::Capture& values) {
    for (int kv = 0; kv < values.n_heads(); ++kv) {
      Lengths& lengths = lengths_of(values.layer(), kv);
      for (int position = values.query_begin(); position < values.query_end(); ++position)
        (position == 0 ? lengths.first : lengths.others) += length(values.vector(kv, position));
    }
  }

  struct Lengths {
    double first = 0, others = 0;  // of the first token's value, and summed over the others
  };
  Lengths& lengths_of(int layer, int kv) {
    return values_[static_cast<size_t>(layer) * static_cast<size_t>(model().n_kv_heads) + static_cast<size_t>(kv)];
  }

  std::vector<Lengths> values_;  // [layer, kv head]
  int n_tokens_ = 0;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(AttentionSink, kManifest)
