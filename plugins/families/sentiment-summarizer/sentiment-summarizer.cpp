// Sentiment summarizers: the head looks at the words that carry a sentiment and writes it.
//   effect from words(h) = sum over j in adjectives and verbs of DLA(h; right, j) - DLA(h; wrong, j) at END         (after heads.md 2.21)
//   summary effect(h)    = mean over summary places i (commas, stops, the noun) of r[h, i] . (U_right - U_wrong) / scale at END
// Tigges et al. 2023 (arXiv 2310.15154) fit a direction over prompts and project r[h, i] on it. Within one prompt there is no such
// direction: that of the answers' unembeddings stands for it, and DLA(positive) - DLA(negative) has the sign of the right answer. At the
// last token the two mean the same; at earlier places a head may write the sentiment in a form that only later layers read.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "sentiment summarizers";

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "effect_from_words",
                 .doc = "what attending to adjectives and verbs adds to the right sentiment's logit beyond the wrong one's, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads [R]"}),
    sdk::effect_output("direct_effect", "the same of all that the last token attends to"),
    sdk::share_output("attention", "attention of the last token to adjectives and verbs"),
    sdk::effect_output("summary_effect", "what the head writes at the summary places along the right sentiment beyond the wrong one, as the last token would read it"),
    sdk::share_output("summary_attention", "attention of the summary places to adjectives and verbs"),
};
enum Output : uint32_t { kFromWords, kDirectEffect, kAttention, kSummaryEffect, kSummaryAttention };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Linear Representations of Sentiment in Large Language Models", "https://arxiv.org/abs/2310.15154"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"sentiment", "sentiment-review", "toy-movie-review"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "sentiment-summarizer",
    .version = "1.0.0",
    .title = "Sentiment summarizer",
    .summary = "Looks at the words that carry a sentiment and writes whether it is good or bad.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "sum over j in adjectives and verbs of DLA(right, j) - DLA(wrong, j) at END",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class SentimentSummarizer : public sdk::AttributedFamily {
 public:
  explicit SentimentSummarizer(const headlight_host* host) : AttributedFamily(host, kManifest) {}

  void observe(const sdk::Capture& capture) override {
    AttributedFamily::observe(capture);
    if (capture.site() != HEADLIGHT_SITE_PATTERN && capture.site() != HEADLIGHT_SITE_Z) return;
    for (const sdk::Span place : summary_) {
      const int position = place.end - 1;
      if (position < capture.query_begin() || position >= capture.query_end()) continue;
      for (int h = 0; h < capture.n_heads(); ++h) {
        if (capture.site() == HEADLIGHT_SITE_PATTERN) {
          tally().add(kSummaryAttention, {capture.layer(), h}, sdk::sum(capture.row(h, position), words_));
        } else {
          const auto z = capture.vector(h, position);
          auto& kept = summary_z_[static_cast<size_t>(capture.layer())];
          kept.insert(kept.end(), z.begin(), z.end());
        }
      }
    }
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    words_ = sdk::places_of(prompt, "adjective", kWho);
    for (const sdk::Span verb : prompt.roles("verb")) words_.push_back(verb);
    summary_ = prompt.roles("summary");
    summary_z_.assign(static_cast<size_t>(model().n_layers), {});
    answers_ = sdk::answers_of(prompt, kWho);
    end_ = prompt.end();
    attribute(prompt);
  }

  void finish() override {
    for_effects(answers_.tokens(), [&](sdk::Head head, std::span<const float> effects) {
      tally().add(kDirectEffect, head, answers_(effects));
      tally().add(kAttention, head, sdk::sum(attention(head), words_));
    });
    for_effects_by_source(answers_.tokens(), [&](sdk::Head head, const sdk::SourceEffects& effects) {
      tally().add(kFromWords, head, effects.from(words_, answers_));
    });
    if (summary_.empty()) return;
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto& tokens = answers_.tokens();
      const auto effects = host().circuits().direct_effects(layer, summary_z_[static_cast<size_t>(layer)], end_, tokens);  // [place, head, token]
      for (size_t i = 0; i < effects.size() / tokens.size(); ++i)
        tally().add(kSummaryEffect, {layer, static_cast<int>(i) % model().n_heads}, answers_(std::span(effects).subspan(i * tokens.size(), tokens.size())));
    }
  }

 private:
  std::vector<sdk::Span> words_, summary_;
  std::vector<std::vector<float>> summary_z_;  // [layer]: [summary place, head, d_head]
  sdk::Contrast answers_;
  int end_ = 0;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(SentimentSummarizer, kManifest)
