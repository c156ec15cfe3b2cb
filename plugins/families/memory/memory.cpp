// Memory heads: the head writes what is known of the subject against what the prompt states.
//   direct effect       = DLA(h; known) - DLA(h; stated) at END                            (heads.md 2.1, the proxy of its path patching)
//   effect from subject = the part of it that comes from attending to the subject, wherever it stands
//   effect from context = the part that comes from attending to the stated answer: a head that merely suppresses what it sees there has
//                         nothing else, and recalls nothing
//   effect on known, on stated: the two parts apart; the paper's heads support the one (above 0) and suppress the other (below)
// Jin et al. 2024 (arXiv 2402.18154).
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "memory heads";

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "direct_effect",
                 .doc = "what the head adds to the logit of the known answer beyond that of the stated one, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads [R]"}),
    sdk::effect_output("effect_from_subject", "the part of it from attending to the subject"),
    sdk::effect_output("effect_from_context", "the part of it from attending to the stated answer"),
    sdk::share_output("attention", "attention of the last token to the subject"),
    sdk::effect_output("effect_on_stated", "what the head adds to the logit of the stated answer, beyond the mean of the vocabulary"),
    sdk::effect_output("effect_on_known", "what the head adds to the logit of the known answer, beyond the mean of the vocabulary"),
};
enum Output : uint32_t { kDirectEffect, kEffectFromSubject, kEffectFromContext, kAttention, kOnStated, kOnKnown };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Cutting Off the Head Ends the Conflict", "https://arxiv.org/abs/2402.18154"),
    sdk::reference("Characterizing Mechanisms for Factual Recall in Language Models", "https://arxiv.org/abs/2310.15910"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"conflict-memory", "conflict-context", "world-capital-conflict"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "memory",
    .version = "1.1.0",
    .title = "Memory head",
    .summary = "Writes what the model knows of the subject against what the prompt states.",
    .stage = HEADLIGHT_STAGE_KR,
    .formula = "DLA(known) - DLA(stated) at END",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Memory : public sdk::AttributedFamily {
 public:
  explicit Memory(const headlight_host* host) : AttributedFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    subject_ = sdk::places_of(prompt, "subject", kWho);
    for (const sdk::Span place : prompt.roles("context_subject")) subject_.push_back(place);
    stated_at_ = sdk::places_of(prompt, "context_answer", kWho);
    answers_ = sdk::stated_against_known(prompt, kWho);
    attribute(prompt);
  }

  void finish() override {
    for_effects(answers_.tokens(), [&](sdk::Head head, std::span<const float> effects) {
      tally().add(kDirectEffect, head, -answers_(effects));
      tally().add(kAttention, head, sdk::sum(attention(head), subject_));
    });
    const auto sample = sdk::vocabulary_sample(model());
    for (const auto& [output, answer] : {std::pair{kOnStated, sdk::Contrast(answers_.right(), sample)}, {kOnKnown, sdk::Contrast(answers_.against(), sample)}})
      for_effects(answer.tokens(), [&](sdk::Head head, std::span<const float> effects) { tally().add(output, head, answer(effects)); });
    for_effects_by_source(answers_.tokens(), [&](sdk::Head head, const sdk::SourceEffects& effects) {
      tally().add(kEffectFromSubject, head, -effects.from(subject_, answers_));
      tally().add(kEffectFromContext, head, -effects.from(stated_at_, answers_));
    });
  }

 private:
  std::vector<sdk::Span> subject_, stated_at_;
  sdk::Contrast answers_;  // stated against known
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Memory, kManifest)
