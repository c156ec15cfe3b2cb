// Correct-letter heads: among the letters of the options, the last token looks at the right one, and the head raises it.
//   a_k = A[h, END, letter k], M = sum over k of a_k, p = a / M
//   correct attention(h) = mean over prompts of p_correct where M >= 0.2 and DLA(h; correct) > mean DLA(h; other letters), else 0
// (heads.md 2.31 and 2.2). Lieberum et al. 2023 (arXiv 2307.09458) describe such heads in a closed model; this is a reconstruction. The
// right option's place must change from prompt to prompt, as it does in these tasks: else a head that looks at one letter passes.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "correct-letter heads";
constexpr double kEngaged = 0.2;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "correct_attention",
                 .doc = "the right letter's part of the last token's attention to letters, counted where these get 0.2 or more and the head raises the right one",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "half of what all letters get, twice the chance of four [R]"}),
    sdk::share_output("p_correct", "the right letter's part of the last token's attention to letters, of prompts where these get 0.2 or more"),
    sdk::share_output("engagement", "attention of the last token to all the letters"),
    sdk::share_output("argmax_correct", "how often the right letter gets the most of all letters"),
    sdk::effect_output("direct_effect", "what the head adds to the logit of the right letter beyond the mean of the others"),
};
enum Output : uint32_t { kCorrectAttention, kPCorrect, kEngagement, kArgmaxCorrect, kDirectEffect };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Does Circuit Analysis Interpretability Scale?", "https://arxiv.org/abs/2307.09458"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z};
constexpr const char* kTasks[] = {"mcqa", "mcqa-context", "mcqa-letters", "mcqa-colors"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "correct-letter",
    .version = "1.0.0",
    .title = "Correct-letter head",
    .summary = "Looks from the last token of a multiple-choice question at the right option's letter and raises it.",
    .stage = HEADLIGHT_STAGE_LR,
    .formula = "mean of p_correct where M >= 0.2 and DLA(correct) > mean DLA(others), p = A[END, letters] / M",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class CorrectLetter : public sdk::AttributedFamily {
 public:
  explicit CorrectLetter(const headlight_host* host) : AttributedFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    letters_ = sdk::choices_of(prompt, "letter", kWho);
    answers_ = sdk::answers_of(prompt, kWho);
    attribute(prompt);
  }

  void finish() override {
    for_effects(answers_.tokens(), [&](sdk::Head head, std::span<const float> effects) {
      const auto given = letters_.given(attention(head));
      const double correct = given[letters_.correct], engagement = std::accumulate(given.begin(), given.end(), 0.0);
      const bool best = std::count_if(given.begin(), given.end(), [&](double other) { return other >= correct; }) == 1;
      const double effect = answers_(effects);
      tally().add(kCorrectAttention, head, engagement >= kEngaged && effect > 0 ? correct / engagement : 0);
      if (engagement >= kEngaged) tally().add(kPCorrect, head, correct / engagement);
      tally().add(kEngagement, head, engagement);
      tally().add(kArgmaxCorrect, head, best ? 1 : 0);
      tally().add(kDirectEffect, head, effect);
    });
  }

 private:
  sdk::Choices letters_;
  sdk::Contrast answers_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(CorrectLetter, kManifest)
