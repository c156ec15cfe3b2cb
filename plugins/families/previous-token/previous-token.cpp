// Previous-token heads: the query looks at the token right before it.
//   score = mean over i >= 1 of A[i, i-1]                                      (heads.md 2.4)
//   pattern_mul, pattern_abs: against the pattern of ones right below the diagonal; pattern_mul_apart leaves out what the first token and
//   the query itself get before the share is taken (exclude_bos and exclude_current_token of TransformerLens)
// Olsson et al. 2022 (arXiv 2209.11895), Wang et al. 2022 (arXiv 2211.00593).
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention",
                 .doc = "mean attention of a query to the token right before it",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "average attention > 0.5 attends to the previous token (clarkkev/attention-analysis) [C]"}),
    sdk::share_output("attention_without_first", "the same share of what is not given to the first token: high for heads that rest on it between uses"),
    sdk::kPatternMul,
    sdk::kPatternAbs,
    sdk::share_output("pattern_mul_apart", "pattern_mul of what neither the first token nor the query itself gets"),
};
enum Output : uint32_t { kAttention, kWithoutFirst, kPattern, kPatternApart = kPattern + 2 };

constexpr headlight_reference kReferences[] = {
    sdk::reference("In-context Learning and Induction Heads", "https://arxiv.org/abs/2209.11895"),
    sdk::reference("Interpretability in the Wild", "https://arxiv.org/abs/2211.00593"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random", "stories"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "previous-token",
    .version = "1.1.0",
    .title = "Previous-token head",
    .summary = "Looks at the token right before the current one, whatever it is.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i >= 1 of A[i, i-1]",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class PreviousToken : public sdk::MeanFamily {
 public:
  explicit PreviousToken(const headlight_host* host) : MeanFamily(host, kManifest) {}

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h) {
      const sdk::Head head{pattern.layer(), h};
      if (n_tokens_ > 1 && pattern.query_begin() == 0) sdk::add_to_pattern(tally(), kPattern, head, 0, 0);
      for (int query = std::max(1, pattern.query_begin()); query < pattern.query_end(); ++query) {
        const auto row = pattern.row(h, query);
        const double before = row[static_cast<size_t>(query) - 1], rest = 1.0 - row[0];
        tally().add(kAttention, head, before);
        sdk::add_to_pattern(tally(), kPattern, head, before, 1);
        if (query < 2) continue;
        tally().add(kWithoutFirst, head, rest > 1e-6 ? std::min(1.0, before / rest) : 0);
        // The share of the sums is the mean of shares weighted by what is left.
        if (const double apart = rest - row[static_cast<size_t>(query)]; apart > 1e-6)
          tally().add(kPatternApart, head, std::min(1.0, before / apart), apart);
      }
    }
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override { n_tokens_ = prompt.n_tokens(); }

 private:
  int n_tokens_ = 0;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(PreviousToken, kManifest)
