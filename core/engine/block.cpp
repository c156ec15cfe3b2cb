#include "core/engine/block.hpp"

#include <algorithm>
#include <cmath>

#include "core/engine/apply_edit.hpp"
#include "core/engine/route.hpp"
#include "core/tensor/rows.hpp"

namespace headlight {
namespace {

constexpr size_t kRowsAtOnce = 16;

template <typename T>
void activate(Activation activation, std::span<T> x) {
  switch (activation) {
    case Activation::relu: return relu(x);
    case Activation::gelu: return gelu(x);
    case Activation::gelu_tanh: return gelu_tanh(x);
    case Activation::quick_gelu: return quick_gelu(x);
    case Activation::silu: return silu(x);
    case Activation::relu_squared: return relu_squared(x);
    case Activation::tanh: return hyperbolic_tangent(x);
    case Activation::sigmoid: return logistic(x);
    case Activation::relu6: return relu6(x);
    case Activation::leaky_relu: return leaky_relu(x);
    case Activation::hard_swish: return hard_swish(x);
    case Activation::gelu_clipped: return gelu_clipped(x);
    case Activation::laplace: return laplace(x);
    case Activation::mish: return mish(x);
    case Activation::sqrt_softplus: return sqrt_softplus(x);
    case Activation::linear: break;
    case Activation::xielu: break;  // takes numbers of the layer
  }
}

template <typename T>
void for_row_blocks(ThreadPool& pool, size_t n_rows, T body) {
  pool.parallel_for((n_rows + kRowsAtOnce - 1) / kRowsAtOnce,
                    [&](size_t piece) { body(piece * kRowsAtOnce, std::min(n_rows, (piece + 1) * kRowsAtOnce)); });
}

}  // namespace

template <typename T>
void show(const CaptureRequest<T>& captures, Site site, const std::vector<LaneRows>& lanes, const T* values, int n_heads, int width) {
  if (!captures.wants(site.kind, site.layer)) return;
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    captures.handler->on_capture({.site = site,
                                  .lane = lane,
                                  .query_begin = lanes[lane].positions.front(),
                                  .n_queries = static_cast<int>(lanes[lane].positions.size()),
                                  .n_heads = n_heads,
                                  .n_keys = 0,
                                  .width = width,
                                  .values = values + lanes[lane].first * static_cast<size_t>(n_heads) * static_cast<size_t>(width)});
  }
}

template <typename T>
Block<T>::Block(const Model& model, ThreadPool& pool, WeightReader<T>& reader, const Parameters<T>& parameters,
                const std::vector<RotaryTables<T>>& rotaries, BlockScratch<T>& scratch)
    : model_(model), description_(model.description()), pool_(pool), reader_(reader), parameters_(parameters), rotaries_(rotaries), s_(scratch) {}

template <typename T>
void Block<T>::mark_lanes(const Step& step, const Rows<T>& rows) {
  lane_ends_.clear();
  if (!step.lanes_apart) return;
  for (const LaneRows& lane : rows.lanes) lane_ends_.push_back(lane.first + lane.positions.size());
}

// work(begin, n) for the rows of each lane, or for all of them: BLAS rounds a row by how many it multiplies at once.
template <typename T>
template <typename Work>
void Block<T>::for_lanes(size_t n_rows, Work work) const {
  size_t begin = 0;
  for (const size_t end : lane_ends_) {
    if (end > begin) work(begin, end - begin);
    begin = end;
  }
  if (n_rows > begin) work(begin, n_rows - begin);
}

template <typename T>
void Block<T>::run(const Step& step, Rows<T>& rows) {
  mark_lanes(step, rows);
  visit(step, SiteKind::resid_pre, rows, rows.residual.data(), 1, description_.d_model);
  if (step.keep) {
    step.keep->resid_pre.resize(rows.residual.size());
    std::copy_n(rows.residual.data(), rows.residual.size(), step.keep->resid_pre.data());
  }
  if (!step.z_is_given || description_.parallel_shares_norm || description_.residual_is_normed) {
    s_.normed.resize(rows.residual.size());
    const T* normed = rows.residual.data();
    if (norms_before(description_.norm_placement)) {
      const auto& norm = parameters_.layers[static_cast<size_t>(step.layer)].attention_norm;
      norm_rows(pool_, description_.norm, norm, rows.residual.data(), rows.n, static_cast<size_t>(description_.d_model), s_.normed.data());
    } else {
      std::copy_n(normed, rows.residual.size(), s_.normed.data());
    }
  }
  if (!step.z_is_given) attend_rows(step, rows);
  visit(step, SiteKind::z, rows, s_.z.data(), description_.attention.n_heads, description_.attention.d_head);
  add_attention(step, rows);
  if (!description_.parallel_residual) visit(step, SiteKind::resid_mid, rows, rows.residual.data(), 1, description_.d_model);
  add_mlp(step, rows);
  visit(step, SiteKind::resid_post, rows, rows.residual.data(), 1, description_.d_model);
}

