// Copy-suppression heads: where a token that stands earlier is about to be predicted, the last token looks at it, and the head takes
// its logit down again.
//   t(l)           = of the prompt's tokens, the one that the logit lens on layer l's input predicts most at END
//   suppression(h) = - sum over j with token t of DLA(h; t, j) at END, centred over the vocabulary           (after heads.md 2.16 c, d)
//   own diagonal   = share of the prompt's last 8 different tokens s that are among the 10 lowest of W_EE[s] W_OV W_U; 0.847 of all
//                    tokens for the paper's head, W_EE being the effective embedding: what block 0's MLP makes of the token
//   own key        = share of the same tokens s whose own key is the best of the prompt's last 32 different tokens t for a query that is about
//                    to say s: W_U[:, s] W_Q W_K^T W_EE[t]                                                             (2.16 d)
// McDougall et al. 2023 (arXiv 2310.04625). The paper's ablation (CSPA) keeps of a head what this measures. Tokens like the last one,
// and the beginning-of-text token, are left out: they predict themselves in early layers and are where heads rest.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr int kLowest = 10;
constexpr size_t kOwnTokens = 8;  // of each prompt: the whole vocabulary is compared for each of them
constexpr size_t kKeys = 32;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "suppression",
                 .doc = "what attending to the most predicted token takes from its own logit",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper studies one head [R]"}),
    sdk::share_output("attention_predicted", "attention of the last token to the most predicted token"),
    sdk::share_output("own_diagonal", "share of tokens that the head's weights lower themselves so much that only 9 others are lower"),
    sdk::share_output("own_key", "share of tokens that the head's weights find among the prompt's when they are about to be said"),
};
enum Output : uint32_t { kSuppression, kAttentionPredicted, kOwnDiagonal, kOwnKey };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Copy Suppression: Comprehensively Understanding an Attention Head", "https://arxiv.org/abs/2310.04625"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_V, HEADLIGHT_SITE_RESID_PRE};
constexpr const char* kTasks[] = {"ioi", "conflict-context", "ioi-natural"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "copy-suppression",
    .version = "1.1.0",
    .title = "Copy-suppression head",
    .summary = "Looks at an earlier token that is about to be predicted and takes its logit down.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "-sum over j with token t of DLA(t, j) at END, t the prompt's token most predicted before the layer",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class CopySuppression : public sdk::AttributedFamily {
 public:
  explicit CopySuppression(const headlight_host* host) : AttributedFamily(host, kManifest) {}

  void observe(const sdk::Capture& capture) override {
    if (capture.site() != HEADLIGHT_SITE_RESID_PRE) return AttributedFamily::observe(capture);
    if (end_ < capture.query_begin() || end_ >= capture.query_end()) return;
    const auto row = capture.vector(0, end_);
    before_[static_cast<size_t>(capture.layer())].assign(row.begin(), row.end());
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    end_ = prompt.end();
    before_.assign(static_cast<size_t>(model().n_layers), {});
    candidates_.clear();
    places_.clear();
    for (int position = end_ - 1; position >= 0; --position) {  // the last ones first
      const int32_t token = prompt.tokens()[static_cast<size_t>(position)];
      if (token == prompt.tokens()[static_cast<size_t>(end_)] || (model().has_bos && token == model().bos_token)) continue;
      const auto known = static_cast<size_t>(std::find(candidates_.begin(), candidates_.end(), token) - candidates_.begin());
      if (known == candidates_.size()) {
        candidates_.push_back(token);
        places_.emplace_back();
      }
      places_[known].push_back({position, position + 1});
    }
    attribute(prompt);
  }

  void finish() override {
    if (candidates_.empty()) return;  // nothing that could be suppressed
    const auto sample = sdk::vocabulary_sample(model());
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto lens = host().circuits().logits(before_[static_cast<size_t>(layer)], candidates_);
      const auto most = static_cast<size_t>(std::max_element(lens.begin(), lens.end()) - lens.begin());
      const sdk::Contrast predicted(std::span<const int32_t>(candidates_).subspan(most, 1), sample);
      for_effects_by_source(layer, predicted.tokens(), [&](sdk::Head head, const sdk::SourceEffects& effects) {
        tally().add(kSuppression, head, -effects.from(places_[most], predicted));
        tally().add(kAttentionPredicted, head, sdk::sum(attention(head), places_[most]));
      });
    }
    compare_own_logits();
  }

 private:
  void compare_own_logits() {
    const sdk::Circuits circuits = host().circuits();
    const auto own = std::span(candidates_).first(std::min(kOwnTokens, candidates_.size()));
    const auto keys = circuits.embed_effectively(std::span(candidates_).first(std::min(kKeys, candidates_.size())));
    const auto embedded = std::span(keys).first(own.size() * static_cast<size_t>(model().d_model));
    const auto to_be_said = circuits.unembed(own);
    const auto n_heads = static_cast<size_t>(model().n_heads), n_vocab = static_cast<size_t>(model().vocab_size);
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto written = sdk::written_logits(circuits, model(), layer, embedded);  // [token, head, vocabulary]
      for (size_t i = 0; i < own.size(); ++i)
        for (size_t h = 0; h < n_heads; ++h) {
          const auto row = std::span(written).subspan((i * n_heads + h) * n_vocab, n_vocab);
          const float of_own = row[static_cast<size_t>(own[i])];
          const auto lower = std::count_if(row.begin(), row.end(), [&](float x) { return x < of_own; });
          tally().add(kOwnDiagonal, {layer, static_cast<int>(h)}, of_own < 0 && lower < kLowest ? 1 : 0);
        }
      match_keys(layer, circuits.scores(layer, circuits.head_input(layer, to_be_said), circuits.head_input(layer, keys)), own.size());
    }
  }

  // scores [head, token to be said, key]; the first keys are those of the tokens themselves
  void match_keys(int layer, const std::vector<float>& scores, size_t n_own) {
    const size_t n_keys = scores.size() / n_own / static_cast<size_t>(model().n_heads);
    if (n_keys < 2) return;
    for (size_t h = 0; h < static_cast<size_t>(model().n_heads); ++h)
      for (size_t i = 0; i < n_own; ++i)
        tally().add(kOwnKey, {layer, static_cast<int>(h)}, sdk::rank_of(std::span(scores).subspan((h * n_own + i) * n_keys, n_keys), i) == 0 ? 1 : 0);
  }

  int end_ = 0;
  std::vector<int32_t> candidates_;             // different tokens of the prompt
  std::vector<std::vector<sdk::Span>> places_;  // of each of them
  std::vector<std::vector<float>> before_;      // [layer]: the residual stream before it at the last token
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(CopySuppression, kManifest)
