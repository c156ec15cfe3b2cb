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
    case Activation::tanh: return std::tanh(x);
    case Activation::sigmoid: return sigmoid(x);
    case Activation::relu6: return std::clamp(x, 0.0, 6.0);
    case Activation::leaky_relu: return x > 0 ? x : 0.01 * x;
    case Activation::hard_swish: return x * std::clamp(x + 3, 0.0, 6.0) / 6;
    case Activation::gelu_clipped: return std::clamp(activate(Activation::gelu, x), -10.0, 10.0);
    case Activation::laplace: return 0.5 * (1 + std::erf((x - 0.707107) / (0.282095 * std::sqrt(2.0))));
    case Activation::mish: return x * std::tanh(std::log1p(std::exp(x)));
    case Activation::sqrt_softplus: return std::sqrt(std::log1p(std::exp(x)));
    case Activation::linear: break;
    case Activation::xielu: break;  // below
  }
  return x;
}

double xielu(const XieluWeights& weights, double x) {
  const auto softplus = [](double value) { return std::log1p(std::exp(value)); };
  const double beta = weight_value<double>(weights.beta, 0);
  if (x > 0) return softplus(weight_value<double>(weights.alpha_p, 0)) * x * x + beta * x;
  const double negative = beta + softplus(weight_value<double>(weights.alpha_n, 0));
  return (std::expm1(std::min(x, weight_value<double>(weights.epsilon, 0))) - x) * negative + beta * x;
}

double capped(double x, double cap) { return cap > 0 ? cap * std::tanh(x / cap) : x; }

void add(Row& x, const Row& y, double scale) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += scale * y[i];
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
  std::vector<std::pair<std::size_t, double>> shares(const Row& logits) const;
  std::vector<std::pair<std::size_t, double>> scored_shares(const Row& logits, const LayerWeights& weights) const;
  void block(int layer, Rows& x);
  void rotate(Row& heads, std::size_t position, const RotaryDescription& rotary) const;
  void norm_heads(Row& heads, const NormWeights& norm, const std::vector<NormWeights>& norms) const;
  void prepare(Row& heads, const NormWeights& norm, const std::vector<NormWeights>& norms, std::size_t position,
               const LayerDescription& layer) const;
  void clip(Row& row) const;

  const ModelDescription& model_;
  const ModelWeights& weights_;
  std::span<const std::int64_t> tokens_;
  NaiveForward result_;
};

