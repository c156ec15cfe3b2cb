// Letter-mover heads: in an acronym, the last token looks at the word whose letter is to come, and the head writes that letter.
//   direct effect      = DLA(h; letter) - DLA(h; best other letter) at END, best by the model's own logits          (heads.md 2.14)
//   mean direct effect = DLA(h; letter) - mean of DLA(h; other letters)
//   letter copied      = 1 where the letter is the best of all letters by W_E[first token of the word] W_OV W_U
// García-Carrasco et al. 2024 (arXiv 2405.04156): its metric is the logit of the letter beyond the largest of the other letters, its
// figures are attention to the capitals and the diagonal of the letters' output-value matrix. The paper patches; this attributes.
#include <headlight/sdk.hpp>

#include <algorithm>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "letter movers";

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "direct_effect",
                 .doc = "what the head adds to the logit of the right letter beyond that of the best other one, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads and gives none [R]"}),
    sdk::effect_output("mean_direct_effect", "the same beyond the mean of the other letters"),
    sdk::share_output("attention", "attention of the last token to the word of the letter"),
    sdk::share_output("letter_copied", "how often the head's weights make the word's first token the right letter rather than another"),
};
enum Output : uint32_t { kDirectEffect, kMeanDirectEffect, kAttention, kLetterCopied };

constexpr headlight_reference kReferences[] = {
    sdk::reference("How does GPT-2 Predict Acronyms? Extracting and Understanding a Circuit via Mechanistic Interpretability",
                   "https://arxiv.org/abs/2405.04156"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_RESID_POST};
constexpr const char* kTasks[] = {"acronym", "acronym-natural"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "letter-mover",
    .version = "1.0.0",
    .title = "Letter-mover head",
    .summary = "Looks from the last token of an acronym at the word whose letter is next and writes that letter into the logits.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "DLA(letter) - DLA(best other letter) at END",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class LetterMover : public sdk::AttributedFamily {
 public:
  explicit LetterMover(const headlight_host* host) : AttributedFamily(host, kManifest) {}

  void observe(const sdk::Capture& capture) override {
    if (capture.site() != HEADLIGHT_SITE_RESID_POST) return AttributedFamily::observe(capture);
    if (capture.layer() + 1 != model().n_layers || end_ < capture.query_begin() || end_ >= capture.query_end()) return;
    const auto row = capture.vector(0, end_);
    last_.assign(row.begin(), row.end());
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    word_ = sdk::places_of(prompt, "target_word", kWho);
    sdk::answers_of(prompt, kWho);
    letters_ = sdk::Contrast(prompt.answers().first(1), prompt.wrong());
    first_of_word_ = prompt.tokens()[static_cast<size_t>(word_.front().begin)];
    end_ = prompt.end();
    attribute(prompt);
  }

  void finish() override {
    const auto& tokens = letters_.tokens();
    const auto logits = host().circuits().logits(last_, tokens);
    const auto best_other = static_cast<size_t>(std::max_element(logits.begin() + 1, logits.end()) - logits.begin());
    for_effects(tokens, [&](sdk::Head head, std::span<const float> effects) {
      tally().add(kDirectEffect, head, static_cast<double>(effects[0]) - static_cast<double>(effects[best_other]));
      tally().add(kMeanDirectEffect, head, letters_(effects));
      tally().add(kAttention, head, sdk::sum(attention(head), word_));
    });
    const auto word = host().circuits().embed({&first_of_word_, 1});
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto written = sdk::written_logits(host().circuits(), model(), layer, word, tokens);  // [head, letter]
      for (int h = 0; h < model().n_heads; ++h) {
        const auto row = std::span(written).subspan(static_cast<size_t>(h) * tokens.size(), tokens.size());
        tally().add(kLetterCopied, {layer, h}, row[0] > *std::max_element(row.begin() + 1, row.end()) ? 1 : 0);
      }
    }
  }

 private:
  std::vector<sdk::Span> word_;
  sdk::Contrast letters_;  // the right one first
  int32_t first_of_word_ = 0;
  int end_ = 0;
  std::vector<float> last_;  // the residual stream after the last block
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(LetterMover, kManifest)
