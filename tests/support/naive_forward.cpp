#include "tests/support/naive_forward.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/checkpoint/weight_values.hpp"

namespace headlight::testing_support {
namespace {

using Row = std::vector<double>;

Row multiply(const Row& x, const LinearWeights& weights) {
  Row y(static_cast<std::size_t>(weights.matrix.n_out));
  for (std::size_t out = 0; out < y.size(); ++out) {
    y[out] = weights.bias ? weight_value<double>(*weights.bias, static_cast<std::int64_t>(out)) : 0;
    for (std::size_t in = 0; in < x.size(); ++in)
      y[out] += x[in] * weight_value<double>(weights.matrix, static_cast<std::int64_t>(in), static_cast<std::int64_t>(out));
  }
  return y;
}

// Norms x[first, first + n) in place.
void norm_part(Row& x, std::size_t first, std::size_t n, const NormDescription& kind, const NormWeights& weights) {
  double mean = 0, square = 0;
  for (std::size_t i = first; i < first + n; ++i) mean += x[i] / static_cast<double>(n);
  if (kind.kind == NormKind::rms_norm) mean = 0;
  for (std::size_t i = first; i < first + n; ++i) square += (x[i] - mean) * (x[i] - mean) / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    double& value = x[first + i];
    value = (value - mean) / std::sqrt(square + kind.epsilon);
    if (kind.has_weight) value *= kind.weight_offset + weight_value<double>(*weights.weight, static_cast<std::int64_t>(i));
    if (kind.has_bias) value += weight_value<double>(*weights.bias, static_cast<std::int64_t>(i));
  }
}

Row normed(Row x, const NormDescription& kind, const NormWeights& weights) {
  norm_part(x, 0, x.size(), kind, weights);
  return x;
}

double activate(Activation activation, double x) {
  const auto sigmoid = [](double value) { return 1 / (1 + std::exp(-value)); };
  switch (activation) {
    case Activation::relu: return std::max(x, 0.0);
    case Activation::relu_squared: return std::max(x, 0.0) * std::max(x, 0.0);
    case Activation::gelu: return x * 0.5 * (1 + std::erf(x / std::sqrt(2.0)));
    case Activation::gelu_tanh: return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::quick_gelu: return x * sigmoid(1.702 * x);
    case Activation::silu: return x * sigmoid(x);
  }
  return x;
}

double capped(double x, double cap) { return cap > 0 ? cap * std::tanh(x / cap) : x; }

void add(Row& x, const Row& y, double scale) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += scale * y[i];
}

// The slope of a head, as ALiBi (arXiv 2108.12409) has it for any number of heads.
double alibi_slope(int head, int n_heads) {
  const int power = 1 << static_cast<int>(std::floor(std::log2(n_heads)));
  const double base = std::pow(2.0, -8.0 / power), between = std::pow(2.0, -4.0 / power);
  return head < power ? std::pow(base, head + 1) : std::pow(between, 2 * (head - power) + 1);
}

class Pass {
 public:
  Pass(const Checkpoint& checkpoint, std::span<const std::int64_t> tokens)
      : model_(checkpoint.description), weights_(checkpoint.weights), tokens_(tokens) {}

  NaiveForward run();

 private:
  std::size_t n() const { return tokens_.size(); }
  Rows embed() const;
  Rows attend(int layer, const Rows& x);
  Row mlp(const ExpertWeights& weights, const Row& x) const;
  Row mlps(const LayerWeights& weights, const Row& x) const;
  void block(int layer, Rows& x);
  void rotate(Row& heads, std::size_t position, const RotaryDescription& rotary) const;
  void prepare(Row& heads, const NormWeights& norm, std::size_t position, const LayerDescription& layer) const;

  const ModelDescription& model_;
  const ModelWeights& weights_;
  std::span<const std::int64_t> tokens_;
  NaiveForward result_;
};

