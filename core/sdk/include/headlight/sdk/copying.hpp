// What heads write for what they see, whatever they attend to: their output-value circuits.
#pragma once

#include <headlight/sdk/circuits.hpp>
#include <headlight/sdk/sight.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace headlight::sdk {

// [row, head, token] (the whole vocabulary for no tokens): x W_OV W_U for each head of a layer and each row x of the residual stream. The
// weights of the norms are part of W_OV and W_U, biases are not. Every row of numbers is right up to a positive factor, so that orders and
// signs are meaningful and sizes are not.
inline std::vector<float> written_logits(const Circuits& circuits, const headlight_model& model, int layer, std::span<const float> residual,
                                         std::span<const int32_t> tokens = {}) {
  const auto width = static_cast<size_t>(model.d_model), heads_width = static_cast<size_t>(model.n_heads) * static_cast<size_t>(model.d_head);
  std::vector<float> rows(residual.begin(), residual.end());
  rows.resize(rows.size() + width, 0.0f);  // what comes of nothing is the biases
  auto values = circuits.values(layer, circuits.head_input(layer, rows));
  const size_t n = residual.size() / width;
  for (size_t row = 0; row < n; ++row)
    for (size_t i = 0; i < heads_width; ++i) values[row * heads_width + i] -= values[n * heads_width + i];
  values.resize(n * heads_width);
  auto logits = circuits.logits(circuits.results(layer, values), tokens);
  const auto of_nothing = circuits.logits(std::vector<float>(width, 0.0f), tokens);
  for (size_t i = 0; i < logits.size(); ++i) logits[i] -= of_nothing[i % of_nothing.size()];
  return logits;
}

// How many of the numbers are larger than the one at `place`: 0 where it is the largest.
inline int rank_of(std::span<const float> numbers, size_t place) {
  return static_cast<int>(std::count_if(numbers.begin(), numbers.end(), [own = numbers[place]](float x) { return x > own; }));
}

// The copy score of Wang et al. 2022, as in their code: how often a head's weights bring a token that it sees among the best, with
//   x = LN1 of block 1 of the residual stream after block 0,   W_U(LN_f(sign (x W_V + b_V) W_O))
class CopyScore {
 public:
  static constexpr int kBest = 5;

  // Of the tokens at these positions. Needs the site RESID_POST.
  void begin(const Prompt& prompt, std::vector<int> positions) {
    positions_ = std::move(positions);
    tokens_.clear();
    for (const int position : positions_) tokens_.push_back(prompt.tokens()[static_cast<size_t>(position)]);
    after_first_.clear();
  }
  void see(const Capture& residual) {
    if (residual.layer() != 0) return;
    const auto width = static_cast<size_t>(residual.width());
    after_first_.resize(positions_.size() * width);
    for (size_t i = 0; i < positions_.size(); ++i) {
      if (positions_[i] < residual.query_begin() || positions_[i] >= residual.query_end()) continue;
      const auto row = residual.vector(0, positions_[i]);
      std::copy(row.begin(), row.end(), after_first_.begin() + static_cast<std::ptrdiff_t>(i * width));
    }
  }
  // [head]: the share of the tokens that come back among the best. Sign -1 asks for tokens that come back among the worst.
  std::vector<double> of_layer(const Circuits& circuits, const headlight_model& model, int layer, float sign) const {
    const int norm_layer = std::min(1, model.n_layers - 1);  // the code reads x through block 1's norm, whatever the head's layer
    auto written = circuits.results(layer, circuits.values(layer, circuits.head_input(norm_layer, after_first_)));
    for (float& x : written) x *= sign;
    const auto logits = circuits.logits(written);  // [token, head, vocabulary]
    const auto n_heads = static_cast<size_t>(model.n_heads), n_vocab = static_cast<size_t>(model.vocab_size);
    std::vector<double> scores(n_heads, 0.0);
    for (size_t i = 0; i < tokens_.size(); ++i)
      for (size_t h = 0; h < n_heads; ++h)
        if (rank_of(std::span(logits).subspan((i * n_heads + h) * n_vocab, n_vocab), static_cast<size_t>(tokens_[i])) < kBest)
          scores[h] += 1.0 / static_cast<double>(tokens_.size());
    return scores;
  }

 private:
  std::vector<int> positions_;
  std::vector<int32_t> tokens_;
  std::vector<float> after_first_;  // [position, d_model]
};

}  // namespace headlight::sdk
