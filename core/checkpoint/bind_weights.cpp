#include "core/checkpoint/bind_weights.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/checkpoint/safetensors_dtype.hpp"
#include "core/checkpoint/weight_views.hpp"

namespace headlight {
namespace {

// The pattern with the index at its {}.
std::string with_index(std::string pattern, int index) {
  const auto place = pattern.find("{}");
  return place == std::string::npos ? pattern : pattern.replace(place, 2, std::to_string(index));
}

// The beginning of all names: a model saved without its language-model head has none.
std::string find_prefix(const TensorStore& store, const TensorTable& table) {
  for (const std::string& prefix : table.prefixes)
    if (store.has_tensor_beginning_with(prefix + with_index(table.layer_prefix, 0))) return prefix;
  return table.prefixes.front();
}

std::string find_unembedding(const TensorStore& store, const TensorTable& table) {
  std::vector<std::string> names = {table.unembedding.name};
  for (const auto& [usual, other] : table.other_names)
    if (usual == table.unembedding.name) names.push_back(other);
  for (const std::string& prefix : table.unembedding_prefixes)
    for (const std::string& name : names)
      if (store.find(prefix + name + ".weight")) return prefix + name;
  return table.unembedding_prefixes.front() + table.unembedding.name;
}

// Throws where the files have a matrix in another form only: GPTQ's and AWQ's "qweight", the packed ones of compressed-tensors.
void refuse_quantised(const TensorStore& store, const std::string& name) {
  constexpr std::string_view kWeight = ".weight";
  if (!name.ends_with(kWeight)) return;
  const std::string module = name.substr(0, name.size() - kWeight.size());
  for (const char* ending : {".qweight", ".weight_packed", ".weight_quantized"})
    if (store.find(module + ending))
      throw Error(ErrorCode::unsupported, "the files have \"" + module + ending + "\" and no \"" + name +
                                              "\": the weights are quantised; use the model's F32, F16 or BF16 files, or a GGUF file of it");
}

class Binder {
 public:
  Binder(const TensorStore& store, const Blueprint& blueprint)
      : store_(store),
        model_(blueprint.description),
        table_(blueprint.tensors),
        prefix_(find_prefix(store, table_)),
        unembedding_(find_unembedding(store, table_)) {}

  BoundWeights bind();

 private:
  const TensorEntry* find(const std::string& name) const;
  const TensorEntry& tensor(const std::string& name, const Shape& expected);
  NormWeights norm(const std::string& name, const NormDescription& kind, std::int64_t width);
  LinearWeights projection(const StoredProjection& stored, const std::string& prefix, std::int64_t n_in,
                           std::int64_t n_out_stored, const ColumnSlice& slice, MatrixOrder order);
  LayerWeights layer(int index);
  void qk_norm(const std::string& name, std::int64_t n_heads, NormWeights& one, std::vector<NormWeights>& of_heads);
  void attention(LayerWeights& weights, const std::string& prefix);
  ExpertWeights mlp(const StoredMlp& names, const std::string& prefix, std::int64_t width);
  std::vector<ExpertWeights> stacked_experts(const std::string& prefix);
  WeightVector router_correction(const std::string& name);
  void mlps(LayerWeights& weights, const std::string& prefix, const LayerDescription& layer);
  void embeddings(BoundWeights& bound);
  void describe_unused(BoundWeights& bound) const;

