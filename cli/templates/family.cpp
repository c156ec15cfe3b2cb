// @TITLE@ heads: say here what such a head looks at, and where that is published.
//   score = mean over i >= 1 of A[i, i]          (a query's attention to its own token: replace it by your formula)
#include <headlight/sdk.hpp>

#include <algorithm>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention",
                 .doc = "mean attention of a query to its own token",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "more than half of what there is to give [R]"}),
};
constexpr headlight_reference kReferences[] = {
    sdk::reference("Attention Heads of Large Language Models", "https://arxiv.org/abs/2409.03752"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "@NAME@",
    .version = "0.1.0",
    .title = "@TITLE@ head",
    .summary = "Looks at its own token.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i >= 1 of A[i, i]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class @CLASS@ : public sdk::Family {
 public:
  using Family::Family;

  void begin(const sdk::Prompt& prompt) override {
    attention_ = sdk::HeadGrid(model());
    n_queries_ = prompt.n_tokens() - 1;
  }

  // A tile of a pattern: some queries of one layer, in order.
  void observe(const sdk::Capture& pattern) override {
    if (n_queries_ < 1) return;  // a head that is never set counts as not measured
    for (int h = 0; h < pattern.n_heads(); ++h) {
      const sdk::Head head{pattern.layer(), h};
      double sum = 0;
      for (int query = std::max(1, pattern.query_begin()); query < pattern.query_end(); ++query)
        sum += pattern.row(h, query)[static_cast<size_t>(query)];
      attention_.set(head, attention_(head) + sum / n_queries_);
    }
  }

  void end() override { host().emit(0, attention_); }

 private:
  sdk::HeadGrid attention_{model()};
  int n_queries_ = 0;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(@CLASS@, kManifest)
