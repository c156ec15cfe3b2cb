// Mixed heads: what the head adds to the answer comes from attending to the subject and to the relation.
//   S = sum over j in the subject of DLA(h; answer, j), R = sum over j in the relation, both at END and centred over the vocabulary
//   mixed effect(h) = mean over prompts of S + R where |S| <= 10 |R| and |R| <= 10 |S|, else 0               (heads.md 2.23, 2.37)
//   propagation(h)  = sum over j in the relation of DLA(h; answer, j) - mean DLA(h; wrong, j): above 0 where the relation's tokens carry
//                     what is known of the subject already. The wrong answers are values of the same relation.
// Chughtai et al. 2024 (arXiv 2402.07321) part direct logit attribution by source so; the ratio of 10 is remembered, not read. A head
// with S beyond 10 R is a subject head, one with R beyond 10 S a relation head.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "mixed_effect",
                 .doc = "what attending to subject and relation adds to the answer's logit, where neither adds more than 10 times what the other does",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper keeps the largest [R], the ratio of 10 [M]"}),
    sdk::kEffectFromSubject,
    sdk::kEffectFromRelation,
    sdk::effect_output("propagation", "what attending to the relation adds to the answer beyond the wrong values of the same relation"),
};
enum Output : uint32_t { kMixedEffect, kPropagation = 3 };

constexpr headlight_reference kReferences[] = {sdk::reference("Summing Up the Facts", "https://arxiv.org/abs/2402.07321")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"fact", "capital-of"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "mixed",
    .version = "1.0.0",
    .title = "Mixed head",
    .summary = "Adds to the answer by attending both to the subject and to the relation.",
    .stage = HEADLIGHT_STAGE_EP,
    .formula = "S + R, sums over j in subject and relation of DLA(answer, j), where 1/10 <= |S| / |R| <= 10",
    .formula_source = "M",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Mixed : public sdk::FactFamily {
 public:
  explicit Mixed(const headlight_host* host) : FactFamily(host, kManifest, "mixed heads") {}

 protected:
  void add(sdk::Head head, const sdk::FactEffects& effects) override {
    tally().add(kMixedEffect, head, !effects.is_by_subject() && !effects.is_by_relation() ? effects.subject + effects.relation : 0);
  }
  void finish() override {
    FactFamily::finish();
    for_effects_by_source(answers().tokens(), [&](sdk::Head head, const sdk::SourceEffects& effects) {
      tally().add(kPropagation, head, effects.from(relation(), answers()));
    });
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Mixed, kManifest)
