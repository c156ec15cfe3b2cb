// Name-mover heads: the last token looks at the name that is to come, and the head writes that name into the logits.
//   direct effect = DLA(h; IO) - DLA(h; S) at END                                                   (heads.md 2.11, primitive 1)
//   copy score    = share of the names at IO, S1, S2 that are among the 5 best tokens of W_U(LN_f((x W_V + b_V) W_O)), with
//                   x = LN1 of block 1 of the residual stream after block 0
// Wang et al. 2022 (arXiv 2211.00593); the copy score as in its code. The paper also correlates attention with what is written over
// prompts: attention_io and direct_effect, kept for every prompt, are its two axes.
#include <headlight/sdk.hpp>

#include <array>

namespace {
namespace sdk = headlight::sdk;

constexpr int kBest = 5;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "direct_effect",
                 .doc = "what the head adds to the logit of the right name beyond that of the wrong one, at the last token",
                 .unit = "logits",
                 .min = -1e4,
                 .max = 1e4,
                 .threshold = 0.5,
                 .threshold_source = "half a logit; the paper ranks heads and gives none [R]"}),
    sdk::output({.name = "attention_io", .doc = "attention of the last token to the right name", .unit = "share", .min = 0, .max = 1}),
    sdk::output({.name = "attention_s", .doc = "attention of the last token to both places of the wrong name", .unit = "share", .min = 0, .max = 1}),
    sdk::output({.name = "copy_score",
                 .doc = "share of the names that the head's weights bring among the 5 best tokens where they stand; 0.95 and more for the paper's",
                 .unit = "share",
                 .min = 0,
                 .max = 1}),
};
enum Output : uint32_t { kDirectEffect, kAttentionIo, kAttentionS, kCopyScore };

constexpr headlight_reference kReferences[] = {sdk::reference("Interpretability in the Wild", "https://arxiv.org/abs/2211.00593")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z, HEADLIGHT_SITE_RESID_POST};
constexpr const char* kTasks[] = {"ioi"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "name-mover",
    .version = "1.0.0",
    .title = "Name-mover head",
    .summary = "Looks from the last token at the name that is to come and writes it into the logits.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "DLA(IO) - DLA(S) at END",
    .formula_source = "C",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class NameMover : public sdk::MeanFamily {
 public:
  explicit NameMover(const headlight_host* host) : MeanFamily(host, kManifest), attribution_(model()) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const auto io = prompt.role("io"), s1 = prompt.role("s1"), s2 = prompt.role("s2");
    if (!io || !s1 || !s2 || prompt.answers().empty() || prompt.wrong().empty())
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "name movers need the roles io, s1 and s2 and a right and a wrong name");
    names_ = {*io, *s1, *s2};
    end_ = prompt.end();
    readout_ = {prompt.answers().front(), prompt.wrong().front()};
    for (size_t i = 0; i < names_.size(); ++i) name_tokens_[i] = prompt.tokens()[static_cast<size_t>(names_[i].end) - 1];
    attribution_.begin(end_);
    after_first_.clear();
  }

  void observe(const sdk::Capture& capture) override {
    if (capture.site() == HEADLIGHT_SITE_RESID_POST) keep_names(capture);
    else attribution_.see(capture);
  }

  void finish() override {
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto effects = attribution_.effects(host().circuits(), layer, readout_);
      for (int h = 0; h < model().n_heads; ++h) {
        const size_t at = static_cast<size_t>(h) * readout_.size();
        const auto row = attribution_.attention({layer, h});
        tally().add(kDirectEffect, {layer, h}, static_cast<double>(effects[at]) - static_cast<double>(effects[at + 1]));
        tally().add(kAttentionIo, {layer, h}, sdk::sum(row, names_[0]));
        tally().add(kAttentionS, {layer, h}, sdk::sum(row, names_[1]) + sdk::sum(row, names_[2]));
      }
    }
    score_copies();
  }

 private:
  // The residual stream after block 0 at the three names, in their order.
  void keep_names(const sdk::Capture& capture) {
    if (capture.layer() != 0) return;
    if (after_first_.empty()) after_first_.resize(names_.size() * static_cast<size_t>(capture.width()));
    for (size_t i = 0; i < names_.size(); ++i) {
      const int last = names_[i].end - 1;
      if (last < capture.query_begin() || last >= capture.query_end()) continue;
      const auto row = capture.vector(0, last);
      std::copy(row.begin(), row.end(), after_first_.begin() + static_cast<std::ptrdiff_t>(i * row.size()));
    }
  }

  void score_copies() {
    const sdk::Circuits circuits = host().circuits();
    const int norm_layer = std::min(1, model().n_layers - 1);  // the code reads x through block 1's norm, whatever the head's layer
    const auto input = circuits.head_input(norm_layer, after_first_);
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto written = circuits.results(layer, circuits.values(layer, input));  // [name, head, d_model]
      const auto logits = circuits.logits(written);                                 // [name, head, vocabulary]
      const auto n_heads = static_cast<size_t>(model().n_heads), n_vocab = static_cast<size_t>(model().vocab_size);
      for (size_t name = 0; name < names_.size(); ++name)
        for (size_t h = 0; h < n_heads; ++h) {
          const std::span<const float> row(logits.data() + (name * n_heads + h) * n_vocab, n_vocab);
          const float own = row[static_cast<size_t>(name_tokens_[name])];
          const auto better = std::count_if(row.begin(), row.end(), [own](float logit) { return logit > own; });
          tally().add(kCopyScore, {layer, static_cast<int>(h)}, better < kBest ? 1 : 0);
        }
    }
  }

  std::array<sdk::Span, 3> names_{};  // IO, S1, S2
  std::array<int32_t, 3> name_tokens_{};
  std::array<int32_t, 2> readout_{};  // IO, S
  int end_ = 0;
  sdk::Attribution attribution_;
  std::vector<float> after_first_;     // [name, d_model]
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(NameMover, kManifest)
