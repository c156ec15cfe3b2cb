// Families that part what a head adds to the answer of a fact by where it comes from (Chughtai et al. 2024, arXiv 2402.07321):
//   S = sum over j in the subject of DLA(h; answer, j), R = sum over j in the relation, both at END and centred over the vocabulary
// Their second and third outputs are kEffectFromSubject and kEffectFromRelation.
#pragma once

#include <headlight/sdk/attributed_family.hpp>
#include <headlight/sdk/manifest.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace headlight::sdk {

inline constexpr headlight_output kEffectFromSubject = effect_output("effect_from_subject", "what attending to the subject adds");
inline constexpr headlight_output kEffectFromRelation = effect_output("effect_from_relation", "what attending to the relation adds");

struct FactEffects {
  static constexpr double kRatio = 10;  // what is less than a tenth of the other does not count [M]
  double subject = 0, relation = 0;     // S and R
  bool is_by_subject() const { return std::abs(subject) > kRatio * std::abs(relation); }
  bool is_by_relation() const { return std::abs(relation) > kRatio * std::abs(subject); }
};

class FactFamily : public AttributedFamily {
 public:
  // WHO needs the roles, such as "subject heads".
  FactFamily(const headlight_host* host, const headlight_manifest& manifest, const char* who) : AttributedFamily(host, manifest), who_(who) {}

 protected:
  virtual void add(Head head, const FactEffects& effects) = 0;  // to the other outputs
  const std::vector<Span>& subject() const { return subject_; }
  const std::vector<Span>& relation() const { return relation_; }
  const Contrast& answers() const { return answers_; }  // against the wrong ones

  void look_at(const Prompt& prompt) override {
    subject_ = places_of(prompt, "subject", who_);
    relation_ = places_of(prompt, "relation", who_);
    answers_ = answers_of(prompt, who_);
    answer_ = Contrast(prompt.answers(), vocabulary_sample(model()));
    attribute(prompt);
  }
  void finish() override {
    for_effects_by_source(answer_.tokens(), [&](Head head, const SourceEffects& sources) {
      const FactEffects effects{sources.from(subject_, answer_), sources.from(relation_, answer_)};
      tally().add(1, head, effects.subject);
      tally().add(2, head, effects.relation);
      add(head, effects);
    });
  }

 private:
  std::string who_;
  std::vector<Span> subject_, relation_;
  Contrast answer_, answers_;  // against the vocabulary; against the wrong ones
};

}  // namespace headlight::sdk
