// Relation heads: what the head adds to the answer comes from attending to the relation, such as "capital of".
//   S = sum over j in the subject of DLA(h; answer, j), R = sum over j in the relation, both at END and centred over the vocabulary
//   relation effect(h) = mean over prompts of R where |R| > 10 |S|, else 0                                        (heads.md 2.23)
// Chughtai et al. 2024 (arXiv 2402.07321) part direct logit attribution by source so; the ratio of 10 is remembered, not read. A head
// with S beyond 10 R is a subject head, one between them a mixed head. Such a head raises every value of the relation, the wrong ones of
// the task as well, which is why the answer is compared with the vocabulary.
#include <headlight/sdk.hpp>

#include <cmath>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "relation heads";
constexpr double kRatio = 10;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "relation_effect",
                 .doc = "what attending to the relation adds to the answer's logit, where that is more than 10 times what the subject adds",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper keeps the largest [R], the ratio of 10 [M]"}),
    sdk::output({.name = "effect_from_subject", .doc = "what attending to the subject adds", .unit = "logits", .min = -1e4, .max = 1e4}),
    sdk::output({.name = "effect_from_relation", .doc = "what attending to the relation adds", .unit = "logits", .min = -1e4, .max = 1e4}),
    sdk::output({.name = "attention", .doc = "attention of the last token to the relation", .unit = "share", .min = 0, .max = 1}),
};
enum Output : uint32_t { kRelationEffect, kFromSubject, kFromRelation, kAttention };

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

class Relation : public sdk::AttributedFamily {
 public:
  explicit Relation(const headlight_host* host) : AttributedFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    subject_ = sdk::places_of(prompt, "subject", kWho);
    relation_ = sdk::places_of(prompt, "relation", kWho);
    sdk::answers_of(prompt, kWho);
    answer_ = sdk::Contrast(prompt.answers(), sdk::vocabulary_sample(model()));
    attribute(prompt);
  }

  void finish() override {
    for_effects_by_source(answer_.tokens(), [&](sdk::Head head, const sdk::SourceEffects& effects) {
      const double of_subject = effects.from(subject_, answer_), of_relation = effects.from(relation_, answer_);
      tally().add(kRelationEffect, head, std::abs(of_relation) > kRatio * std::abs(of_subject) ? of_relation : 0);
      tally().add(kFromSubject, head, of_subject);
      tally().add(kFromRelation, head, of_relation);
      tally().add(kAttention, head, sdk::sum(attention(head), relation_));
    });
  }

 private:
  std::vector<sdk::Span> subject_, relation_;
  sdk::Contrast answer_;  // against the vocabulary
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Relation, kManifest)
