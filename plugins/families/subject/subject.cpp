// Subject heads: what the head adds to the answer comes from attending to the subject.
//   S = sum over j in the subject of DLA(h; answer, j), R = sum over j in the relation, both at END and centred over the vocabulary
//   subject effect(h) = mean over prompts of S where |S| > 10 |R|, else 0                                         (heads.md 2.23)
// Chughtai et al. 2024 (arXiv 2402.07321) part direct logit attribution by source so; the ratio of 10 is remembered, not read. A head
// with R beyond 10 S is a relation head, one between them a mixed head.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "subject_effect",
                 .doc = "what attending to the subject adds to the answer's logit, where that is more than 10 times what the relation adds",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper keeps the largest [R], the ratio of 10 [M]"}),
    sdk::kEffectFromSubject,
    sdk::kEffectFromRelation,
    sdk::share_output("attention", "attention of the last token to the subject"),
};
enum Output : uint32_t { kSubjectEffect, kAttention = 3 };

constexpr headlight_reference kReferences[] = {sdk::reference("Summing Up the Facts", "https://arxiv.org/abs/2402.07321")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"fact", "capital-of"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "subject",
    .version = "1.0.0",
    .title = "Subject head",
    .summary = "Adds to the answer by attending to the subject, and hardly by attending to the relation.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "S = sum over j in the subject of DLA(answer, j), where |S| > 10 |R|",
    .formula_source = "M",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Subject : public sdk::FactFamily {
 public:
  explicit Subject(const headlight_host* host) : FactFamily(host, kManifest, "subject heads") {}

 protected:
  void add(sdk::Head head, const sdk::FactEffects& effects) override {
    tally().add(kSubjectEffect, head, effects.is_by_subject() ? effects.subject : 0);
    tally().add(kAttention, head, sdk::sum(attention(head), subject()));
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Subject, kManifest)