template <typename T>
void Block<T>::attend_rows(const Step& step, Rows<T>& rows) {
  const auto& weights = model_.weights().layers[static_cast<size_t>(step.layer)];
  const auto& parameters = parameters_.layers[static_cast<size_t>(step.layer)];
  const auto& attention = description_.attention;
  linear(weights.key, parameters.key_bias, s_.normed.data(), rows.n, s_.k);
  linear(weights.value, parameters.value_bias, s_.normed.data(), rows.n, s_.v);
  prepare_heads(step, rows, parameters.key_norm, attention.n_kv_heads, s_.k);
  clip(s_.v);
  visit(step, SiteKind::k, rows, s_.k.data(), attention.n_kv_heads, attention.d_head);
  visit(step, SiteKind::v, rows, s_.v.data(), attention.n_kv_heads, attention.d_head);

  const std::vector<LaneRows> keys = rows.lanes;
  if (step.only_wanted) {
    keep_wanted(step, rows);
    mark_lanes(step, rows);
  }
  linear(weights.query, parameters.query_bias, s_.normed.data(), rows.n, s_.q);
  prepare_heads(step, rows, parameters.query_norm, attention.n_heads, s_.q);
  visit(step, SiteKind::q, rows, s_.q.data(), attention.n_heads, attention.d_head);

  s_.z.resize(s_.q.size());
  attend(pool_,
         AttentionInput<T>{.model = &description_,
                           .layer = step.layer,
                           .lanes = step.lanes,
                           .queries = &rows.lanes,
                           .keys = &keys,
                           .q = s_.q.data(),
                           .k = s_.k.data(),
                           .v = s_.v.data(),
                           .sinks = parameters.sinks.size() ? parameters.sinks.data() : nullptr,
                           .captures = step.captures},
         s_.z.data());
  if (!step.keep) return;
  const auto copy = [](const Buffer<T>& from, Buffer<T>& to) {
    to.resize(from.size());
    std::copy_n(from.data(), from.size(), to.data());
  };
  copy(s_.k, step.keep->k);
  copy(s_.v, step.keep->v);
  copy(s_.z, step.keep->z);
}

// Queries or keys, [row, n_heads * d_head], as they meet each other: normed, clamped and rotated where the model does so.
template <typename T>
void Block<T>::prepare_heads(const Step& step, const Rows<T>& rows, const NormParameters<T>& norm, int n_heads, Buffer<T>& heads) {
  const auto& attention = description_.attention;
  if (!attention.qk_norm_after_rotation) norm_heads(pool_, attention, norm, rows.n, static_cast<size_t>(n_heads), heads.data());
  clip(heads);
  const LayerDescription& layer = description_.layers[static_cast<size_t>(step.layer)];
  const size_t row_width = static_cast<size_t>(n_heads) * static_cast<size_t>(attention.d_head);
  if (layer.positions == PositionScheme::rotary) {
    for (size_t l = 0; l < rows.lanes.size(); ++l) {
      const LaneRows& lane = rows.lanes[l];
      const auto& table = rotaries_[static_cast<size_t>(layer.rotary)].of(static_cast<int>((*step.lanes)[l].tokens.size()));
      for (size_t r = 0; r < lane.positions.size(); ++r)
        table.rotate(heads.data() + (lane.first + r) * row_width, n_heads, attention.d_head, lane.positions[r]);
    }
  }
  if (attention.qk_norm_after_rotation) norm_heads(pool_, attention, norm, rows.n, static_cast<size_t>(n_heads), heads.data());
}

template <typename T>
void Block<T>::clip(Buffer<T>& heads) const {
  if (const T limit = static_cast<T>(description_.attention.qkv_clip); limit > 0)
    for (T& value : heads.span()) value = std::clamp(value, -limit, limit);
}

