// @TITLE@: say here what is done to a head, and where that is published.
//   effect(h) = metric with z_h := factor * z_h at every position - clean metric     (replace it by your edit)
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_parameter kParameters[] = {
    sdk::parameter({.name = "factor", .doc = "what is left of the head's output", .default_value = 0.5, .min = 0, .max = 1}),
};
constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "effect",
                 .doc = "change of the task's metric; negative: the head helps",
                 .unit = "metric",
                 .min = -1e9,
                 .max = 1e9,
                 .threshold = 0.1,
                 .threshold_source = "a tenth of a logit or nat, either way [R]"}),
};

constexpr headlight_manifest kManifest = sdk::method_manifest({
    .id = "@NAME@",
    .version = "0.1.0",
    .title = "@TITLE@",
    .summary = "Scales one head at a time at every position and measures what the task's metric loses.",
    .formula = "metric(z_h := factor z_h) - metric(clean)",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_OTHER_HEADS,
    .parameters = kParameters,
    .outputs = kOutputs,
});

class @CLASS@ : public sdk::Method {
 public:
  void run(const sdk::Session& session) override {
    const headlight_model& model = session.model();
    std::vector<sdk::Cell> cells;  // all of them in one list: the host orders them
    for (int layer = 0; layer < model.n_layers; ++layer)
      for (int head = 0; head < model.n_heads; ++head)
        for (int prompt = 0; prompt < session.n_prompts(); ++prompt) {
          headlight_edit edit = sdk::edit_z(HEADLIGHT_EDIT_SCALE, {layer, head});
          edit.factor = static_cast<float>(session.parameter(0));
          cells.push_back({.prompt = prompt, .head = {layer, head}, .edits = {edit}});
        }
    session.evaluate(cells, [&](size_t index, double metric) {
      const sdk::Cell& cell = cells[index];
      session.emit(0, cell.head, cell.prompt, metric - session.clean_metric(cell.prompt));
    });
  }
};

}  // namespace

HEADLIGHT_EXPORT_METHOD(@CLASS@, kManifest)
