// Content-gatherer heads: the last token of a multiple-choice question looks at the text of the right option more than at the others'.
//   score = mean of A[END, right option] - mean over wrong options of A[END, option], each summed over its tokens      (heads.md 2.20)
// Lieberum et al. 2023 (arXiv 2307.09458) describes these heads in a closed model, Merullo et al. 2023 (arXiv 2310.08744) in GPT-2; neither
// gives a formula: a reconstruction. Longer options get more by chance: attention_per_token divides by their length.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention_to_right",
                 .doc = "attention of the last token to the text of the right option beyond its mean over the wrong ones",
                 .unit = "share",
                 .min = -1,
                 .max = 1,
                 .threshold = 0.1,
                 .threshold_source = "a tenth more than to a wrong one; the papers give none [R]"}),
    sdk::output({.name = "attention_per_token", .doc = "the same of the mean over an option's tokens", .unit = "share", .min = -1, .max = 1}),
    sdk::share_output("attention_to_options", "attention of the last token to the texts of all options"),
};
enum Output : uint32_t { kAttentionToRight, kAttentionPerToken, kAttentionToOptions };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Does Circuit Analysis Interpretability Scale?", "https://arxiv.org/abs/2307.09458"),
    sdk::reference("Circuit Component Reuse Across Tasks", "https://arxiv.org/abs/2310.08744"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"mcqa", "mcqa-context", "mcqa-letters", "mcqa-colors"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "content-gatherer",
    .version = "1.0.0",
    .title = "Content-gatherer head",
    .summary = "Looks from the last token at the text of the right option, so that later heads can find its letter.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean of A[END, right option] - mean over wrong options of A[END, option]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class ContentGatherer : public sdk::ChoiceFamily {
 public:
  explicit ContentGatherer(const headlight_host* host) : ChoiceFamily(host, kManifest, "option", "content gatherers") {}

 protected:
  void add(sdk::Head head, const std::vector<double>& given) override {
    double to_right = 0, per_token = 0, to_all = 0;
    for (size_t k = 0; k < kChoices; ++k) {
      const double weight = k == choices().correct ? 1.0 : -1.0 / (kChoices - 1);
      to_right += weight * given[k];
      per_token += weight * given[k] / (choices().places[k].end - choices().places[k].begin);
      to_all += given[k];
    }
    tally().add(kAttentionToRight, head, std::min(1.0, to_right));
    tally().add(kAttentionPerToken, head, std::min(1.0, per_token));
    tally().add(kAttentionToOptions, head, std::min(1.0, to_all));
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(ContentGatherer, kManifest)