// From here on only the wanted positions of each lane are needed: packs their rows together.
template <typename T>
void Block<T>::keep_wanted(const Step& step, Rows<T>& rows) {
  const size_t d_model = static_cast<size_t>(description_.d_model);
  std::vector<LaneRows> packed;
  std::vector<size_t> sources;
  for (size_t l = 0; l < rows.lanes.size(); ++l) {
    const LaneRows& lane = rows.lanes[l];
    packed.push_back({.first = sources.size(), .positions = (*step.lanes)[l].wanted});
    for (const int position : packed.back().positions) sources.push_back(lane.first + static_cast<size_t>(position - lane.positions.front()));
  }
  for (Buffer<T>* buffer : {&rows.residual, &s_.normed}) {
    // Rows only move towards the front, so they can move in place.
    for (size_t row = 0; row < sources.size(); ++row)
      if (sources[row] != row) std::copy_n(buffer->data() + sources[row] * d_model, d_model, buffer->data() + row * d_model);
    buffer->resize(sources.size() * d_model);
  }
  rows.lanes = std::move(packed);
  rows.n = sources.size();
}

template <typename T>
void Block<T>::add_attention(const Step& step, Rows<T>& rows) {
  const auto& weights = model_.weights().layers[static_cast<size_t>(step.layer)];
  const auto& parameters = parameters_.layers[static_cast<size_t>(step.layer)];
  show_results(step, rows);
  linear(weights.output, parameters.output_bias, s_.z.data(), rows.n, s_.attn_out);
  if (norms_within(description_.norm_placement))
    norm_rows(pool_, description_.norm, parameters.attention_post_norm, s_.attn_out.data(), rows.n, static_cast<size_t>(description_.d_model),
              s_.attn_out.data());
  visit(step, SiteKind::attn_out, rows, s_.attn_out.data(), 1, description_.d_model);
  if (description_.parallel_residual && !description_.parallel_shares_norm) {  // the MLP reads the stream before attention is added
    s_.normed.resize(rows.residual.size());
    norm_rows(pool_, description_.norm, parameters.mlp_norm, rows.residual.data(), rows.n, static_cast<size_t>(description_.d_model), s_.normed.data());
  }
  if (description_.residual_is_normed) std::copy_n(s_.normed.data(), rows.residual.size(), rows.residual.data());
  add_to_residual(rows, s_.attn_out);
  if (description_.norm_placement == NormPlacement::post)
    norm_rows(pool_, description_.norm, parameters.attention_post_norm, rows.residual.data(), rows.n, static_cast<size_t>(description_.d_model),
              rows.residual.data());
}

template <typename T>
void Block<T>::add_mlp(const Step& step, Rows<T>& rows) {
  const auto& parameters = parameters_.layers[static_cast<size_t>(step.layer)];
  const size_t d_model = static_cast<size_t>(description_.d_model);
  const T* input = s_.normed.data();
  if (!description_.parallel_residual) {
    if (!norms_before(description_.norm_placement)) {
      input = rows.residual.data();
    } else {
      s_.normed.resize(rows.residual.size());
      norm_rows(pool_, description_.norm, parameters.mlp_norm, rows.residual.data(), rows.n, d_model, s_.normed.data());
      input = s_.normed.data();
    }
  }
  mlp(step, rows.n, input);
  if (norms_within(description_.norm_placement))
    norm_rows(pool_, description_.norm, parameters.mlp_post_norm, s_.mlp_out.data(), rows.n, d_model, s_.mlp_out.data());
  visit(step, SiteKind::mlp_out, rows, s_.mlp_out.data(), 1, description_.d_model);
  if (description_.residual_is_normed) std::copy_n(s_.normed.data(), rows.residual.size(), rows.residual.data());
  add_to_residual(rows, s_.mlp_out);
  if (description_.norm_placement == NormPlacement::post)
    norm_rows(pool_, description_.norm, parameters.mlp_post_norm, rows.residual.data(), rows.n, d_model, rows.residual.data());
}

template <typename T>
void Block<T>::mlp(const Step& step, size_t n_rows, const T* x) {
  const LayerWeights& weights = model_.weights().layers[static_cast<size_t>(step.layer)];
  if (description_.layers[static_cast<size_t>(step.layer)].has_experts) {
    experts(weights, parameters_.layers[static_cast<size_t>(step.layer)].router_correction, n_rows, x);
    if (weights.shared_expert) add_shared_expert(weights, n_rows, x);
    return;
  }
  one_mlp({.gate = weights.gate ? &*weights.gate : nullptr, .up = &weights.up, .down = &weights.down},
          parameters_.layers[static_cast<size_t>(step.layer)], x, n_rows, s_.mlp_out);
}

