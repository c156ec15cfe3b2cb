// The method that takes the family's own statistic as the evidence: attentional, not causal.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_manifest kManifest = sdk::method_manifest({
    .id = "score",
    .version = "1.0.0",
    .title = "Score",
    .summary = "The family's statistic on unedited prompts: what a head looks like, not what it does.",
    .formula = "the family's",
    .formula_source = "R",
    .measures_family = true,
});

class Score : public sdk::Method {
 public:
  void run(const sdk::Session& session) override {
    const headlight_model& model = session.model();
    session.statistic([&](int prompt, uint32_t output, const double* values, const uint8_t* present) {
      for (int layer = 0; layer < model.n_layers; ++layer)
        for (int head = 0; head < model.n_heads; ++head) {
          const auto place = static_cast<size_t>(layer) * static_cast<size_t>(model.n_heads) + static_cast<size_t>(head);
          if (!present || present[place]) session.emit(output, {layer, head}, prompt, values[place]);
        }
    });
  }
};

}  // namespace

HEADLIGHT_EXPORT_METHOD(Score, kManifest)
