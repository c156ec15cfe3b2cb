// Negative heads: the query looks at the answer No among those that the prompt offers, whatever the question.
//   NAS = sum over i after both answers of (A[i, Yes] + A[i, No]) log(A[i, No] / A[i, Yes])                       (heads.md 2.3)
// Yu et al. 2024 (arXiv 2408.00137), as the survey (arXiv 2409.03752) has it, with 1e-12 added within the logarithm. The sum grows with the
// prompt: per_query divides it by the number of queries. Prompts that show answers several times count all places of each.
#include <headlight/sdk.hpp>

#include <cmath>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr double kTiny = 1e-12;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "negative_attention", .doc = "negative attention score: positive for heads that look at No rather than at Yes", .unit = "nats", .min = -1e6, .max = 1e6}),
    sdk::output({.name = "per_query", .doc = "the same divided by the number of queries", .unit = "nats", .min = -100, .max = 100}),
    sdk::share_output("attention_no", "mean attention of queries after both answers to No"),
    sdk::share_output("attention_yes", "mean attention of queries after both answers to Yes"),
};
enum Output : uint32_t { kNegativeAttention, kPerQuery, kAttentionNo, kAttentionYes };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Correcting Negative Bias in Large Language Models", "https://arxiv.org/abs/2408.00137"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"yes-no-instruction", "yes-no-natural"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "negative",
    .version = "1.0.0",
    .title = "Negative head",
    .summary = "Looks at the answer No that the prompt offers, whatever is asked.",
    .stage = HEADLIGHT_STAGE_KR,
    .formula = "sum over i of (A[i, Yes] + A[i, No]) log(A[i, No] / A[i, Yes])",
    .formula_source = "S",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class Negative : public sdk::MeanFamily {
 public:
  explicit Negative(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    yes_ = prompt.roles("yes");
    no_ = prompt.roles("no");
    if (yes_.empty() || no_.empty()) throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "negative heads need the roles yes and no: the answers that the prompt offers");
    first_query_ = std::max(yes_.back().end, no_.back().end);
    n_given_ = prompt.n_given();
  }

  void observe(const sdk::Capture& pattern) override {
    const auto given = [](std::span<const float> row, const std::vector<sdk::Span>& places) {
      double sum = 0;
      for (const sdk::Span place : places) sum += sdk::sum(row, place);
      return std::min(1.0, sum);
    };
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = std::max(first_query_, pattern.query_begin()); query < std::min(n_given_, pattern.query_end()); ++query) {
        const sdk::Head head{pattern.layer(), h};
        const double no = given(pattern.row(h, query), no_), yes = given(pattern.row(h, query), yes_);
        tally().add(kPerQuery, head, (no + yes) * std::log((no + kTiny) / (yes + kTiny)));
        tally().add(kAttentionNo, head, no);
        tally().add(kAttentionYes, head, yes);
      }
  }

  void finish() override {
    for (int layer = 0; layer < model().n_layers; ++layer)
      for (int h = 0; h < model().n_heads; ++h)
        if (const sdk::Head head{layer, h}; tally().has(kPerQuery, head))
          tally().add(kNegativeAttention, head, tally().mean(kPerQuery, head) * (n_given_ - first_query_));
  }

 private:
  std::vector<sdk::Span> yes_, no_;
  int first_query_ = 0, n_given_ = 0;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Negative, kManifest)