  const TensorStore& store_;
  const ModelDescription& model_;
  const TensorTable& table_;
  std::string prefix_, unembedding_;
  std::set<const TensorEntry*> used_;
};

const TensorEntry* Binder::find(const std::string& name) const {
  const TensorEntry* found = store_.find(name);
  for (const auto& [usual, other] : table_.other_names)
    if (const auto place = name.find(usual); !found && place != std::string::npos)
      found = store_.find(std::string(name).replace(place, usual.size(), other));
  return found;
}

const TensorEntry& Binder::tensor(const std::string& name, const Shape& expected) {
  const TensorEntry* found = find(name);
  if (!found) refuse_quantised(store_, name);
  if (!found)
    throw Error(ErrorCode::not_found, "the tensor \"" + name + "\" of shape " + to_string(expected) + " is missing among the " +
                                          std::to_string(store_.tensors().size()) + " tensors of the files");
  if (!is_floating(found->dtype))
    throw Error(ErrorCode::unsupported, "the tensor \"" + name + "\" is stored as " +
                                            std::string(safetensors_name(found->dtype)) +
                                            "; Headlight reads weights of F32, F16, BF16 and F64, not quantised ones");
  if (found->shape != expected)
    throw Error(ErrorCode::corrupt, "the tensor \"" + name + "\" has the shape " + to_string(found->shape) +
                                        " where config.json asks for " + to_string(expected));
  used_.insert(found);
  return *found;
}

NormWeights Binder::norm(const std::string& name, const NormDescription& kind, std::int64_t width) {
  NormWeights weights;
  if (kind.has_weight) weights.weight = vector_view(tensor(name + ".weight", {width}));
  if (kind.has_bias) weights.bias = vector_view(tensor(name + ".bias", {width}));
  return weights;
}

LinearWeights Binder::projection(const StoredProjection& stored, const std::string& prefix, std::int64_t n_in,
                                 std::int64_t n_out_stored, const ColumnSlice& slice, MatrixOrder order) {
  const Shape shape = order == MatrixOrder::out_in ? Shape{n_out_stored, n_in} : Shape{n_in, n_out_stored};
  LinearWeights weights;
  weights.matrix = projection_view(tensor(prefix + stored.name + ".weight", shape), order, slice);
  if (stored.has_bias) weights.bias = vector_view(tensor(prefix + stored.name + ".bias", {n_out_stored}), slice);
  return weights;
}

// Weights of the norm of queries or keys.
void Binder::qk_norm(const std::string& name, std::int64_t n_heads, NormWeights& one, std::vector<NormWeights>& of_heads) {
  const AttentionDescription& a = model_.attention;
  const std::int64_t d_head = a.d_head;
  if (a.qk_norm == QkNorm::each_head) one = norm(name, a.qk_norm_kind, d_head);
  if (a.qk_norm == QkNorm::all_heads) one = norm(name, a.qk_norm_kind, n_heads * d_head);
  if (a.qk_norm != QkNorm::each_head_own_weights) return;
  const bool are_tensors = name.find("{}") != std::string::npos;
  for (int head = 0; head < n_heads; ++head) {
    if (are_tensors)
      of_heads.push_back(norm(with_index(name, head), a.qk_norm_kind, d_head));
    else
      of_heads.push_back({.weight = row_view(tensor(name + ".weight", {n_heads, d_head}), head), .bias = {}});
  }
}

void Binder::attention(LayerWeights& weights, const std::string& prefix) {
  const LayerTensors& names = table_.layer;
  const AttentionDescription& a = model_.attention;
  const std::int64_t d = model_.d_model, d_head = a.d_head, n_q = a.n_heads * d_head, n_kv = a.n_kv_heads * d_head;
  if (!names.fused_qkv.name.empty()) {
    const QkvSlices slices = split_qkv(a.n_heads, a.n_kv_heads, a.d_head, names.qkv_groups);
    const auto part = [&](const ColumnSlice& slice) {
      return projection(names.fused_qkv, prefix, d, n_q + 2 * n_kv, slice, table_.order);
    };
    weights.query = part(slices.query);
    weights.key = part(names.value_before_key ? slices.value : slices.key);
    weights.value = part(names.value_before_key ? slices.key : slices.value);
  } else {
    weights.query = projection(names.query, prefix, d, n_q, all_columns(n_q), table_.order);
    weights.key = projection(names.key, prefix, d, n_kv, all_columns(n_kv), table_.order);
    weights.value = projection(names.value, prefix, d, n_kv, all_columns(n_kv), table_.order);
  }
  weights.output = projection(names.output, prefix, n_q, d, all_columns(d), table_.order);
  qk_norm(prefix + names.query_norm, a.n_heads, weights.query_norm, weights.query_norms);
  qk_norm(prefix + names.key_norm, a.n_kv_heads, weights.key_norm, weights.key_norms);
  if (a.has_sinks) weights.sinks = vector_view(tensor(prefix + names.sinks, {a.n_heads}));
}

ExpertWeights Binder::mlp(const StoredMlp& names, const std::string& prefix, std::int64_t width) {
  const std::int64_t d = model_.d_model;
  ExpertWeights weights;
  if (!names.fused_gate_up.name.empty()) {
    const auto part = [&](const ColumnSlice& slice) {
      return projection(names.fused_gate_up, prefix, d, 2 * width, slice, table_.order);
    };
    weights.gate = part({.offset = 0, .width = width, .period = 2 * width});
    weights.up = part({.offset = width, .width = width, .period = 2 * width});
  } else {
    if (model_.mlp.gated) weights.gate = projection(names.gate, prefix, d, width, all_columns(width), table_.order);
    weights.up = projection(names.up, prefix, d, width, all_columns(width), table_.order);
  }
  weights.down = projection(names.down, prefix, width, d, all_columns(d), table_.order);
  return weights;
}

// All experts of a layer out of two tensors of three axes.
std::vector<ExpertWeights> Binder::stacked_experts(const std::string& prefix) {
  const StackedExperts& names = table_.layer.stacked_experts;
  const std::int64_t n = model_.mlp.n_experts, d = model_.d_model, width = model_.mlp.d_expert;
  const bool out_first = names.order == MatrixOrder::out_in;
  const TensorEntry& gate_up = tensor(prefix + names.gate_up, out_first ? Shape{n, 2 * width, d} : Shape{n, d, 2 * width});
  const TensorEntry& down = tensor(prefix + names.down, out_first ? Shape{n, d, width} : Shape{n, width, d});
  const ColumnSlice gate_columns = names.interleaved ? ColumnSlice{.offset = 0, .width = 1, .period = 2, .n_blocks = width}
                                                     : ColumnSlice{.offset = 0, .width = width, .period = 2 * width};
  ColumnSlice up_columns = gate_columns;
  up_columns.offset = names.interleaved ? 1 : width;
  const auto bias_of = [&](const std::string& name, std::int64_t n_out, int expert, const ColumnSlice& slice) {
    return name.empty() ? std::nullopt : std::optional(vector_view(slab(tensor(prefix + name, {n, n_out}), expert), slice));
  };
  std::vector<ExpertWeights> experts(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    ExpertWeights& expert = experts[static_cast<std::size_t>(i)];
    const TensorEntry both = slab(gate_up, i);
    expert.gate = {.matrix = projection_view(both, names.order, gate_columns),
                   .bias = bias_of(names.gate_up_bias, 2 * width, i, gate_columns)};
    expert.up = {.matrix = projection_view(both, names.order, up_columns),
                 .bias = bias_of(names.gate_up_bias, 2 * width, i, up_columns)};
    expert.down = {.matrix = projection_view(slab(down, i), names.order, all_columns(d)),
                   .bias = bias_of(names.down_bias, d, i, all_columns(d))};
  }
  return experts;
}

// ERNIE stores it as one row.
WeightVector Binder::router_correction(const std::string& name) {
  const std::int64_t n = model_.mlp.n_experts;
  const TensorEntry* stored = find(name);
  const bool is_row = stored && stored->shape == Shape{1, n};
  return vector_view(tensor(name, is_row ? Shape{1, n} : Shape{n}), all_columns(n));
}

void Binder::mlps(LayerWeights& weights, const std::string& prefix, const LayerDescription& layer) {
  const LayerTensors& names = table_.layer;
  const MlpDescription& m = model_.mlp;
  if (!layer.has_experts) {
    ExpertWeights only =
        mlp({.gate = names.gate, .up = names.up, .down = names.down, .fused_gate_up = names.fused_gate_up}, prefix, m.d_mlp);
    weights.gate = std::move(only.gate);
    weights.up = std::move(only.up);
    weights.down = std::move(only.down);
    return;
  }
  weights.router = projection(names.router, prefix, model_.d_model, m.n_experts, all_columns(m.n_experts), table_.order);
  if (!names.router_correction.empty()) weights.router_correction = router_correction(prefix + names.router_correction);
  const std::string& stacked = names.stacked_experts.gate_up;
  if (!stacked.empty() && (names.expert_prefix.empty() || store_.find(prefix + stacked)))
    weights.experts = stacked_experts(prefix);
  else
    for (int i = 0; i < m.n_experts; ++i)
      weights.experts.push_back(mlp(names.expert, prefix + with_index(names.expert_prefix, i), m.d_expert));
  if (m.d_shared > 0) weights.shared_expert = mlp(names.shared_expert, prefix, m.d_shared);
  if (m.shared_is_gated)
    weights.shared_expert_gate = projection(names.shared_expert_gate, prefix, model_.d_model, 1, all_columns(1), table_.order);
}

LayerWeights Binder::layer(int index) {
  const std::string prefix = prefix_ + with_index(table_.layer_prefix, index);
  const auto norm_if_named = [&](const std::string& name) {
    return name.empty() ? NormWeights{} : norm(prefix + name, model_.norm, model_.d_model);
  };
  LayerWeights weights;
  weights.attention_norm = norm_if_named(table_.layer.attention_norm);
  weights.attention_post_norm = norm_if_named(table_.layer.attention_post_norm);
  weights.mlp_norm = norm_if_named(table_.layer.mlp_norm);
  weights.mlp_post_norm = norm_if_named(table_.layer.mlp_post_norm);
  attention(weights, prefix);
  if (model_.mlp.activation == Activation::xielu) {
    const std::string name = prefix + table_.layer.xielu;
    const auto buffer = [&](const char* part) { return vector_view(tensor(name + part, {}), all_columns(1)); };
    weights.xielu = {.alpha_p = vector_view(tensor(name + ".alpha_p", {1})),
                     .alpha_n = vector_view(tensor(name + ".alpha_n", {1})),
                     .beta = buffer(".beta"),
                     .epsilon = buffer(".eps")};
  }
  mlps(weights, prefix, model_.layers[static_cast<std::size_t>(index)]);
  return weights;
}

// Tied models store one of the two matrices, or both. Two that differ are two, as in transformers 5.
void Binder::embeddings(BoundWeights& bound) {
  const Shape shape{model_.vocab_size, model_.d_embedding > 0 ? model_.d_embedding : model_.d_model};
  const std::string embedding = prefix_ + table_.token_embedding + ".weight";
  const std::string head = unembedding_ + ".weight";
  const TensorEntry* stored_embedding = store_.find(embedding);
  const TensorEntry* stored_head = store_.find(head);
  std::string unembedding = head;
  std::string token_embedding = embedding;
  if (table_.tied && !stored_head) unembedding = embedding;
  if (table_.tied && stored_head && !stored_embedding) token_embedding = head;
  if (table_.tied && stored_head && stored_embedding) {
    if (stored_head->dtype == stored_embedding->dtype && std::ranges::equal(stored_head->bytes, stored_embedding->bytes)) {
      tensor(head, shape);
      used_.erase(stored_head);
      unembedding = embedding;
    } else {
      bound.notes.push_back("\"" + head + "\" and \"" + embedding + "\" differ although config.json ties them; both are used, " +
                            "as transformers 5 does (transformers 4 would have used the embedding alone)");
    }
  }
  bound.weights.token_embedding = table_view(tensor(token_embedding, shape));
  bound.weights.unembedding.matrix =
      projection_view(tensor(unembedding, shape), MatrixOrder::out_in, all_columns(model_.vocab_size));
  if (table_.unembedding.has_bias)
    bound.weights.unembedding.bias = vector_view(tensor(unembedding_ + ".bias", {model_.vocab_size}));
  if (model_.d_embedding == 0) return;
  const auto bridge = [&](const std::string& name, std::int64_t n_in, std::int64_t n_out) {
    return projection({name, false}, prefix_, n_in, n_out, all_columns(n_out), MatrixOrder::out_in);
  };
  bound.weights.embedding_in = bridge(table_.embedding_in, model_.d_embedding, model_.d_model);
  bound.weights.embedding_out = bridge(table_.embedding_out, model_.d_model, model_.d_embedding);
}

BoundWeights Binder::bind() {
  BoundWeights bound;
  embeddings(bound);
  if (!table_.position_embedding.empty()) {
    const Shape shape{model_.n_ctx + model_.learned_position_offset, model_.d_model};
    bound.weights.position_embedding = table_view(tensor(prefix_ + table_.position_embedding + ".weight", shape));
  }
  if (model_.has_embedding_norm)
    bound.weights.embedding_norm = norm(prefix_ + table_.embedding_norm, model_.embedding_norm, model_.d_model);
  for (int i = 0; i < model_.n_layers; ++i) bound.weights.layers.push_back(layer(i));
  if (model_.has_final_norm) bound.weights.final_norm = norm(prefix_ + table_.final_norm, model_.final_norm, model_.d_model);

  std::map<DType, std::int64_t> n_by_dtype;
  for (const TensorEntry* entry : used_) {
    const std::int64_t n = n_elements(entry->shape);
    bound.n_parameters += n;
    n_by_dtype[entry->dtype] += n;
  }
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  bound.dtype = std::max_element(n_by_dtype.begin(), n_by_dtype.end(), fewer)->first;
  describe_unused(bound);
  return bound;
}

void Binder::describe_unused(BoundWeights& bound) const {
  std::vector<std::string>& unused = bound.unused;
  std::size_t n_buffers = 0;
  for (const auto& [name, entry] : store_.tensors()) {
    if (used_.contains(entry)) continue;
    const bool is_buffer =
        std::any_of(table_.buffers.begin(), table_.buffers.end(), [&](const auto& end) { return name.ends_with(end); });
    const bool is_copy = table_.tied && name == unembedding_ + ".weight";
    if (is_buffer || is_copy)
      ++n_buffers;
    else
      unused.push_back(name);
  }
  if (n_buffers > 0)
    bound.notes.push_back(std::to_string(n_buffers) + " tensors are not read because they follow from others or from config.json "
                                                "(masks, rotary frequencies, a tied unembedding)");
  if (unused.empty()) return;
  constexpr std::size_t kShown = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(unused.size(), kShown); ++i) names += (i ? ", " : "") + unused[i];
  if (unused.size() > kShown) names += ", ...";
  bound.notes.push_back(std::to_string(unused.size()) + " tensors have no place in this architecture and were not used: " + names);
}

}  // namespace

BoundWeights bind_weights(const TensorStore& store, const Blueprint& blueprint) { return Binder(store, blueprint).bind(); }

}  // namespace headlight
