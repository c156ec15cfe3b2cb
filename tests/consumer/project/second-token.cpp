// Heads that look at the second token of the prompt: where the first is the beginning-of-text token, the first word.
//   score = mean over i >= 2 of A[i, 1]
#include <headlight/sdk.hpp>

#include <algorithm>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention",
                 .doc = "mean attention of later queries to the second token",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "more than half of what there is to give [R]"}),
};
constexpr headlight_reference kReferences[] = {sdk::reference("Attention Heads of Large Language Models", "https://arxiv.org/abs/2409.03752")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "second-token",
    .version = "1.0.0",
    .title = "Second-token head",
    .summary = "Looks at the second token of the prompt, wherever it stands.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i >= 2 of A[i, 1]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class SecondToken : public sdk::Family {
 public:
  using Family::Family;

  void begin(const sdk::Prompt& prompt) override {
    if (prompt.n_tokens() < 3) throw sdk::Failure(HEADLIGHT_NOT_MEASURABLE, "a prompt of fewer than three tokens has no query after the second");
    attention_ = sdk::HeadGrid(model());
    n_queries_ = prompt.n_tokens() - 2;
  }

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h) {
      const sdk::Head head{pattern.layer(), h};
      double sum = 0;
      for (int query = std::max(2, pattern.query_begin()); query < pattern.query_end(); ++query) sum += pattern.row(h, query)[1];
      attention_.set(head, attention_(head) + sum / n_queries_);
    }
  }

  void end() override { host().emit(0, attention_); }

 private:
  sdk::HeadGrid attention_{model()};
  int n_queries_ = 0;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(SecondToken, kManifest)
