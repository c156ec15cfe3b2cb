// A family whose numbers are direct effects on the last token's logits: it says what of the prompt it looks at and what it makes of each
// head's effects.
#pragma once

#include <headlight/sdk/answers.hpp>
#include <headlight/sdk/attribution.hpp>
#include <headlight/sdk/family.hpp>

#include <vector>

namespace headlight::sdk {

// Direct effects of one head on some tokens, by the position that the last token attends to.
class SourceEffects {
 public:
  SourceEffects(std::span<const float> layer, size_t head, size_t n_heads, size_t n_tokens)
      : layer_(layer), head_(head), n_heads_(n_heads), n_tokens_(n_tokens) {}
  int n_sources() const { return static_cast<int>(layer_.size() / (n_heads_ * n_tokens_)); }
  // [token]
  std::span<const float> at(int source) const {
    return layer_.subspan((static_cast<size_t>(source) * n_heads_ + head_) * n_tokens_, n_tokens_);
  }
  // What comes from attending to these places.
  double from(std::span<const Span> places, const Contrast& contrast) const {
    double total = 0;
    for (const Span place : places)
      for (int source = place.begin; source < std::min(place.end, n_sources()); ++source) total += contrast(at(source));
    return total;
  }

 private:
  std::span<const float> layer_;  // [source, head, token]
  size_t head_, n_heads_, n_tokens_;
};

class AttributedFamily : public MeanFamily {
 public:
  AttributedFamily(const headlight_host* host, const headlight_manifest& manifest) : MeanFamily(host, manifest), attribution_(model()) {}
  void observe(const Capture& capture) override { attribution_.see(capture); }

 protected:
  // To be called by look_at.
  void attribute(const Prompt& prompt) { attribution_.begin(prompt.end()); }
  // From finish. The last token's attention of a head; needs the site PATTERN.
  std::span<const float> attention(Head head) const { return attribution_.attention(head); }
  const Attribution& attribution() const { return attribution_; }

  // From finish: use(head, effects [token]) for every head. Needs the site Z.
  template <typename Use>
  void for_effects(std::span<const int32_t> tokens, Use use) const {
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto effects = attribution_.effects(host().circuits(), layer, tokens);
      for (int h = 0; h < model().n_heads; ++h)
        use(Head{layer, h}, std::span(effects).subspan(static_cast<size_t>(h) * tokens.size(), tokens.size()));
    }
  }
  // From finish: use(head, SourceEffects) for every head, or for those of a layer. Needs the sites PATTERN and V.
  template <typename Use>
  void for_effects_by_source(std::span<const int32_t> tokens, Use use) const {
    for (int layer = 0; layer < model().n_layers; ++layer) for_effects_by_source(layer, tokens, use);
  }
  template <typename Use>
  void for_effects_by_source(int layer, std::span<const int32_t> tokens, Use use) const {
    const auto effects = attribution_.effects_by_source(host().circuits(), layer, tokens);
    for (int h = 0; h < model().n_heads; ++h)
      use(Head{layer, h}, SourceEffects(effects, static_cast<size_t>(h), static_cast<size_t>(model().n_heads), tokens.size()));
  }

 private:
  Attribution attribution_;
};

}  // namespace headlight::sdk
