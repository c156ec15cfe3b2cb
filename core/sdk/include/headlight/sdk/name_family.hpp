// Families of names in indirect object identification (Wang et al. 2022, arXiv 2211.00593): what a head writes of the right name beyond the
// wrong one, what it looks at, and whether its weights bring names back. A name mover, or with sign -1 one that writes against names.
#pragma once

#include <headlight/sdk/attributed_family.hpp>
#include <headlight/sdk/copying.hpp>
#include <headlight/sdk/manifest.hpp>

#include <array>
#include <string>

namespace headlight::sdk {

inline constexpr headlight_output kAttentionToRightName = share_output("attention_io", "attention of the last token to the right name");
inline constexpr headlight_output kAttentionToWrongName =
    share_output("attention_s", "attention of the last token to both places of the wrong name");

// What the paper's figure has on its other axis, and how the two go together: over prompts, and over both names.
inline constexpr headlight_output kWrittenOfRightName = effect_output("written_io", "what the head adds to the logit of the right name");
inline constexpr headlight_output kWrittenOfWrongName = effect_output("written_s", "what the head adds to the logit of the wrong name");
inline constexpr headlight_output kAttentionAndWrite =
    output({.name = "attention_and_write",
            .doc = "correlation of the attention to a name with what the head writes along it, over prompts and both names: near 1 for name movers, near -1 for negative ones",
            .unit = "1",
            .min = -1,
            .max = 1,
            .across = HEADLIGHT_ACROSS_CORRELATION,
            .across_first = 1,
            .across_second = 4,
            .across_count = 2});

// Its outputs are the signed effect, the two attentions, the share of names that come back among the best (the worst) tokens, what is
// written of both names, and the correlation.
class NameFamily : public AttributedFamily {
 public:
  // WHO needs the roles, such as "name movers".
  NameFamily(const headlight_host* host, const headlight_manifest& manifest, const char* who, float sign)
      : AttributedFamily(host, manifest), who_(who), sign_(sign) {}

  void observe(const Capture& capture) final {
    if (capture.site() == HEADLIGHT_SITE_RESID_POST) copies_.see(capture);
    else AttributedFamily::observe(capture);
  }

 protected:
  void look_at(const Prompt& prompt) final {
    const auto io = prompt.role("io"), s1 = prompt.role("s1"), s2 = prompt.role("s2");
    if (!io || !s1 || !s2 || prompt.answers().empty() || prompt.wrong().empty())
      throw Failure(HEADLIGHT_UNSUPPORTED, who_ + " need the roles io, s1 and s2 and a right and a wrong name");
    io_ = *io;
    s_ = {*s1, *s2};
    names_ = Contrast(prompt.answers().first(1), prompt.wrong().first(1));
    attribute(prompt);
    copies_.begin(prompt, {io->end - 1, s1->end - 1, s2->end - 1});
  }

  void finish() final {
    for_effects(names_.tokens(), [&](Head head, std::span<const float> effects) {
      tally().add(0, head, sign_ * names_(effects));
      tally().add(1, head, sum(attention(head), io_));
      tally().add(2, head, sum(attention(head), s_));
      for (const uint32_t name : {0u, 1u}) tally().add(4 + name, head, static_cast<double>(effects[name]));
    });
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto scores = copies_.of_layer(host().circuits(), model(), layer, sign_);
      for (int h = 0; h < model().n_heads; ++h) tally().add(3, {layer, h}, scores[static_cast<size_t>(h)]);
    }
  }

 private:
  std::string who_;
  float sign_;
  Span io_;
  std::array<Span, 2> s_{};
  Contrast names_;
  CopyScore copies_;
};

}  // namespace headlight::sdk
