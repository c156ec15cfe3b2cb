// Negative heads: the query looks at the answer No among those that the prompt offers, whatever the question.
//   NAS = sum over i after both answers of (A[i, Yes] + A[i, No]) log(A[i, No] / A[i, Yes])                       (heads.md 2.3)
// Yu et al. 2024 (arXiv 2408.00137), as the survey (arXiv 2409.03752) has it, with 1e-12 added within the logarithm. The sum grows with the
// prompt: per_query divides it by the number of queries. Prompts that show answers several times count all places of each. What comes last
// is looked at more by many heads, and what is right by others: a head that looks at No whatever the question does so in both orders and
// whichever answer is right, and `in_all_cases` is the least of the four. The paper also correlates the score of prompts with what the model
// says: logit(No) - logit(Yes).
#include <headlight/sdk.hpp>

#include <cmath>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr double kTiny = 1e-12;

constexpr headlight_output case_output(const char* name, const char* doc) {
  return sdk::output({.name = name, .doc = doc, .unit = "nats", .min = -100, .max = 100});
}
constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "negative_attention", .doc = "negative attention score: positive for heads that look at No rather than at Yes", .unit = "nats", .min = -1e6, .max = 1e6}),
    sdk::output({.name = "per_query", .doc = "the same divided by the number of queries", .unit = "nats", .min = -100, .max = 100}),
    sdk::share_output("attention_no", "mean attention of queries after both answers to No"),
    sdk::share_output("attention_yes", "mean attention of queries after both answers to Yes"),
    case_output("no_last", "per_query of prompts that show No last"),
    case_output("yes_last", "per_query of prompts that show Yes last"),
    case_output("no_right", "per_query of prompts whose answer is No"),
    case_output("yes_right", "per_query of prompts whose answer is Yes"),
    sdk::output({.name = "in_all_cases",
                 .doc = "the least of the four: positive for a head that prefers No in both orders and whichever answer is right",
                 .unit = "nats",
                 .min = -100,
                 .max = 100,
                 .across = HEADLIGHT_ACROSS_LEAST,
                 .across_first = 4,
                 .across_count = 4}),
    sdk::effect_output("says_no", "the model's logit of No beyond that of Yes after the prompt, the same for all heads"),
    sdk::output({.name = "correlation",
                 .doc = "correlation of per_query with says_no over prompts",
                 .unit = "1",
                 .min = -1,
                 .max = 1,
                 .across = HEADLIGHT_ACROSS_CORRELATION,
                 .across_first = 1,
                 .across_second = 9}),
};
enum Output : uint32_t { kNegativeAttention, kPerQuery, kAttentionNo, kAttentionYes, kNoLast, kYesLast, kNoRight, kYesRight, kSaysNo = 9 };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Correcting Negative Bias in Large Language Models", "https://arxiv.org/abs/2408.00137"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_RESID_POST};
constexpr const char* kTasks[] = {"yes-no-instruction", "yes-no-natural"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "negative",
    .version = "1.1.0",
    .title = "Negative head",
    .summary = "Looks at the answer No that the prompt offers, whatever is asked.",
    .stage = HEADLIGHT_STAGE_KR,
    .formula = "sum over i of (A[i, Yes] + A[i, No]) log(A[i, No] / A[i, Yes])",
    .formula_source = "S",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Negative : public sdk::MeanFamily {
 public:
  explicit Negative(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    yes_ = prompt.roles("yes");
    no_ = prompt.roles("no");
    if (yes_.empty() || no_.empty()) throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "negative heads need the roles yes and no: the answers that the prompt offers");
    first_query_ = std::max(yes_.back().end, no_.back().end);
    n_given_ = prompt.n_given();
    shows_no_last_ = no_.back().begin > yes_.back().begin;
    const auto place_of = [&](const std::vector<sdk::Span>& places) { return prompt.tokens()[static_cast<size_t>(places.front().begin)]; };
    no_token_ = place_of(no_);
    yes_token_ = place_of(yes_);
    const auto answers = prompt.answers();
    const auto is_right = [&](int32_t token) { return std::find(answers.begin(), answers.end(), token) != answers.end(); };
    right_ = is_right(no_token_) ? Right::no : is_right(yes_token_) ? Right::yes : Right::unknown;
    last_.clear();
  }

  void observe(const sdk::Capture& pattern) override {
    if (pattern.site() == HEADLIGHT_SITE_RESID_POST) {
      const int end = n_given_ - 1;
      if (pattern.layer() + 1 == model().n_layers && end >= pattern.query_begin() && end < pattern.query_end()) last_.assign(pattern.vector(0, end).begin(), pattern.vector(0, end).end());
      return;
    }
    const auto given = [](std::span<const float> row, const std::vector<sdk::Span>& places) {
      double sum = 0;
      for (const sdk::Span place : places) sum += sdk::sum(row, place);
      return std::min(1.0, sum);
    };
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = std::max(first_query_, pattern.query_begin()); query < std::min(n_given_, pattern.query_end()); ++query) {
        const sdk::Head head{pattern.layer(), h};
        const double no = given(pattern.row(h, query), no_), yes = given(pattern.row(h, query), yes_);
        tally().add(kPerQuery, head, (no + yes) * std::log((no + kTiny) / (yes + kTiny)));
        tally().add(kAttentionNo, head, no);
        tally().add(kAttentionYes, head, yes);
      }
  }

  void finish() override {
    const auto logits = host().circuits().logits(last_, std::vector<int32_t>{no_token_, yes_token_});
    for_each_head([&](sdk::Head head) {
      if (!tally().has(kPerQuery, head)) return;
      const double per_query = tally().mean(kPerQuery, head);
      tally().add(kNegativeAttention, head, per_query * (n_given_ - first_query_));
      tally().add(shows_no_last_ ? kNoLast : kYesLast, head, per_query);
      if (right_ != Right::unknown) tally().add(right_ == Right::no ? kNoRight : kYesRight, head, per_query);
      tally().add(kSaysNo, head, static_cast<double>(logits[0]) - static_cast<double>(logits[1]));
    });
  }

 private:
  std::vector<sdk::Span> yes_, no_;
  int first_query_ = 0, n_given_ = 0;
  enum class Right { unknown, no, yes } right_ = Right::unknown;
  bool shows_no_last_ = false;
  int32_t no_token_ = 0, yes_token_ = 0;
  std::vector<float> last_;  // the residual stream after the last block at the last token
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Negative, kManifest)