Rows Pass::embed() const {
  Rows x(n(), Row(static_cast<std::size_t>(model_.d_model)));
  for (std::size_t t = 0; t < n(); ++t) {
    widen_row<double>(weights_.token_embedding, tokens_[t], x[t]);
    for (double& value : x[t]) value *= model_.embedding_scale;
    if (weights_.position_embedding) {
      Row position(x[t].size());
      widen_row<double>(*weights_.position_embedding, static_cast<std::int64_t>(t) + model_.learned_position_offset, position);
      add(x[t], position, 1);
    }
    if (model_.has_embedding_norm) x[t] = normed(x[t], model_.embedding_norm, weights_.embedding_norm);
  }
  return x;
}

void Pass::rotate(Row& heads, std::size_t position, const RotaryDescription& rotary) const {
  const auto d_head = static_cast<std::size_t>(model_.attention.d_head), half = rotary.inverse_frequencies.size();
  for (std::size_t start = 0; start < heads.size(); start += d_head) {
    for (std::size_t i = 0; i < half; ++i) {
      const double angle = static_cast<double>(position) * rotary.inverse_frequencies[i];
      const double cosine = std::cos(angle) * rotary.attention_factor, sine = std::sin(angle) * rotary.attention_factor;
      const bool pairs_halves = rotary.style == RotaryStyle::half;
      double& a = heads[start + (pairs_halves ? i : 2 * i)];
      double& b = heads[start + (pairs_halves ? i + half : 2 * i + 1)];
      const double rotated = a * cosine - b * sine;
      b = b * cosine + a * sine;
      a = rotated;
    }
  }
}

// What happens to queries and keys after their projection.
void Pass::prepare(Row& heads, const NormWeights& norm, std::size_t position, const LayerDescription& layer) const {
  const AttentionDescription& a = model_.attention;
  if (a.qk_norm) {
    const std::size_t width = a.qk_norm_over_all_heads ? heads.size() : static_cast<std::size_t>(a.d_head);
    for (std::size_t first = 0; first < heads.size(); first += width) norm_part(heads, first, width, a.qk_norm_kind, norm);
  }
  if (layer.positions == PositionScheme::rotary) rotate(heads, position, model_.rotaries[static_cast<std::size_t>(layer.rotary)]);
}

