// Constant heads: the last token of a multiple-choice question looks at all its letters alike.
//   a_k = A[END, letter k], M = sum_k a_k, p = a / M;  score = mean of 1 - KL(p || uniform) / log 4, or of 0 where M < 0.2
// Lieberum et al. 2023 (arXiv 2307.09458) describes these heads in a closed model and gives no formula: heads.md 2.2, a reconstruction.
// A head that does not look at the letters is none, however evenly it does not: 0 and not a gap, or random heads would leave nothing to
// compare with. The right option stands at every letter equally often: for a head whose little preferences ignore the answer argmax_correct
// is 1/4, and the mutual information of its favourite letter with the right one is 0. heads.md asks for that too: `information` says it.
#include <headlight/sdk.hpp>

#include <cmath>
#include <numeric>

namespace {
namespace sdk = headlight::sdk;

constexpr double kEngaged = 0.2;  // below it the head is idle on this prompt

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "constancy",
                 .doc = "how evenly the last token's attention to letters is spread: 1 evenly, 0 all on one, and 0 where they get less than 0.2",
                 .unit = "1",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.95,
                 .threshold_source = "nearly uniform; the paper gives none [R]"}),
    sdk::output({.name = "evenness", .doc = "the same of the prompts where the letters get 0.2 and more", .unit = "1", .min = 0, .max = 1}),
    sdk::share_output("engagement", "attention of the last token to the four letters together"),
    sdk::share_output("argmax_correct", "1 where the letter that gets most is the right one: 1/4 for a head that does not care for the answer"),
    sdk::kFavourite,
    sdk::kRight,
    sdk::information_output(4),
};
enum Output : uint32_t { kConstancy, kEvenness, kEngagement, kArgmaxCorrect, kFavourite };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Does Circuit Analysis Interpretability Scale?", "https://arxiv.org/abs/2307.09458"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"mcqa", "mcqa-context", "mcqa-letters", "mcqa-colors"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "constant",
    .version = "1.1.0",
    .title = "Constant head",
    .summary = "Looks from the last token at all letters of a multiple-choice question alike.",
    .stage = HEADLIGHT_STAGE_KR,
    .formula = "1 - KL(p || uniform) / log 4 (0 where M < 0.2), p_k = A[END, letter k] / M, M = sum over k of A[END, letter k]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class Constant : public sdk::ChoiceFamily {
 public:
  explicit Constant(const headlight_host* host) : ChoiceFamily(host, kManifest, "letter", "constant heads") {}

 protected:
  void add(sdk::Head head, const std::vector<double>& given) override {
    const double engagement = std::accumulate(given.begin(), given.end(), 0.0);
    tally().add(kEngagement, head, std::min(1.0, engagement));
    if (engagement < kEngaged) {
      tally().add(kConstancy, head, 0);
      return;
    }
    double entropy = 0;  // log 4 - KL(p || uniform)
    for (const double a : given)
      if (a > 0) entropy -= a / engagement * std::log(a / engagement);
    const double evenness = std::clamp(entropy / std::log(double{kChoices}), 0.0, 1.0);
    tally().add(kConstancy, head, evenness);
    tally().add(kEvenness, head, evenness);
    tally().add(kArgmaxCorrect, head, is_right(given));
    add_choice(kFavourite, head, given);
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Constant, kManifest)
