// Relation heads: what the head adds to the answer comes from attending to the relation, such as "capital of".
//   S = sum over j in the subject of DLA(h; answer, j), R = sum over j in the relation, both at END and centred over the vocabulary
//   relation effect(h) = mean over prompts of R where |R| > 10 |S|, else 0                                        (heads.md 2.23)
// Chughtai et al. 2024 (arXiv 2402.07321) part direct logit attribution by source so; the ratio of 10 is remembered, not read. A head
// with S beyond 10 R is a subject head, one between them a mixed head. Such a head raises every value of the relation, the wrong ones of
// the task as well, which is why the answer is compared with the vocabulary.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "relation_effect",
                 .doc = "what attending to the relation adds to the answer's logit, where that is more than 10 times what the subject adds",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper keeps the largest [R], the ratio of 10 [M]"}),
    sdk::kEffectFromSubject,
    sdk::kEffectFromRelation,
    sdk::share_output("attention", "attention of the last token to the relation"),
};
enum Output : uint32_t { kRelationEffect, kAttention = 3 };

constexpr headlight_reference kReferences[] = {sdk::reference("Summing Up the Facts", "https://arxiv.org/abs/2402.07321")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"fact", "capital-of"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "relation",
    .version = "1.0.0",
    .title = "Relation head",
    .summary = "Adds to the answer by attending to the relation, and hardly by attending to the subject.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "R = sum over j in the relation of DLA(answer, j), where |R| > 10 |S|",
    .formula_source = "M",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Relation : public sdk::FactFamily {
 public:
  explicit Relation(const headlight_host* host) : FactFamily(host, kManifest, "relation heads") {}

 protected:
  void add(sdk::Head head, const sdk::FactEffects& effects) override {
    tally().add(kRelationEffect, head, effects.is_by_relation() ? effects.relation : 0);
    tally().add(kAttention, head, sdk::sum(attention(head), relation()));
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Relation, kManifest)
