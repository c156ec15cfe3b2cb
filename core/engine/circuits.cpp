#include "core/engine/circuits.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/engine/forward.hpp"

namespace headlight {
namespace {

constexpr size_t kTokensPerPass = 512;

// Keeps the residual stream after block 0 of lanes of one token.
class AfterFirstBlock : public CaptureHandler<float> {
 public:
  AfterFirstBlock(size_t first, float* out) : first_(first), out_(out) {}
  void on_capture(const Capture<float>& capture) override {
    const auto width = static_cast<size_t>(capture.width);
    std::copy_n(capture.values, width, out_ + (first_ + capture.lane) * width);
  }

 private:
  size_t first_;
  float* out_;
};

}  // namespace

Circuits::Circuits(const Model& model, ThreadPool& pool)
    : model_(model),
      description_(model_.description()),
      pool_(pool),
      reader_(pool, model_.random.get()),
      parameters_(model_.weights(), reader_),
      vocabulary_(model_.weights(), reader_, pool) {}

void Circuits::require_pre_norm(const char* what) const {
  if (description_.norm_placement == NormPlacement::pre) return;
  throw Error(ErrorCode::unsupported, std::string(what) + " is not defined for " + description_.architecture +
                                          ": a norm follows what its heads write, so no head has a share of the logits of its own");
}

void Circuits::embed(std::span<const TokenId> tokens, float* out) {
  const auto width = static_cast<size_t>(description_.d_model);
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (tokens[t] < 0 || tokens[t] >= description_.vocab_size)
      throw Error(ErrorCode::bad_input, "token " + std::to_string(tokens[t]) + " is outside the model's vocabulary of " +
                                            std::to_string(description_.vocab_size));
  }
  vocabulary_.embed(tokens, out);
  for (size_t i = 0; i < tokens.size() * width; ++i) out[i] *= static_cast<float>(description_.embedding_scale);
  if (description_.has_embedding_norm)
    norm_rows(pool_, description_.embedding_norm, parameters_.embedding_norm, out, tokens.size(), width, out);
}

void Circuits::embed_effectively(std::span<const TokenId> tokens, float* out) {
  require_pre_norm("the effective embedding");
  const auto width = static_cast<size_t>(description_.d_model);
  Buffer<float> plain(tokens.size() * width);
  embed(tokens, plain.data());
  Forward<float> forward(model_, pool_);
  for (size_t first = 0; first < tokens.size(); first += kTokensPerPass) {
    const size_t n = std::min(kTokensPerPass, tokens.size() - first);
    std::vector<std::vector<Edit>> edits(n);
    PassRequest<float> request;
    request.end_layer = 1;
    for (size_t t = 0; t < n; ++t) {
      const float* row = plain.data() + (first + t) * width;
      edits[t] = {{.op = EditOp::replace, .site = SiteKind::resid_pre, .layer = 0, .values = std::vector<float>(row, row + width)},
                  {.op = EditOp::zero, .site = SiteKind::attn_out, .layer = 0}};
      request.lanes.push_back({.tokens = tokens.subspan(first + t, 1), .edits = edits[t]});
    }
    AfterFirstBlock handler(first, out);
    request.captures = {.sites = {Site{.kind = SiteKind::resid_post, .layer = 0}}, .handler = &handler};
    forward.run(request);
  }
}

void Circuits::head_input(int layer, const float* residual, size_t n, float* out) {
  const auto width = static_cast<size_t>(description_.d_model);
  if (!norms_before(description_.norm_placement)) {
    std::copy_n(residual, n * width, out);
    return;
  }
  norm_rows(pool_, description_.norm, parameters_.layers[static_cast<size_t>(layer)].attention_norm, residual, n, width, out);
}

void Circuits::project(const LinearWeights& weights, const float* x, size_t n, Buffer<float>& out) {
  const auto n_in = static_cast<size_t>(weights.matrix.n_in), n_out = static_cast<size_t>(weights.matrix.n_out);
  out.resize(n * n_out);
  product(pool_, n, n_out, n_in, {x, n_in, false}, reader_.matrix(weights.matrix), out.data(), n_out);
}

