// In-context heads: added to what the last token has so far, the head's output makes the label that the examples call for likelier.
//   S_h = log p(b | o_h + L) - log p(b | L): L the residual stream into the head's layer at END, o_h what the head writes there, b the right
//   label, p the softmax of the logits that a residual stream gives through the final norm                         (heads.md 2.26)
//   score = S_h of the right label - S_h of the other
// Yu & Ananiadou 2024 (arXiv 2402.02872), second hand: they rank heads by S_h of one label at a time and take the 10 best. Early heads raise every
// label alike, and so do random ones, so the score is what the right label gains beyond the other; S_h itself is log_prob_gain.
#include <headlight/sdk.hpp>

#include <cmath>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "label_margin",
                 .doc = "log_prob_gain of the right label beyond that of the other label",
                 .unit = "nats",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a nat; the paper takes the ten best heads of a label [R]"}),
    sdk::output({.name = "log_prob_gain",
                 .doc = "what the head's output adds to the log-probability of the right label, read off right after its layer's input",
                 .unit = "nats",
                 .min = -1e4,
                 .max = 1e4}),
    sdk::share_output("attention_right", "attention of the last token to the right label's places"),
    sdk::share_output("attention_wrong", "attention of the last token to the other label's places"),
};
enum Output : uint32_t { kMargin, kGain, kAttentionRight, kAttentionWrong };

constexpr headlight_reference kReferences[] = {
    sdk::reference("How do Large Language Models Learn In-Context?", "https://arxiv.org/abs/2402.02872"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_RESID_PRE};
constexpr const char* kTasks[] = {"few-shot-labels"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "in-context",
    .version = "1.0.0",
    .title = "In-context head",
    .summary = "Brings the label that the examples call for to the last token.",
    .stage = HEADLIGHT_STAGE_LR,
    .formula = "S(right label) - S(other label), S(b) = log p(b | o_h + L) - log p(b | L) at END",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class InContext : public sdk::MeanFamily {
 public:
  explicit InContext(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    right_places_ = prompt.roles("same_label");
    wrong_places_ = prompt.roles("other_label");
    if (right_places_.empty() || wrong_places_.empty() || prompt.answers().empty() || prompt.wrong().empty())
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "in-context heads need the roles same_label and other_label, a right label and a wrong one");
    right_ = prompt.answers().front();
    wrong_ = prompt.wrong().front();
    end_ = prompt.end();
    z_.assign(static_cast<size_t>(model().n_layers), {});
    residual_ = z_;
  }

  void observe(const sdk::Capture& capture) override {
    if (end_ < capture.query_begin() || end_ >= capture.query_end()) return;
    const auto layer = static_cast<size_t>(capture.layer());
    if (capture.site() == HEADLIGHT_SITE_PATTERN) {
      for (int h = 0; h < capture.n_heads(); ++h) {
        add_attention(kAttentionRight, {capture.layer(), h}, capture.row(h, end_), right_places_);
        add_attention(kAttentionWrong, {capture.layer(), h}, capture.row(h, end_), wrong_places_);
      }
      return;
    }
    auto& kept = capture.site() == HEADLIGHT_SITE_Z ? z_[layer] : residual_[layer];
    for (int h = 0; h < capture.n_heads(); ++h) {
      const auto vector = capture.vector(h, end_);
      kept.insert(kept.end(), vector.begin(), vector.end());
    }
  }

  void finish() override {
    const sdk::Circuits circuits = host().circuits();
    const auto n_heads = static_cast<size_t>(model().n_heads), width = static_cast<size_t>(model().d_model);
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto& before = residual_[static_cast<size_t>(layer)];
      std::vector<float> rows = circuits.results(layer, z_[static_cast<size_t>(layer)]);  // [head, d_model]
      for (size_t i = 0; i < rows.size(); ++i) rows[i] += before[i % width];
      rows.insert(rows.end(), before.begin(), before.end());
      const auto logits = circuits.logits(rows);  // [head and none, vocabulary]
      const size_t n_vocab = logits.size() / (n_heads + 1);
      const auto row = [&](size_t h) { return std::span(logits).subspan(h * n_vocab, n_vocab); };
      for (size_t h = 0; h < n_heads; ++h) {
        const double right = log_prob(row(h), right_) - log_prob(row(n_heads), right_);
        tally().add(kGain, {layer, static_cast<int>(h)}, right);
        tally().add(kMargin, {layer, static_cast<int>(h)}, right - (log_prob(row(h), wrong_) - log_prob(row(n_heads), wrong_)));
      }
    }
  }

 private:
  void add_attention(Output output, sdk::Head head, std::span<const float> row, const std::vector<sdk::Span>& places) {
    double given = 0;
    for (const sdk::Span place : places) given += sdk::sum(row, place);
    tally().add(output, head, std::min(1.0, given));
  }
  static double log_prob(std::span<const float> logits, int32_t token) {
    const double largest = static_cast<double>(*std::max_element(logits.begin(), logits.end()));
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
    return static_cast<double>(logits[static_cast<size_t>(token)]) - largest - std::log(sum);
  }

  std::vector<sdk::Span> right_places_, wrong_places_;
  int32_t right_ = 0, wrong_ = 0;
  int end_ = 0;
  std::vector<std::vector<float>> z_, residual_;  // [layer]: [head, d_head]; [d_model]
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(InContext, kManifest)
