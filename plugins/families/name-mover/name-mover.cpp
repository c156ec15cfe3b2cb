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

class NameMover : public sdk::AttributedFamily {
 public:
  explicit NameMover(const headlight_host* host) : AttributedFamily(host, kManifest) {}

  void observe(const sdk::Capture& capture) override {
    if (capture.site() == HEADLIGHT_SITE_RESID_POST) copies_.see(capture);
    else AttributedFamily::observe(capture);
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const auto io = prompt.role("io"), s1 = prompt.role("s1"), s2 = prompt.role("s2");
    if (!io || !s1 || !s2 || prompt.answers().empty() || prompt.wrong().empty())
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "name movers need the roles io, s1 and s2 and a right and a wrong name");
    io_ = *io;
    s_ = {*s1, *s2};
    names_ = sdk::Contrast(prompt.answers().first(1), prompt.wrong().first(1));
    attribute(prompt);
    copies_.begin(prompt, {io->end - 1, s1->end - 1, s2->end - 1});
  }

  void finish() override {
    for_effects(names_.tokens(), [&](sdk::Head head, std::span<const float> effects) {
      tally().add(kDirectEffect, head, names_(effects));
      tally().add(kAttentionIo, head, sdk::sum(attention(head), io_));
      tally().add(kAttentionS, head, sdk::sum(attention(head), s_));
    });
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto scores = copies_.of_layer(host().circuits(), model(), layer, 1);
      for (int h = 0; h < model().n_heads; ++h) tally().add(kCopyScore, {layer, h}, scores[static_cast<size_t>(h)]);
    }
  }

 private:
  sdk::Span io_;
  std::array<sdk::Span, 2> s_{};
  sdk::Contrast names_;
  sdk::CopyScore copies_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(NameMover, kManifest)