Rows Pass::attend(int index, const Rows& x) {
  const AttentionDescription& a = model_.attention;
  const LayerWeights& w = weights_.layers[static_cast<std::size_t>(index)];
  const LayerDescription& layer = model_.layers[static_cast<std::size_t>(index)];
  const auto d_head = static_cast<std::size_t>(a.d_head);
  const auto clip = [&](Row row) {
    for (double& value : row) value = a.qkv_clip > 0 ? std::clamp(value, -a.qkv_clip, a.qkv_clip) : value;
    return row;
  };
  Rows q, k, v;
  for (std::size_t t = 0; t < n(); ++t) {
    q.push_back(clip(multiply(x[t], w.query)));
    k.push_back(clip(multiply(x[t], w.key)));
    v.push_back(clip(multiply(x[t], w.value)));
    prepare(q[t], w.query_norm, t, layer);
    prepare(k[t], w.key_norm, t, layer);
  }
  Rows joined(n(), Row(static_cast<std::size_t>(a.n_heads) * d_head));
  auto& patterns = result_.patterns.emplace_back();
  auto& zs = result_.z.emplace_back();
  for (int head = 0; head < a.n_heads; ++head) {
    const std::size_t at = static_cast<std::size_t>(head) * d_head,
                      kv = static_cast<std::size_t>(model_.kv_head_of(head)) * d_head;
    Rows& pattern = patterns.emplace_back(n(), Row(n()));
    Rows& z = zs.emplace_back(n(), Row(d_head));
    for (std::size_t query = 0; query < n(); ++query) {
      const std::size_t first = layer.window > 0 && query + 1 > static_cast<std::size_t>(layer.window)
                                    ? query + 1 - static_cast<std::size_t>(layer.window)
                                    : 0;
      double total = w.sinks ? std::exp(weight_value<double>(*w.sinks, head)) : 0;
      for (std::size_t key = first; key <= query; ++key) {
        double score = 0;
        for (std::size_t i = 0; i < d_head; ++i) score += q[query][at + i] * k[key][kv + i];
        score = capped(score * (layer.score_scale != 0 ? layer.score_scale : a.score_scale), a.score_soft_cap);
        if (layer.positions == PositionScheme::alibi)
          score -= alibi_slope(head, a.n_heads) * static_cast<double>(query - key);
        total += pattern[query][key] = std::exp(score);
      }
      for (double& p : pattern[query]) p /= total;
      for (std::size_t key = first; key <= query; ++key)
        for (std::size_t i = 0; i < d_head; ++i) z[query][i] += pattern[query][key] * v[key][kv + i];
      std::copy(z[query].begin(), z[query].end(), joined[query].begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  for (Row& row : joined) row = multiply(row, w.output);
  return joined;
}

Row Pass::mlp(const ExpertWeights& weights, const Row& x) const {
  Row up = multiply(x, weights.up);
  if (weights.gate) {
    const Row gate = multiply(x, *weights.gate);
    for (std::size_t i = 0; i < up.size(); ++i) up[i] *= activate(model_.mlp.activation, gate[i]);
  } else {
    for (double& value : up) value = activate(model_.mlp.activation, value);
  }
  return multiply(up, weights.down);
}

// One MLP, or those that the router chooses.
Row Pass::mlps(const LayerWeights& weights, const Row& x) const {
  if (!weights.router) return mlp({weights.gate, weights.up, weights.down}, x);
  const Row logits = multiply(x, *weights.router);
  std::vector<std::size_t> experts(logits.size());
  std::iota(experts.begin(), experts.end(), std::size_t{0});
  std::ranges::sort(experts, [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  experts.resize(static_cast<std::size_t>(model_.mlp.n_active));
  double total = 0;
  for (const std::size_t expert : experts) total += std::exp(logits[expert]);
  Row sum(x.size());
  for (const std::size_t expert : experts) add(sum, mlp(weights.experts[expert], x), std::exp(logits[expert]) / total);
  return sum;
}

void Pass::block(int index, Rows& x) {
  const LayerWeights& w = weights_.layers[static_cast<std::size_t>(index)];
  const bool before = model_.norm_placement != NormPlacement::post_inside, after = model_.norm_placement != NormPlacement::pre;
  const auto norm_if = [&](bool wanted, Row row, const NormWeights& norm) {
    return wanted ? normed(std::move(row), model_.norm, norm) : row;
  };
  const Rows start = x;
  Rows inner = x;
  for (Row& row : inner) row = norm_if(before, row, w.attention_norm);
  const Rows attended = attend(index, inner);
  for (std::size_t t = 0; t < n(); ++t) {
    add(x[t], norm_if(after, attended[t], w.attention_post_norm), model_.residual_scale);
    const Row& source = model_.parallel_residual ? start[t] : x[t];
    const Row mlp_in = model_.parallel_shares_norm ? inner[t] : norm_if(before, source, w.mlp_norm);
    add(x[t], norm_if(after, mlps(w, mlp_in), w.mlp_post_norm), model_.residual_scale);
  }
}

NaiveForward Pass::run() {
  Rows x = embed();
  for (int layer = 0; layer < model_.n_layers; ++layer) {
    result_.residuals.push_back(x);
    block(layer, x);
  }
  for (Row& row : x) {
    if (model_.has_final_norm) row = normed(std::move(row), model_.final_norm, weights_.final_norm);
    Row logits = multiply(row, weights_.unembedding);
    for (double& logit : logits) logit = capped(logit * model_.logit_scale, model_.logit_soft_cap);
    result_.logits.push_back(std::move(logits));
  }
  return std::move(result_);
}

}  // namespace

NaiveForward naive_forward(const Checkpoint& checkpoint, std::span<const std::int64_t> tokens) {
  return Pass(checkpoint, tokens).run();
}

}  // namespace headlight::testing_support