// out = down(act(gate(x)) * up(x)), or down(act(up(x)))
template <typename T>
void Block<T>::one_mlp(const MlpWeights& weights, const LayerParameters<T>& biases, const T* x, size_t n_rows, Buffer<T>& out) {
  linear(*weights.up, biases.up_bias, x, n_rows, s_.up);
  if (weights.gate) linear(*weights.gate, biases.gate_bias, x, n_rows, s_.gate);
  const size_t d_mlp = static_cast<size_t>(weights.up->matrix.n_out);
  for_row_blocks(pool_, n_rows, [&](size_t begin, size_t end) {
    const std::span<T> up(s_.up.data() + begin * d_mlp, (end - begin) * d_mlp);
    if (!weights.gate && description_.mlp.activation == Activation::xielu) return xielu(up, biases.xielu);
    if (!weights.gate) return activate(description_.mlp.activation, up);
    combine(up, {s_.gate.data() + begin * d_mlp, up.size()});
  });
  linear(*weights.down, biases.down_bias, s_.up.data(), n_rows, out);
}

// up = act(gate) * up, with the gate spoilt.
template <typename T>
void Block<T>::combine(std::span<T> up, std::span<T> gate) const {
  if (const auto& clamped = description_.mlp.clamped_gate) {
    const T limit = static_cast<T>(clamped->limit), slope = static_cast<T>(clamped->slope);
    for (size_t i = 0; i < up.size(); ++i) {
      const T g = std::min(gate[i], limit);
      up[i] = (std::clamp(up[i], -limit, limit) + 1) * g / (1 + std::exp(-slope * g));
    }
    return;
  }
  activate(description_.mlp.activation, gate);
  for (size_t i = 0; i < up.size(); ++i) up[i] *= gate[i];
}

// Each row goes through the experts that the router chooses; their outputs are added, weighted.
template <typename T>
void Block<T>::experts(const LayerWeights& weights, const Buffer<T>& correction, size_t n_rows, const T* x) {
  const auto d_model = static_cast<size_t>(description_.d_model), n_experts = static_cast<size_t>(description_.mlp.n_experts);
  linear(*weights.router, Buffer<T>(), x, n_rows, s_.routing);
  std::vector<std::vector<std::pair<size_t, T>>> rows_of(n_experts);  // [expert]: (row, weight)
  for (size_t row = 0; row < n_rows; ++row)
    for (const auto& [expert, share] : route<T>(description_.mlp, {s_.routing.data() + row * n_experts, n_experts}, {correction.data(), correction.size()}))
      rows_of[expert].emplace_back(row, share);
  s_.mlp_out.resize(n_rows * d_model);
  s_.mlp_out.fill(T{0});
  const LayerParameters<T> no_biases;
  const std::vector<size_t> lane_ends = lane_ends_;
  for (size_t e = 0; e < n_experts; ++e) {
    const auto& mine = rows_of[e];
    if (mine.empty()) continue;
    for (size_t lane = 0; lane < lane_ends.size(); ++lane)
      lane_ends_[lane] = static_cast<size_t>(std::ranges::count_if(mine, [&](const auto& entry) { return entry.first < lane_ends[lane]; }));
    s_.expert_in.resize(mine.size() * d_model);
    for (size_t i = 0; i < mine.size(); ++i) std::copy_n(x + mine[i].first * d_model, d_model, s_.expert_in.data() + i * d_model);
    const ExpertWeights& expert = weights.experts[e];
    one_mlp({.gate = expert.gate ? &*expert.gate : nullptr, .up = &expert.up, .down = &expert.down}, no_biases, s_.expert_in.data(), mine.size(),
            s_.expert_out);
    for (size_t i = 0; i < mine.size(); ++i)
      for (size_t d = 0; d < d_model; ++d) s_.mlp_out[mine[i].first * d_model + d] += mine[i].second * s_.expert_out[i * d_model + d];
  }
  lane_ends_ = lane_ends;
}