void Circuits::values(int layer, const float* input, size_t n, float* out) {
  const auto l = static_cast<size_t>(layer);
  const auto n_heads = static_cast<size_t>(description_.attention.n_heads), d_head = static_cast<size_t>(description_.attention.d_head);
  const auto n_kv = static_cast<size_t>(description_.attention.n_kv_heads);
  project(model_.weights().layers[l].value, input, n, projected_);
  const Buffer<float>& bias = parameters_.layers[l].value_bias;
  const auto clip = static_cast<float>(description_.attention.qkv_clip);
  for (size_t row = 0; row < n; ++row)
    for (size_t head = 0; head < n_heads; ++head) {
      const size_t kv = static_cast<size_t>(description_.kv_head_of(static_cast<int>(head)));
      for (size_t d = 0; d < d_head; ++d) {
        float value = projected_[(row * n_kv + kv) * d_head + d] + (bias.size() ? bias[kv * d_head + d] : 0.0f);
        if (clip > 0) value = std::clamp(value, -clip, clip);
        out[(row * n_heads + head) * d_head + d] = value;
      }
    }
}

void Circuits::results(int layer, const float* z, size_t n, float* out) {
  const auto n_heads = static_cast<size_t>(description_.attention.n_heads), d_head = static_cast<size_t>(description_.attention.d_head);
  const auto width = static_cast<size_t>(description_.d_model);
  const MatrixRef<float> w = reader_.matrix(model_.weights().layers[static_cast<size_t>(layer)].output.matrix);
  pool_.parallel_for(n_heads, [&](size_t head) {
    const MatrixRef<float> mine{w.data + head * d_head * (w.transposed ? 1 : w.stride), w.stride, w.transposed};
    product(n, width, d_head, 1.0f, {z + head * d_head, n_heads * d_head, false}, mine, out + head * width, n_heads * width, Accumulate::no);
  });
}

void Circuits::scores(int layer, const float* queries, size_t n_queries, const float* keys, size_t n_keys, float* out) {
  const auto l = static_cast<size_t>(layer);
  const auto& attention = description_.attention;
  const auto n_heads = static_cast<size_t>(attention.n_heads), n_kv = static_cast<size_t>(attention.n_kv_heads);
  const auto d_head = static_cast<size_t>(attention.d_head);
  const LayerWeights& weights = model_.weights().layers[l];
  project(weights.query, queries, n_queries, projected_);
  project(weights.key, keys, n_keys, keys_);
  norm_heads(pool_, attention, parameters_.layers[l].query_norm, n_queries, n_heads, projected_.data());
  norm_heads(pool_, attention, parameters_.layers[l].key_norm, n_keys, n_kv, keys_.data());
  const double own = description_.layers[l].score_scale;
  const auto scale = static_cast<float>(own != 0 ? own : attention.score_scale);
  pool_.parallel_for(n_heads, [&](size_t head) {
    const size_t kv = static_cast<size_t>(description_.kv_head_of(static_cast<int>(head)));
    product(n_queries, n_keys, d_head, scale, {projected_.data() + head * d_head, n_heads * d_head, false},
            {keys_.data() + kv * d_head, n_kv * d_head, true}, out + head * n_queries * n_keys, n_keys, Accumulate::no);
  });
}

