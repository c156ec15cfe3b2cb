// Iteration heads: where the k-th state of a computation is to be written, the query looks at the k-th input.
//   q_k = the token before state k (the last one of the prompt for the state that is asked), x_k = input k
//   score = share of k with A[q_k, x_k] > 0.5 ("peaky_thres");  attention = mean of A[q_k, x_k] ("peaky_abs")
//   attention_sign = mean over states p of A[p, sign], the sign that ends the inputs: what the layer before an iteration head does
//   inv = 1 - mean over k of the standard deviation over prompts of A[q_k, x_k]: 1 where the head does so whatever the inputs are
// Cabannes et al. 2024 (arXiv 2406.02128), src/cot/evals/cot.py of facebookresearch/pal, all three.
#include <headlight/sdk.hpp>

#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr uint32_t kSteps = 8;
constexpr headlight_output step_output(const char* name) {
  return sdk::share_output(name, "attention to this input where its state is to be written");
}
constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "peaky_share",
                 .doc = "share of the states whose input gets more than half of the attention where they are to be written",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "half of the states; the heads of the paper, alone in their layer, come to 1 [R]"}),
    sdk::share_output("attention", "mean attention to the input of the state that is to be written"),
    sdk::share_output("attention_sign", "mean attention of states to the sign that ends the inputs"),
    sdk::output({.name = "inv",
                 .doc = "1 less the standard deviation of that attention over prompts, mean over the inputs: 1 for a head that ignores what the inputs are",
                 .unit = "1",
                 .min = 0,
                 .max = 1,
                 .across = HEADLIGHT_ACROSS_STEADINESS,
                 .across_first = 4,
                 .across_count = kSteps}),
    step_output("input_1"), step_output("input_2"), step_output("input_3"), step_output("input_4"),
    step_output("input_5"), step_output("input_6"), step_output("input_7"), step_output("input_8"),
};
enum Output : uint32_t { kPeakyShare, kAttention, kAttentionSign, kFirstStep = 4 };

constexpr headlight_reference kReferences[] = {sdk::reference("Iteration Head", "https://arxiv.org/abs/2406.02128")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"iteration"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "iteration",
    .version = "1.1.0",
    .title = "Iteration head",
    .summary = "Looks, state by state of a computation that is written down, at the input that comes next.",
    .stage = HEADLIGHT_STAGE_LR,
    .formula = "mean over k of 1[A[q_k, x_k] > 0.5], q_k before state k, x_k input k",
    .formula_source = "C",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class Iteration : public sdk::MeanFamily {
 public:
  explicit Iteration(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    inputs_ = prompt.roles("input");
    if (const auto now = prompt.role("input_now")) inputs_.push_back(*now);
    std::sort(inputs_.begin(), inputs_.end(), [](sdk::Span a, sdk::Span b) { return a.begin < b.begin; });
    states_ = prompt.roles("state");
    const auto sign = prompt.role("sign");
    if (!sign || states_.empty() || inputs_.size() <= states_.size())
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "iteration heads need the roles input, state and sign, and an input more than states");
    sign_ = *sign;
    end_ = prompt.end();
  }

  void observe(const sdk::Capture& pattern) override {
    const auto seen = [&](int query) { return query >= pattern.query_begin() && query < pattern.query_end(); };
    for (int h = 0; h < pattern.n_heads(); ++h) {
      const sdk::Head head{pattern.layer(), h};
      for (size_t k = 0; k <= states_.size(); ++k) {
        const int query = k < states_.size() ? states_[k].begin - 1 : end_;
        if (!seen(query)) continue;
        const double given = std::min(1.0, sdk::sum(pattern.row(h, query), inputs_[k]));
        tally().add(kPeakyShare, head, given > 0.5 ? 1 : 0);
        tally().add(kAttention, head, given);
        if (k < kSteps) tally().add(kFirstStep + static_cast<uint32_t>(k), head, given);
      }
      for (const sdk::Span state : states_)
        for (int query = state.begin; query < state.end; ++query)
          if (seen(query)) tally().add(kAttentionSign, head, std::min(1.0, sdk::sum(pattern.row(h, query), sign_)));
    }
  }

 private:
  std::vector<sdk::Span> inputs_, states_;
  sdk::Span sign_;
  int end_ = 0;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Iteration, kManifest)
