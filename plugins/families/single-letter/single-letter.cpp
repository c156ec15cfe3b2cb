// Single-letter heads: the last token of a multiple-choice question looks at one fixed letter, whatever the answer is.
//   a_k = A[END, letter k], M = sum_k a_k;  letter_k = mean of a_k / M, or of 0 where M < 0.2;  score = the best of them
// Lieberum et al. 2023 (arXiv 2307.09458) describes these heads in a closed model and gives no formula: heads.md 2.2, a reconstruction.
// A head that does not look at the letters favours none of them: 0 and not a gap, or random heads would leave nothing to compare with.
// The right option stands at every letter equally often, so a head that follows the answer has 1/4 here; argmax_correct and information tell
// the two apart.
#include <headlight/sdk.hpp>

#include <numeric>

namespace {
namespace sdk = headlight::sdk;

constexpr uint32_t kLetters = sdk::ChoiceFamily::kChoices;
constexpr double kEngaged = 0.2;  // below it the head is idle on this prompt

constexpr headlight_output letter_output(const char* name) {
  return sdk::share_output(name, "what this letter gets of the last token's attention to letters; 0 where they get less than 0.2");
}
constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "one_letter",
                 .doc = "what the head's favourite letter gets of the last token's attention to letters",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.6,
                 .threshold_source = "well over half of it; the paper gives none [R]",
                 .best_of_first = 1,
                 .best_of_count = kLetters}),
    letter_output("letter_1"),
    letter_output("letter_2"),
    letter_output("letter_3"),
    letter_output("letter_4"),
    sdk::share_output("engagement", "attention of the last token to the four letters together"),
    sdk::share_output("argmax_correct", "1 where the letter that gets most is the right one: 1/4 for a head that does not care for the answer"),
    sdk::kFavourite,
    sdk::kRight,
    sdk::information_output(7),
};
enum Output : uint32_t { kLetter1 = 1, kEngagement = kLetter1 + kLetters, kArgmaxCorrect, kFavourite };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Does Circuit Analysis Interpretability Scale?", "https://arxiv.org/abs/2307.09458"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"mcqa", "mcqa-context", "mcqa-letters", "mcqa-colors"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "single-letter",
    .version = "1.1.0",
    .title = "Single-letter head",
    .summary = "Looks from the last token at one fixed letter of a multiple-choice question, whatever the answer is.",
    .stage = HEADLIGHT_STAGE_KR,
    .formula = "max over k of mean of a_k / M (0 where M < 0.2), a_k = A[END, letter k], M = sum over k of a_k",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class SingleLetter : public sdk::ChoiceFamily {
 public:
  explicit SingleLetter(const headlight_host* host) : ChoiceFamily(host, kManifest, "letter", "single-letter heads") {}

 protected:
  void add(sdk::Head head, const std::vector<double>& given) override {
    const double engagement = std::accumulate(given.begin(), given.end(), 0.0);
    tally().add(kEngagement, head, std::min(1.0, engagement));
    const bool engaged = engagement >= kEngaged;
    for (uint32_t k = 0; k < kLetters; ++k) tally().add(kLetter1 + k, head, engaged ? given[k] / engagement : 0);
    if (!engaged) return;
    tally().add(kArgmaxCorrect, head, is_right(given));
    add_choice(kFavourite, head, given);
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(SingleLetter, kManifest)
