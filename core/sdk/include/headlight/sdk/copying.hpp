// What heads write for what they see, whatever they attend to: their output-value circuits.
#pragma once

#include <headlight/sdk/answers.hpp>
#include <headlight/sdk/circuits.hpp>
#include <headlight/sdk/sight.hpp>

#include <algorithm>
#include <numeric>
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

// How far the token that a head looks at is the one that it raises, on the head's direct path (Olsson et al. 2022, second hand):
//   r_i = raised[token looked at most] / sum over the prompt's different tokens of raised, raised = max(0, logits of r[h, i] - their mean)
// with the mean over the vocabulary (its sample). Each r[h, i] passes the final norm by itself: r_i does not depend on its size.
class DirectCopying {
 public:
  // Of the queries that are wanted. Needs the sites Z and PATTERN.
  void begin(const Prompt& prompt, const headlight_model& model, const std::vector<bool>& wanted) {
    const auto given = prompt.tokens();
    first_key_ = model.has_bos ? 1 : 0;  // an idle head's rest is nothing that it copies
    tokens_.clear();
    place_of_key_.assign(given.size(), 0);
    for (size_t i = first_key_; i < given.size(); ++i) {
      const auto known = std::find(tokens_.begin(), tokens_.end(), given[i]);
      place_of_key_[i] = static_cast<size_t>(known - tokens_.begin());
      if (known == tokens_.end()) tokens_.push_back(given[i]);
    }
    n_different_ = tokens_.size();
    for (const int32_t token : vocabulary_sample(model)) tokens_.push_back(token);
    wanted_ = wanted;
    looked_at_.assign(static_cast<size_t>(model.n_layers) * static_cast<size_t>(model.n_heads), {});
    z_.assign(static_cast<size_t>(model.n_layers), {});
  }
  void look(const headlight_model& model, Head head, int query, std::span<const float> row) {
    if (!wanted_[static_cast<size_t>(query)] || row.size() <= first_key_) return;
    const auto top = std::max_element(row.begin() + static_cast<std::ptrdiff_t>(first_key_), row.end()) - row.begin();
    looked_at_[static_cast<size_t>(head.layer * model.n_heads + head.head)].push_back(place_of_key_[static_cast<size_t>(top)]);
  }
  void see(const Capture& z) {
    auto& kept = z_[static_cast<size_t>(z.layer())];
    for (int query = std::max(z.query_begin(), static_cast<int>(first_key_)); query < z.query_end(); ++query)
      if (wanted_[static_cast<size_t>(query)])
        for (int h = 0; h < z.n_heads(); ++h) kept.insert(kept.end(), z.vector(h, query).begin(), z.vector(h, query).end());
  }
  // use(head, r) for every query and head that raises anything.
  template <typename Use>
  void of_layer(const Circuits& circuits, const headlight_model& model, int layer, Use use) const {
    const auto n_heads = static_cast<size_t>(model.n_heads);
    const auto logits = circuits.logits(circuits.results(layer, z_[static_cast<size_t>(layer)]), tokens_);  // [query, head, token]
    const auto of_nothing = circuits.logits(std::vector<float>(static_cast<size_t>(model.d_model), 0.0f), tokens_);
    for (size_t h = 0; h < n_heads; ++h) {
      const auto& looked_at = looked_at_[static_cast<size_t>(layer) * n_heads + h];
      for (size_t q = 0; q < looked_at.size(); ++q) {
        std::vector<double> raised;
        for (size_t t = 0; t < tokens_.size(); ++t)
          raised.push_back(static_cast<double>(logits[(q * n_heads + h) * tokens_.size() + t]) - static_cast<double>(of_nothing[t]));
        const double mean = std::accumulate(raised.begin() + static_cast<std::ptrdiff_t>(n_different_), raised.end(), 0.0) / static_cast<double>(raised.size() - n_different_);
        double sum = 0;
        for (size_t t = 0; t < n_different_; ++t) sum += std::max(0.0, raised[t] - mean);
        if (sum > 0) use(static_cast<int>(h), std::max(0.0, raised[looked_at[q]] - mean) / sum);
      }
    }
  }

 private:
  size_t first_key_ = 0, n_different_ = 0;
  std::vector<int32_t> tokens_;               // the prompt's different ones, then a sample of the vocabulary
  std::vector<size_t> place_of_key_;          // [position] among the different tokens
  std::vector<bool> wanted_;                  // [position]
  std::vector<std::vector<size_t>> looked_at_;  // [layer, head]: of each wanted query, a place among the different tokens
  std::vector<std::vector<float>> z_;           // [layer]: [wanted query, head, d_head]
};

}  // namespace headlight::sdk