Rows Pass::embed() const {
  Rows x(n(), Row(static_cast<std::size_t>(model_.d_model)));
  for (std::size_t t = 0; t < n(); ++t) {
    if (weights_.embedding_in) {
      Row narrow(static_cast<std::size_t>(model_.d_embedding));
      widen_row<double>(weights_.token_embedding, tokens_[t], narrow);
      x[t] = multiply(narrow, *weights_.embedding_in);
    } else {
      widen_row<double>(weights_.token_embedding, tokens_[t], x[t]);
    }
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
  const std::vector<double> frequencies = inverse_frequencies_of(rotary, static_cast<int>(n()));
  const double factor = attention_factor_of(rotary, static_cast<int>(n()));
  for (std::size_t start = 0; start < heads.size(); start += d_head) {
    for (std::size_t i = 0; i < half; ++i) {
      const double angle = static_cast<double>(position) * frequencies[i];
      const double cosine = std::cos(angle) * factor, sine = std::sin(angle) * factor;
      const bool pairs_halves = rotary.style == RotaryStyle::half;
      double& a = heads[start + (pairs_halves ? i : 2 * i)];
      double& b = heads[start + (pairs_halves ? i + half : 2 * i + 1)];
      const double rotated = a * cosine - b * sine;
      b = b * cosine + a * sine;
      a = rotated;
    }
  }
}

// The norm of queries or keys: of each head by itself, or of all at once.
void Pass::norm_heads(Row& heads, const NormWeights& norm, const std::vector<NormWeights>& norms) const {
  const AttentionDescription& a = model_.attention;
  const auto d_head = static_cast<std::size_t>(a.d_head);
  if (a.qk_norm == QkNorm::all_heads) return norm_part(heads, 0, heads.size(), a.qk_norm_kind, norm);
  for (std::size_t head = 0; head < heads.size() / d_head; ++head)
    norm_part(heads, head * d_head, d_head, a.qk_norm_kind, a.qk_norm == QkNorm::each_head ? norm : norms[head]);
}

// What happens to queries and keys after their projection.
void Pass::prepare(Row& heads, const NormWeights& norm, const std::vector<NormWeights>& norms, std::size_t position,
                   const LayerDescription& layer) const {
  const AttentionDescription& a = model_.attention;
  const bool has_norm = a.qk_norm != QkNorm::none;
  if (has_norm && !a.qk_norm_after_rotation) norm_heads(heads, norm, norms);
  clip(heads);
  if (layer.positions == PositionScheme::rotary) rotate(heads, position, model_.rotaries[static_cast<std::size_t>(layer.rotary)]);
  if (has_norm && a.qk_norm_after_rotation) norm_heads(heads, norm, norms);
}

void Pass::clip(Row& row) const {
  const double limit = model_.attention.qkv_clip;
  for (double& value : row) value = limit > 0 ? std::clamp(value, -limit, limit) : value;
}

Rows Pass::attend(int index, const Rows& x) {
  const AttentionDescription& a = model_.attention;
  const LayerWeights& w = weights_.layers[static_cast<std::size_t>(index)];
  const LayerDescription& layer = model_.layers[static_cast<std::size_t>(index)];
  const auto d_head = static_cast<std::size_t>(a.d_head);
  Rows q, k, v;
  for (std::size_t t = 0; t < n(); ++t) {
    q.push_back(multiply(x[t], w.query));
    k.push_back(multiply(x[t], w.key));
    v.push_back(multiply(x[t], w.value));
    prepare(q[t], w.query_norm, w.query_norms, t, layer);
    prepare(k[t], w.key_norm, w.key_norms, t, layer);
    clip(v[t]);
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
          score += alibi_bias(model_.alibi, head, static_cast<int>(key), static_cast<int>(query));
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
    for (std::size_t i = 0; i < up.size(); ++i) {
      if (const auto& clamped = model_.mlp.clamped_gate) {
        const double g = std::min(gate[i], clamped->limit);
        up[i] = (std::clamp(up[i], -clamped->limit, clamped->limit) + 1) * g / (1 + std::exp(-clamped->slope * g));
      } else {
        up[i] *= activate(model_.mlp.activation, gate[i]);
      }
    }
  } else {
    for (double& value : up) value = activate(model_.mlp.activation, value);
  }
  return multiply(up, weights.down);
}

// One MLP, or those that the router chooses and the one that all tokens go through.
Row Pass::mlps(const LayerWeights& weights, const Row& x) const {
  if (weights.xielu) {
    Row up = multiply(x, weights.up);
    for (double& value : up) value = xielu(*weights.xielu, value);
    return multiply(up, weights.down);
  }
  if (!weights.router) return mlp({weights.gate, weights.up, weights.down}, x);
  const Row logits = multiply(x, *weights.router);
  Row sum(x.size());
  for (const auto& [expert, share] : model_.mlp.routing == Routing::scored ? scored_shares(logits, weights) : shares(logits)) add(sum, mlp(weights.experts[expert], x), share);
  if (weights.shared_expert) {
    const double share = weights.shared_expert_gate ? 1 / (1 + std::exp(-multiply(x, *weights.shared_expert_gate)[0])) : 1;
    add(sum, mlp(*weights.shared_expert, x), share);
  }
  return sum;
}

std::vector<std::pair<std::size_t, double>> Pass::shares(const Row& logits) const {
  std::vector<std::size_t> experts(logits.size());
  std::iota(experts.begin(), experts.end(), std::size_t{0});
  std::ranges::sort(experts, [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  std::vector<std::pair<std::size_t, double>> result;
  for (int i = 0; i < model_.mlp.n_active; ++i) {
    const double best = logits[experts[static_cast<std::size_t>(i)]];
    double total = 0;
    for (std::size_t other = 0; other < experts.size(); ++other) {  // in the order of their logits
      const double logit = logits[experts[other]];
      const bool counts = model_.mlp.routing == Routing::softmax_over_all ||
                          (model_.mlp.routing == Routing::softmax_over_active && other < static_cast<std::size_t>(model_.mlp.n_active)) ||
                          (model_.mlp.routing == Routing::sparse_mixer && (i == 0 || other > 0) &&
                           (best - logit) / std::max(std::abs(logit), best) <= 2 * model_.mlp.sparse_mixer_width);
      if (counts) total += std::exp(logit - best);
    }
    result.emplace_back(experts[static_cast<std::size_t>(i)], 1 / total);
  }
  return result;
}

// Each expert's score, what it adds up to with its correction, and of the best groups the best.
std::vector<std::pair<std::size_t, double>> Pass::scored_shares(const Row& logits, const LayerWeights& weights) const {
  const ScoredRouting& routing = model_.mlp.scored;
  const std::size_t n = logits.size(), n_groups = static_cast<std::size_t>(routing.n_groups), size = n / n_groups;
  double total = 0;
  for (const double logit : logits) total += std::exp(logit);
  Row scores, choice, sums;
  for (std::size_t i = 0; i < n; ++i) {
    scores.push_back(routing.is_sigmoid ? 1 / (1 + std::exp(-logits[i])) : std::exp(logits[i]) / total);
    choice.push_back(scores[i] + (weights.router_correction ? weight_value<double>(*weights.router_correction, static_cast<std::int64_t>(i)) : 0));
  }
  for (std::size_t g = 0; g < n_groups; ++g) {
    Row group(choice.begin() + static_cast<std::ptrdiff_t>(g * size), choice.begin() + static_cast<std::ptrdiff_t>((g + 1) * size));
    std::ranges::sort(group, std::greater());
    sums.push_back(group[0] + (size > 1 ? group[1] : 0));
  }
  std::vector<std::pair<std::size_t, double>> result;
  std::vector<bool> is_taken(n);
  double sum = 0;
  for (int i = 0; i < model_.mlp.n_active; ++i) {
    std::size_t best = n;
    for (std::size_t e = 0; e < n; ++e) {
      const auto better = std::ranges::count_if(sums, [&](double other) { return other > sums[e / size]; });
      if (!is_taken[e] && better < routing.n_active_groups && (best == n || choice[e] > choice[best])) best = e;
    }
    if (best == n) break;  // more than the groups hold
    is_taken[best] = true;
    sum += scores[best];
    result.emplace_back(best, scores[best]);
  }
  for (auto& [expert, share] : result) share *= routing.scale / (routing.is_normalised ? std::max(sum, routing.least_sum) : 1);
  return result;
}

void Pass::block(int index, Rows& x) {
  const LayerWeights& w = weights_.layers[static_cast<std::size_t>(index)];
  const NormPlacement place = model_.norm_placement;
  const bool before = norms_before(place), after = norms_within(place), over_sum = place == NormPlacement::post;
  const auto norm_if = [&](bool wanted, Row row, const NormWeights& norm) {
    return wanted ? normed(std::move(row), model_.norm, norm) : row;
  };
  const Rows start = x;
  Rows inner = x;
  for (Row& row : inner) row = norm_if(before, row, w.attention_norm);
  const Rows attended = attend(index, inner);
  if (model_.residual_is_normed) x = inner;
  for (std::size_t t = 0; t < n(); ++t) {
    add(x[t], norm_if(after, attended[t], w.attention_post_norm), model_.residual_scale);
    x[t] = norm_if(over_sum, x[t], w.attention_post_norm);
    const Row& source = model_.parallel_residual ? start[t] : x[t];
    const Row mlp_in = model_.parallel_shares_norm ? inner[t] : norm_if(before, source, w.mlp_norm);
    if (model_.residual_is_normed) x[t] = mlp_in;
    add(x[t], norm_if(after, mlps(w, mlp_in), w.mlp_post_norm), model_.residual_scale);
    x[t] = norm_if(over_sum, x[t], w.mlp_post_norm);
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
    if (weights_.embedding_out) row = multiply(row, *weights_.embedding_out);
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
