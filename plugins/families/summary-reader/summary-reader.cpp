// Summary readers: the last token looks at the commas, full stops and nouns where a review's feeling has been summed up, and writes it.
//   effect_from_summary = sum over places j of the summary of [DLA(h; right words, j) - DLA(h; wrong words, j)] at END, means over the words
//   summary_to_adjective = mean over those places of their attention to the adjectives before them: what a summarizer does
// Tigges et al. 2023 (arXiv 2310.15154), who find the heads by patching along a direction of sentiment; direct effects by source (heads.md 2.21,
// primitive 2) are what can be said of one prompt: a reconstruction. Readers of the adjective itself have effect_from_adjective.
#include <headlight/sdk.hpp>

#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "effect_from_summary",
                 .doc = "what the head adds to the right words' logits beyond the wrong ones' from where the feeling is summed up",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper patches and gives none [R]"}),
    sdk::effect_output("effect_from_adjective", "the same from the adjectives themselves"),
    sdk::share_output("attention_summary", "attention of the last token to the summary's places"),
    sdk::share_output("attention_adjective", "attention of the last token to the adjectives"),
    sdk::share_output("summary_to_adjective", "mean attention of the summary's places to the adjectives before them"),
};
enum Output : uint32_t { kFromSummary, kFromAdjective, kAttentionSummary, kAttentionAdjective, kSummaryToAdjective };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Linear Representations of Sentiment in Large Language Models", "https://arxiv.org/abs/2310.15154"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_V};
constexpr const char* kTasks[] = {"sentiment-review", "toy-movie-review"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "summary-reader",
    .version = "1.0.0",
    .title = "Summary reader",
    .summary = "Reads a review's feeling where it has been summed up, not where it was said, and writes it into the logits.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "sum over summary places j of DLA(right, j) - DLA(wrong, j) at END",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

double given(std::span<const float> row, const std::vector<sdk::Span>& places) {
  double sum = 0;
  for (const sdk::Span place : places) sum += sdk::sum(row, place);
  return std::min(1.0, sum);
}

class SummaryReader : public sdk::MeanFamily {
 public:
  explicit SummaryReader(const headlight_host* host) : MeanFamily(host, kManifest), attribution_(model()) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    summary_ = prompt.roles("summary");
    adjectives_ = prompt.roles("adjective");
    if (summary_.empty() || adjectives_.empty() || prompt.answers().empty() || prompt.wrong().empty())
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "summary readers need the roles summary and adjective, and right and wrong answers");
    words_.assign(prompt.answers().begin(), prompt.answers().end());
    n_right_ = words_.size();
    words_.insert(words_.end(), prompt.wrong().begin(), prompt.wrong().end());
    attribution_.begin(prompt.end());
  }

  void observe(const sdk::Capture& capture) override {
    attribution_.see(capture);
    if (capture.site() != HEADLIGHT_SITE_PATTERN) return;
    for (const sdk::Span place : summary_)
      if (const int query = place.end - 1; query >= capture.query_begin() && query < capture.query_end() && adjectives_.front().begin < query)
        for (int h = 0; h < capture.n_heads(); ++h)
          tally().add(kSummaryToAdjective, {capture.layer(), h}, given(capture.row(h, query), adjectives_));
  }

  void finish() override {
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto effects = attribution_.effects_by_source(host().circuits(), layer, words_);  // [source, head, word]
      for (int h = 0; h < model().n_heads; ++h) {
        const sdk::Head head{layer, h};
        tally().add(kFromSummary, head, from(effects, h, summary_));
        tally().add(kFromAdjective, head, from(effects, h, adjectives_));
        tally().add(kAttentionSummary, head, given(attribution_.attention(head), summary_));
        tally().add(kAttentionAdjective, head, given(attribution_.attention(head), adjectives_));
      }
    }
  }

 private:
  double from(const std::vector<float>& effects, int h, const std::vector<sdk::Span>& places) const {
    double difference = 0;
    for (const sdk::Span place : places)
      for (int source = place.begin; source < place.end; ++source) {
        const size_t first = (static_cast<size_t>(source) * static_cast<size_t>(model().n_heads) + static_cast<size_t>(h)) * words_.size();
        for (size_t w = 0; w < words_.size(); ++w) {
          const double share = w < n_right_ ? 1.0 / static_cast<double>(n_right_) : -1.0 / static_cast<double>(words_.size() - n_right_);
          difference += share * static_cast<double>(effects[first + w]);
        }
      }
    return difference;
  }

  std::vector<sdk::Span> summary_, adjectives_;
  std::vector<int32_t> words_;  // the right ones, then the wrong ones
  size_t n_right_ = 0;
  sdk::Attribution attribution_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(SummaryReader, kManifest)
