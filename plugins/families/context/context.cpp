// Context heads: the last token looks at the answer that the prompt states, and the head writes it against what is known.
//   effect from context = sum over j in the stated answer of DLA(h; stated, j) - DLA(h; known, j) at END
//   direct effect       = DLA(h; stated) - DLA(h; known) at END                                            (heads.md 2.19)
// Jin et al. 2024 (arXiv 2402.18154) path-patch; this is the attributional part: the effect and the attention that it comes from. The
// first number asks for both at once. The paper's heads support the one answer and suppress the other: effect_on_stated above 0 and
// effect_on_known below.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "context heads";

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "effect_from_context",
                 .doc = "what attending to the stated answer adds to its logit beyond that of the known one, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads [R]"}),
    sdk::effect_output("direct_effect", "the same of all that the last token attends to"),
    sdk::share_output("attention", "attention of the last token to the stated answer"),
    sdk::effect_output("effect_on_stated", "what the head adds to the logit of the stated answer, beyond the mean of the vocabulary"),
    sdk::effect_output("effect_on_known", "what the head adds to the logit of the known answer, beyond the mean of the vocabulary"),
};
enum Output : uint32_t { kEffectFromContext, kDirectEffect, kAttention, kOnStated, kOnKnown };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Cutting Off the Head Ends the Conflict", "https://arxiv.org/abs/2402.18154"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"conflict-context", "conflict-memory", "world-capital-conflict"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "context",
    .version = "1.1.0",
    .title = "Context head",
    .summary = "Looks from the last token at the answer that the prompt states and writes it against what is known.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "sum over j in the stated answer of DLA(stated, j) - DLA(known, j) at END",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Context : public sdk::AttributedFamily {
 public:
  explicit Context(const headlight_host* host) : AttributedFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    stated_at_ = sdk::places_of(prompt, "context_answer", kWho);
    answers_ = sdk::stated_against_known(prompt, kWho);
    attribute(prompt);
  }

  void finish() override {
    for_effects(answers_.tokens(), [&](sdk::Head head, std::span<const float> effects) {
      tally().add(kDirectEffect, head, answers_(effects));
      tally().add(kAttention, head, sdk::sum(attention(head), stated_at_));
    });
    const auto sample = sdk::vocabulary_sample(model());
    for (const auto& [output, answer] : {std::pair{kOnStated, sdk::Contrast(answers_.right(), sample)}, {kOnKnown, sdk::Contrast(answers_.against(), sample)}})
      for_effects(answer.tokens(), [&](sdk::Head head, std::span<const float> effects) { tally().add(output, head, answer(effects)); });
    for_effects_by_source(answers_.tokens(), [&](sdk::Head head, const sdk::SourceEffects& effects) {
      tally().add(kEffectFromContext, head, effects.from(stated_at_, answers_));
    });
  }

 private:
  std::vector<sdk::Span> stated_at_;
  sdk::Contrast answers_;  // stated against known
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Context, kManifest)
