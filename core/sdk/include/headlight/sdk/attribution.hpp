// Direct logit attribution of a prompt's last token, head by head and source by source: what most families that write an answer are
// measured by. Needs the sites that it is used with: Z for effects(), PATTERN and V for effects_by_source().
#pragma once

#include <headlight/sdk/circuits.hpp>
#include <headlight/sdk/sight.hpp>

#include <span>
#include <vector>

namespace headlight::sdk {

class Attribution {
 public:
  explicit Attribution(const headlight_model& model) : model_(&model) {}

  // A new prompt, read at `position`.
  void begin(int position) {
    position_ = position;
    z_.assign(static_cast<size_t>(model_->n_layers), {});
    pattern_ = values_ = z_;
  }
  // Keeps what it needs of a capture; others pass by.
  void see(const Capture& capture) {
    auto& layers = capture.site() == HEADLIGHT_SITE_Z ? z_ : capture.site() == HEADLIGHT_SITE_PATTERN ? pattern_ : values_;
    auto& kept = layers[static_cast<size_t>(capture.layer())];
    if (capture.site() == HEADLIGHT_SITE_V) {
      for (int position = capture.query_begin(); position < std::min(capture.query_end(), position_ + 1); ++position)
        for (int kv = 0; kv < capture.n_heads(); ++kv) append(kept, capture.vector(kv, position));
    } else if (capture.site() == HEADLIGHT_SITE_Z || capture.site() == HEADLIGHT_SITE_PATTERN) {
      if (position_ < capture.query_begin() || position_ >= capture.query_end()) return;
      for (int h = 0; h < capture.n_heads(); ++h)
        append(kept, capture.site() == HEADLIGHT_SITE_Z ? capture.vector(h, position_) : capture.row(h, position_));
    }
  }

  // [head, token]: what each head of the layer adds to the tokens' logits.
  std::vector<float> effects(const Circuits& circuits, int layer, std::span<const int32_t> tokens) const {
    return circuits.direct_effects(layer, z_[static_cast<size_t>(layer)], position_, tokens);
  }
  // [source, head, token]: the part of it that comes from attending to each position up to the last. Sums over the sources to
  // effects().
  std::vector<float> effects_by_source(const Circuits& circuits, int layer, std::span<const int32_t> tokens) const {
    const auto n_sources = static_cast<size_t>(position_) + 1, n_heads = static_cast<size_t>(model_->n_heads);
    const auto n_kv = static_cast<size_t>(model_->n_kv_heads), d_head = static_cast<size_t>(model_->d_head);
    const auto& values = values_[static_cast<size_t>(layer)];
    std::vector<float> parts(n_sources * n_heads * d_head);
    for (size_t source = 0; source < n_sources; ++source)
      for (size_t h = 0; h < n_heads; ++h) {
        const float weight = pattern_[static_cast<size_t>(layer)][h * n_sources + source];
        const float* value = values.data() + (source * n_kv + h * n_kv / n_heads) * d_head;
        for (size_t d = 0; d < d_head; ++d) parts[(source * n_heads + h) * d_head + d] = weight * value[d];
      }
    return circuits.direct_effects(layer, parts, position_, tokens);
  }
  // [head, d_head]: what the heads of the layer mix for the last token.
  std::span<const float> z(int layer) const { return z_[static_cast<size_t>(layer)]; }
  // The last token's attention of a head, [0, position].
  std::span<const float> attention(Head head) const {
    const auto n = static_cast<size_t>(position_) + 1;
    return std::span(pattern_[static_cast<size_t>(head.layer)]).subspan(static_cast<size_t>(head.head) * n, n);
  }

 private:
  static void append(std::vector<float>& to, std::span<const float> row) { to.insert(to.end(), row.begin(), row.end()); }

  const headlight_model* model_;
  int position_ = 0;
  std::vector<std::vector<float>> z_, pattern_, values_;  // [layer]: [head, d_head]; [head, source]; [source, kv head, d_head]
};

}  // namespace headlight::sdk
