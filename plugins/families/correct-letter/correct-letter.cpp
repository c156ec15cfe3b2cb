// Correct-letter heads: the last token of a multiple-choice question looks at the letter of the right option and writes it.
//   a_k = A[END, letter k], M = sum_k a_k;  score = mean of a_correct / M, or of 0 where M < 0.2
//   direct effect = DLA(h; correct letter) - mean over the others of DLA(h; letter)                       (heads.md 2.31, primitive 1)
// Lieberum et al. 2023 (arXiv 2307.09458) describes these heads in a closed model and gives no formula: a reconstruction. A head that does
// not look at the letters finds none of them: 0 and not a gap, or random heads would leave nothing to compare with.
#include <headlight/sdk.hpp>

#include <array>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr size_t kLetters = 4;
constexpr double kEngaged = 0.2;  // below it the head is idle on this prompt

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention_correct",
                 .doc = "what the right letter gets of the last token's attention to letters; 0 where they get less than 0.2",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "half of it, twice chance; the paper gives none [R]"}),
    sdk::output({.name = "where_engaged", .doc = "the same of the prompts where the letters get 0.2 and more", .unit = "share", .min = 0, .max = 1}),
    sdk::output({.name = "argmax_correct",
                 .doc = "1 where the letter that gets most is the right one, of the prompts where the letters get 0.2 and more",
                 .unit = "share",
                 .min = 0,
                 .max = 1}),
    sdk::output({.name = "engagement", .doc = "attention of the last token to the four letters together", .unit = "share", .min = 0, .max = 1}),
    sdk::output({.name = "direct_effect",
                 .doc = "what the head adds to the logit of the right letter beyond the mean of the others, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4}),
};
enum Output : uint32_t { kAttentionCorrect, kWhereEngaged, kArgmaxCorrect, kEngagement, kDirectEffect };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Does Circuit Analysis Interpretability Scale?", "https://arxiv.org/abs/2307.09458"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z};
constexpr const char* kTasks[] = {"mcqa", "mcqa-context", "mcqa-letters", "mcqa-colors"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "correct-letter",
    .version = "1.0.0",
    .title = "Correct-letter head",
    .summary = "Looks from the last token at the letter of the right option and writes it into the logits.",
    .stage = HEADLIGHT_STAGE_LR,
    .formula = "a_correct / M (0 where M < 0.2), a_k = A[END, letter k], M = sum over k of a_k",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class CorrectLetter : public sdk::MeanFamily {
 public:
  explicit CorrectLetter(const headlight_host* host) : MeanFamily(host, kManifest), attribution_(model()) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    constexpr std::array kRoles = {"letter_1", "letter_2", "letter_3", "letter_4"};
    const auto correct = prompt.role("correct_letter");
    for (size_t k = 0; k < kLetters; ++k) {
      const auto letter = prompt.role(kRoles[k]);
      if (!letter || !correct || prompt.answers().empty() || prompt.wrong().empty())
        throw sdk::Failure(HEADLIGHT_UNSUPPORTED,
                           "correct-letter heads need the roles letter_1 to letter_4 and correct_letter, a right letter and wrong ones");
      letters_[k] = *letter;
      if (letter->begin == correct->begin) correct_ = k;
    }
    written_ = {prompt.answers().front()};
    written_.insert(written_.end(), prompt.wrong().begin(), prompt.wrong().end());
    attribution_.begin(prompt.end());
  }

  void observe(const sdk::Capture& capture) override { attribution_.see(capture); }

  void finish() override {
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto effects = attribution_.effects(host().circuits(), layer, written_);  // [head, letter]
      for (int h = 0; h < model().n_heads; ++h) {
        const sdk::Head head{layer, h};
        std::array<double, kLetters> given{};
        double engagement = 0;
        for (size_t k = 0; k < kLetters; ++k) engagement += given[k] = sdk::sum(attribution_.attention(head), letters_[k]);
        const bool engaged = engagement >= kEngaged;
        tally().add(kEngagement, head, std::min(1.0, engagement));
        tally().add(kAttentionCorrect, head, engaged ? given[correct_] / engagement : 0);
        if (engaged) tally().add(kWhereEngaged, head, given[correct_] / engagement);
        if (engaged) tally().add(kArgmaxCorrect, head, std::max_element(given.begin(), given.end()) == given.begin() + correct_ ? 1 : 0);
        const auto of_head = std::span(effects).subspan(static_cast<size_t>(h) * written_.size(), written_.size());
        double others = 0;
        for (const float effect : of_head.subspan(1)) others += static_cast<double>(effect);
        tally().add(kDirectEffect, head, static_cast<double>(of_head[0]) - others / static_cast<double>(of_head.size() - 1));
      }
    }
  }

 private:
  std::array<sdk::Span, kLetters> letters_{};
  size_t correct_ = 0;
  std::vector<int32_t> written_;  // the right letter, then the others
  sdk::Attribution attribution_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(CorrectLetter, kManifest)
