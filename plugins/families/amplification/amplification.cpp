// Amplification heads: the last token looks at itself and the few tokens before it, and the head raises the right letter, which must
// have been there already.
//   recent(h) = sum over END-3 <= j <= END of A[h, END, j], the first token left out                              (heads.md 2.38 i)
//   amplification(h) = mean over prompts of DLA(h; correct) - mean DLA(h; wrong) where recent >= 0.5, else 0               (2.38 ii)
// Lieberum et al. 2023 (arXiv 2307.09458) describe such heads in a closed model; this is a reconstruction. The right option's place and
// letter must change from prompt to prompt, as in these tasks: else a head with a liking for one letter passes. Whether the effect falls
// when correct-letter heads are ablated (2.38 iii) is for a method to say.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "amplification heads";
constexpr double kRecent = 0.5;
constexpr int kTokensBefore = 3;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "amplification",
                 .doc = "what the head adds to the right answer beyond the mean of the wrong ones, where the last four tokens get half of the attention",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads [R]"}),
    sdk::share_output("recent", "attention of the last token to the last four"),
    sdk::effect_output("direct_effect", "what the head adds to the right answer beyond the mean of the wrong ones, wherever it looks"),
};
enum Output : uint32_t { kAmplification, kRecentAttention, kDirectEffect };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Does Circuit Analysis Interpretability Scale?", "https://arxiv.org/abs/2307.09458"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z};
constexpr const char* kTasks[] = {"mcqa", "mcqa-context", "mcqa-letters", "mcqa-colors"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "amplification",
    .version = "1.0.0",
    .title = "Amplification head",
    .summary = "Looks from the last token at the last few and raises the right letter that is already there.",
    .stage = HEADLIGHT_STAGE_EP,
    .formula = "DLA(correct) - mean DLA(wrong) where A[END, END-3 .. END] >= 0.5",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Amplification : public sdk::AttributedFamily {
 public:
  explicit Amplification(const headlight_host* host) : AttributedFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    answers_ = sdk::answers_of(prompt, kWho);
    last_ = {std::max(1, prompt.end() - kTokensBefore), prompt.end() + 1};
    attribute(prompt);
  }

  void finish() override {
    for_effects(answers_.tokens(), [&](sdk::Head head, std::span<const float> effects) {
      const double recent = sdk::sum(attention(head), last_), effect = answers_(effects);
      tally().add(kAmplification, head, recent >= kRecent ? effect : 0);
      tally().add(kRecentAttention, head, recent);
      tally().add(kDirectEffect, head, effect);
    });
  }

 private:
  sdk::Span last_;
  sdk::Contrast answers_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Amplification, kManifest)