// The expert that every row goes through, its output perhaps times sigmoid of a number of the row.
template <typename T>
void Block<T>::add_shared_expert(const LayerWeights& weights, size_t n_rows, const T* x) {
  const auto d_model = static_cast<size_t>(description_.d_model);
  const ExpertWeights& expert = *weights.shared_expert;
  one_mlp({.gate = expert.gate ? &*expert.gate : nullptr, .up = &expert.up, .down = &expert.down}, LayerParameters<T>(), x, n_rows, s_.expert_out);
  if (weights.shared_expert_gate) linear(*weights.shared_expert_gate, Buffer<T>(), x, n_rows, s_.routing);
  for (size_t row = 0; row < n_rows; ++row) {
    const T share = weights.shared_expert_gate ? 1 / (1 + std::exp(-s_.routing[row])) : T{1};
    for (size_t d = 0; d < d_model; ++d) s_.mlp_out[row * d_model + d] += share * s_.expert_out[row * d_model + d];
  }
}

// out [row, n_out] = x [row, n_in] W + b; an empty `bias` is one that was not widened beforehand, or none.
template <typename T>
void Block<T>::linear(const LinearWeights& weights, const Buffer<T>& bias, const T* x, size_t n_rows, Buffer<T>& out) {
  const auto n_in = static_cast<size_t>(weights.matrix.n_in), n_out = static_cast<size_t>(weights.matrix.n_out);
  out.resize(n_rows * n_out);
  const MatrixRef<T> matrix = reader_.matrix(weights.matrix);
  for_lanes(n_rows, [&](size_t begin, size_t n) { product(pool_, n, n_out, n_in, {x + begin * n_in, n_in, false}, matrix, out.data() + begin * n_out, n_out); });
  if (!weights.bias) return;
  if (bias.size() == 0) {
    s_.bias.resize(n_out);
    reader_.vector(*weights.bias, s_.bias.data());
  }
  const T* addend = bias.size() == 0 ? s_.bias.data() : bias.data();
  for_row_blocks(pool_, n_rows, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row)
      for (size_t i = 0; i < n_out; ++i) out[row * n_out + i] += addend[i];
  });
}

template <typename T>
void Block<T>::add_to_residual(Rows<T>& rows, const Buffer<T>& addend) {
  const T scale = static_cast<T>(description_.residual_scale);
  T* residual = rows.residual.data();
  for (size_t i = 0; i < addend.size(); ++i) residual[i] += scale * addend[i];
}

template <typename T>
void Block<T>::visit(const Step& step, SiteKind kind, const Rows<T>& rows, T* values, int n_heads, int width) {
  const Site site{.kind = kind, .layer = step.layer};
  for (size_t lane = 0; lane < rows.lanes.size(); ++lane)
    apply_edits((*step.lanes)[lane].edits, site, rows.lanes[lane], values, static_cast<size_t>(n_heads), static_cast<size_t>(width));
  show(*step.captures, site, rows.lanes, values, n_heads, width);
}

// result [row, head, d_model]: what each head alone writes.
template <typename T>
void Block<T>::show_results(const Step& step, const Rows<T>& rows) {
  if (!step.captures->wants(SiteKind::result, step.layer)) return;
  const auto& weights = model_.weights().layers[static_cast<size_t>(step.layer)];
  const auto n_heads = static_cast<size_t>(description_.attention.n_heads), d_head = static_cast<size_t>(description_.attention.d_head);
  const auto d_model = static_cast<size_t>(description_.d_model);
  s_.result.resize(rows.n * n_heads * d_model);
  const MatrixRef<T> output = reader_.matrix(weights.output.matrix);
  pool_.parallel_for(n_heads, [&](size_t head) {
    const MatrixRef<T> z{s_.z.data() + head * d_head, n_heads * d_head, false};
    const MatrixRef<T> w{output.data + head * d_head * (output.transposed ? 1 : output.stride), output.stride, output.transposed};
    for_lanes(rows.n, [&](size_t begin, size_t n) {
      const MatrixRef<T> some{z.data + begin * z.stride, z.stride, false};
      product(n, d_model, d_head, T{1}, some, w, s_.result.data() + (begin * n_heads + head) * d_model, n_heads * d_model, Accumulate::no);
    });
  });
  show(*step.captures, Site{.kind = SiteKind::result, .layer = step.layer}, rows.lanes, s_.result.data(), static_cast<int>(n_heads),
       static_cast<int>(d_model));
}

#define HEADLIGHT_INSTANTIATE_BLOCK(T) \
  template class Block<T>;       \
  template void show<T>(const CaptureRequest<T>&, Site, const std::vector<LaneRows>&, const T*, int, int);
HEADLIGHT_INSTANTIATE_BLOCK(float)
HEADLIGHT_INSTANTIATE_BLOCK(double)

}  // namespace headlight
