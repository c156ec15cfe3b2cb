// Zero ablation: what the task's metric loses when a head writes nothing at all.
//   effect(h) = metric with z_h := 0 at every position - clean metric                    (heads.md 3)
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "effect",
                 .doc = "change of the task's metric when the head's output is zeroed at every position; negative: the head helps",
                 .unit = "metric",
                 .min = -1e9,
                 .max = 1e9,
                 .threshold = 0.1,
                 .threshold_source = "a tenth of a logit or nat, either way; the papers give none [R]"}),
};
constexpr headlight_reference kReferences[] = {
    sdk::reference("How to use and interpret activation patching", "https://arxiv.org/abs/2404.15255"),
};

constexpr headlight_manifest kManifest = sdk::method_manifest({
    .id = "zero-ablation",
    .version = "1.0.0",
    .title = "Zero ablation",
    .summary = "Zeroes one head at a time at every position and measures what the task's metric loses.",
    .formula = "metric(z_h := 0) - metric(clean)",
    .formula_source = "C",
    .null_kind = HEADLIGHT_NULL_OTHER_HEADS,
    .references = kReferences,
    .outputs = kOutputs,
});

class ZeroAblation : public sdk::Method {
 public:
  void run(const sdk::Session& session) override {
    const headlight_model& model = session.model();
    std::vector<sdk::Cell> cells;
    for (int layer = 0; layer < model.n_layers; ++layer)
      for (int head = 0; head < model.n_heads; ++head)
        for (int prompt = 0; prompt < session.n_prompts(); ++prompt)
          cells.push_back({.prompt = prompt, .head = {layer, head}, .edits = {sdk::edit_z(HEADLIGHT_EDIT_ZERO, {layer, head})}, .output = 0});
    session.evaluate(cells, [&](size_t index, double metric) {
      const sdk::Cell& cell = cells[index];
      session.emit(0, cell.head, cell.prompt, metric - session.clean_metric(cell.prompt));
    });
  }
};

}  // namespace

HEADLIGHT_EXPORT_METHOD(ZeroAblation, kManifest)
