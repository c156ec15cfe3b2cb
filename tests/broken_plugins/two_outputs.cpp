// A good method unlike those of the tree: two cells for every head and prompt, one output each, and the cells say so or not.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

#ifdef SAYS_NOT_WHICH
constexpr bool kSaysWhich = false;
#else
constexpr bool kSaysWhich = true;
#endif

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "zeroed", .doc = "effect of zeroing", .unit = "metric", .min = -1e9, .max = 1e9}),
    sdk::output({.name = "doubled", .doc = "effect of doubling", .unit = "metric", .min = -1e9, .max = 1e9}),
};
constexpr headlight_manifest kManifest = sdk::method_manifest({
    .id = kSaysWhich ? "two-outputs" : "two-outputs-unsaid",
    .version = "1.0.0",
    .title = "Two outputs",
    .summary = "Zeroes and doubles every head.",
    .formula = "metric(edited) - metric(clean)",
    .null_kind = HEADLIGHT_NULL_OTHER_HEADS,
    .outputs = kOutputs,
});

class TwoOutputs : public sdk::Method {
 public:
  void run(const sdk::Session& session) override {
    std::vector<sdk::Cell> cells;
    for (int layer = 0; layer < session.model().n_layers; ++layer)
      for (const headlight_edit_op op : {HEADLIGHT_EDIT_ZERO, HEADLIGHT_EDIT_SCALE})
        for (int head = 0; head < session.model().n_heads; ++head)
          for (int prompt = 0; prompt < session.n_prompts(); ++prompt) {
            headlight_edit edit = sdk::edit_z(op, {layer, head});
            edit.factor = 2;
            cells.push_back({.prompt = prompt, .head = {layer, head}, .edits = {edit}});
            if (kSaysWhich) cells.back().output = op == HEADLIGHT_EDIT_ZERO ? 0 : 1;
          }
    session.evaluate(cells, [&](size_t index, double metric) {
      const sdk::Cell& cell = cells[index];
      const uint32_t output = cell.edits.front().op == HEADLIGHT_EDIT_ZERO ? 0 : 1;
      session.emit(output, cell.head, cell.prompt, metric - session.clean_metric(cell.prompt));
    });
  }
};

}  // namespace

HEADLIGHT_EXPORT_METHOD(TwoOutputs, kManifest)
