// Positional heads: the largest attention weight lies at one fixed distance, nearly always.
//   f_d = share of queries whose largest weight lies d tokens back;  score = max over d of f_d      (heads.md 2.5)
// Voita et al. 2019 (P19-1580): positional when at least 90 % of the time. The first token is left out before the maximum is
// taken, and so are the queries that give it more than half: an idle head rests there and would count as positional.
#include <headlight/sdk.hpp>

#include <algorithm>

namespace {
namespace sdk = headlight::sdk;

constexpr int kOffsets = 5;  // 0: the token itself

constexpr headlight_output offset_output(const char* name) {
  return sdk::share_output(name, "share of queries whose largest weight lies this many tokens back");
}
constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "at_one_offset",
                 .doc = "share of queries whose largest weight lies at the head's commonest offset",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.9,
                 .threshold_source = "at least 90% of the time (Voita et al. 2019) [2]"}),
    offset_output("offset_0"),
    offset_output("offset_1"),
    offset_output("offset_2"),
    offset_output("offset_3"),
    offset_output("offset_4"),
    sdk::share_output("confidence", "mean of the largest weight of a query, the first token left out"),
};
enum Output : uint32_t { kAtOneOffset, kFirstOffset, kConfidence = kFirstOffset + kOffsets };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Analyzing Multi-Head Self-Attention", "https://aclanthology.org/P19-1580"),
    sdk::reference("Information Flow Routes", "https://arxiv.org/abs/2403.00824"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"stories", "repeated-random"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "positional",
    .version = "1.0.0",
    .title = "Positional head",
    .summary = "Looks a fixed number of tokens back, whatever stands there.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "max over d in 0..4 of mean over i of 1[argmax_j A[i, j] = i - d]",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class Positional : public sdk::MeanFamily {
 public:
  explicit Positional(const headlight_host* host) : MeanFamily(host, kManifest) {}

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h) {
      const sdk::Head head{pattern.layer(), h};
      // From the query that can reach every offset without meeting the first token.
      for (int query = std::max(kOffsets, pattern.query_begin()); query < pattern.query_end(); ++query) {
        const auto row = pattern.row(h, query);
        if (row[0] > 0.5f) continue;
        const auto top = std::max_element(row.begin() + 1, row.end());
        for (int d = 0; d < kOffsets; ++d) tally().add(kFirstOffset + static_cast<uint32_t>(d), head, row.end() - top - 1 == d);
        tally().add(kConfidence, head, *top);
      }
    }
  }

 protected:
  void look_at(const sdk::Prompt&) override {}
  void finish() override {
    for (int layer = 0; layer < model().n_layers; ++layer)
      for (int h = 0; h < model().n_heads; ++h) {
        const sdk::Head head{layer, h};
        if (!tally().has(kConfidence, head)) continue;  // at rest on the first token all the time: nothing to say of its distance
        double best = 0;
        for (uint32_t d = 0; d < kOffsets; ++d) best = std::max(best, tally().mean(kFirstOffset + d, head));
        tally().add(kAtOneOffset, head, best);
      }
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Positional, kManifest)