void Circuits::logits(const float* residual, size_t n, std::span<const TokenId> tokens, float* out) {
  const auto width = static_cast<size_t>(description_.d_model);
  normed_.resize(n * width);
  if (description_.has_final_norm)
    norm_rows(pool_, description_.final_norm, parameters_.final_norm, residual, n, width, normed_.data());
  else
    std::copy_n(residual, n * width, normed_.data());
  const auto scale = static_cast<float>(description_.logit_scale);
  if (tokens.empty()) {
    const auto n_vocab = static_cast<size_t>(description_.vocab_size);
    vocabulary_.unembed(normed_.data(), n, out);
    if (scale != 1)
      for (size_t i = 0; i < n * n_vocab; ++i) out[i] *= scale;
    return;
  }
  Buffer<float> columns(tokens.size() * width);
  for (size_t t = 0; t < tokens.size(); ++t) vocabulary_.direction(tokens[t], columns.data() + t * width);
  product(n, tokens.size(), width, scale, {normed_.data(), width, false}, {columns.data(), width, true}, out, tokens.size(), Accumulate::no);
}

// logit = sum_i u_i w_i (r_i - mean r) / s, with s of the run: the direction is u w / s, centred where the norm centres.
void Circuits::frozen_direction(std::span<const float> last, TokenId token, float* out) {
  const auto width = static_cast<size_t>(description_.d_model);
  vocabulary_.direction(token, out);
  const double into_residual = description_.residual_scale * description_.logit_scale;
  if (!description_.has_final_norm) {
    for (size_t i = 0; i < width; ++i) out[i] *= static_cast<float>(into_residual);
    return;
  }
  const NormDescription& norm = description_.final_norm;
  const Buffer<float>& weight = parameters_.final_norm.weight;
  const bool centres = norm.kind == NormKind::layer_norm;
  double mean = 0, square = 0, direction_mean = 0;
  if (centres)
    for (const float x : last) mean += x / static_cast<double>(width);
  for (const float x : last) square += (x - mean) * (x - mean) / static_cast<double>(width);
  const double factor = into_residual / std::sqrt(square + norm.epsilon);
  for (size_t i = 0; i < width; ++i) {
    const double w = weight.size() ? norm.weight_offset + weight[i] : 1;
    out[i] = static_cast<float>(out[i] * w * factor);
    direction_mean += out[i] / static_cast<double>(width);
  }
  if (centres)
    for (size_t i = 0; i < width; ++i) out[i] -= static_cast<float>(direction_mean);
}

const Buffer<float>& Circuits::directions(std::span<const float> last, std::span<const TokenId> tokens) {
  if (std::equal(last.begin(), last.end(), directions_at_.begin(), directions_at_.end()) &&
      std::equal(tokens.begin(), tokens.end(), directions_of_.begin(), directions_of_.end()))
    return directions_;
  const auto width = static_cast<size_t>(description_.d_model);
  directions_.resize(tokens.size() * width);
  for (size_t t = 0; t < tokens.size(); ++t) frozen_direction(last, tokens[t], directions_.data() + t * width);
  directions_at_.assign(last.begin(), last.end());
  directions_of_.assign(tokens.begin(), tokens.end());
  return directions_;
}

void Circuits::direct_effects(int layer, const float* z, size_t n, std::span<const float> last, std::span<const TokenId> tokens, float* out) {
  require_pre_norm("direct logit attribution");
  const auto n_heads = static_cast<size_t>(description_.attention.n_heads), d_head = static_cast<size_t>(description_.attention.d_head);
  const auto width = static_cast<size_t>(description_.d_model), n_tokens = tokens.size();
  const Buffer<float>& wanted = directions(last, tokens);
  // [n_heads * d_head, token]: how much of each token's logit one unit of each head's z makes.
  through_output_.resize(n_heads * d_head * n_tokens);
  product(pool_, n_heads * d_head, n_tokens, width, reader_.matrix(model_.weights().layers[static_cast<size_t>(layer)].output.matrix),
          {wanted.data(), width, true}, through_output_.data(), n_tokens);
  for (size_t head = 0; head < n_heads; ++head)
    product(n, n_tokens, d_head, 1.0f, {z + head * d_head, n_heads * d_head, false}, {through_output_.data() + head * d_head * n_tokens, n_tokens, false},
            out + head * n_tokens, n_heads * n_tokens, Accumulate::no);
}

}  // namespace headlight
