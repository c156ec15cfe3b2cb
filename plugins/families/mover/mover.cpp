// Mover heads: the last token looks at the subject, and the head brings the answer up among all tokens.
//   moves(h) = 1 where A[h, END, subject] >= 0.2 and the answer is among the 10 tokens that h raises most at END    (heads.md 2.15)
// Yao et al. 2024 (arXiv 2405.17969) find such heads in their circuits and give no number; this is an operational form of its words. None of the
// three numbers was fitted to any model.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "movers";
constexpr double kLooks = 0.2;
constexpr int kBest = 10;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "moves",
                 .doc = "how often the last token gives the subject 0.2 or more and the answer is among the 10 tokens that the head raises most",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "more often than not; the paper gives none, nor for the 0.2 and the 10 within [R]"}),
    sdk::share_output("attention", "attention of the last token to the subject"),
    sdk::effect_output("direct_effect", "what the head adds to the logit of the answer beyond that of the wrong ones"),
    sdk::output({.name = "rank", .doc = "how many tokens the head raises more than the answer", .unit = "1", .min = 0, .max = 1e9}),
};
enum Output : uint32_t { kMoves, kAttention, kDirectEffect, kRank };

constexpr headlight_reference kReferences[] = {sdk::reference("Knowledge Circuits in Pretrained Transformers", "https://arxiv.org/abs/2405.17969")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z};
constexpr const char* kTasks[] = {"fact", "fact-sound", "fact-category", "capital-of"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "mover",
    .version = "1.0.1",
    .title = "Mover head",
    .summary = "Looks from the last token at the subject and brings what is asked of it up among all tokens.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean of 1[A[END, subject] >= 0.2 and rank of DLA(answer) < 10]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Mover : public sdk::AttributedFamily {
 public:
  explicit Mover(const headlight_host* host) : AttributedFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    subject_ = sdk::places_of(prompt, "subject", kWho);
    answers_ = sdk::answers_of(prompt, kWho);
    attribute(prompt);
  }

  void finish() override {
    for_effects(answers_.tokens(), [&](sdk::Head head, std::span<const float> effects) {
      tally().add(kDirectEffect, head, answers_(effects));
      tally().add(kAttention, head, sdk::sum(attention(head), subject_));
    });
    const sdk::Circuits circuits = host().circuits();
    const auto n_vocab = static_cast<size_t>(model().vocab_size);
    const auto of_nothing = circuits.logits(std::vector<float>(static_cast<size_t>(model().d_model), 0.0f));  // biases raise for no head
    const auto answer = static_cast<size_t>(answers_.tokens().front());
    for (int layer = 0; layer < model().n_layers; ++layer) {
      auto raised = circuits.logits(circuits.results(layer, attribution().z(layer)));  // [head, token], in the order of direct effects
      for (size_t i = 0; i < raised.size(); ++i) raised[i] -= of_nothing[i % n_vocab];
      for (int h = 0; h < model().n_heads; ++h) {
        const sdk::Head head{layer, h};
        const int rank = sdk::rank_of(std::span(raised).subspan(static_cast<size_t>(h) * n_vocab, n_vocab), answer);
        tally().add(kRank, head, rank);
        tally().add(kMoves, head, rank < kBest && sdk::sum(attention(head), subject_) >= kLooks ? 1 : 0);
      }
    }
  }

 private:
  std::vector<sdk::Span> subject_;
  sdk::Contrast answers_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Mover, kManifest)
