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

class Binder {
 public:
  Binder(const TensorStore& store, const Blueprint& blueprint)
      : store_(store), model_(blueprint.description), table_(blueprint.tensors), prefix_(find_prefix(store, table_)) {}

  BoundWeights bind();

 private:
  const TensorEntry& tensor(const std::string& name, const Shape& expected);
  NormWeights norm(const std::string& name, const NormDescription& kind, std::int64_t width);
  LinearWeights projection(const StoredProjection& stored, const std::string& prefix, std::int64_t n_in,
                           std::int64_t n_out_stored, const ColumnSlice& slice, MatrixOrder order);
  LayerWeights layer(int index);
  void attention(LayerWeights& weights, const std::string& prefix);
  ExpertWeights mlp(const std::string& prefix);
  void mlps(LayerWeights& weights, const std::string& prefix);
  void embeddings(BoundWeights& bound);
  void describe_unused(BoundWeights& bound) const;

  const TensorStore& store_;
  const ModelDescription& model_;
  const TensorTable& table_;
  std::string prefix_;
  std::set<const TensorEntry*> used_;
};

const TensorEntry& Binder::tensor(const std::string& name, const Shape& expected) {
  const TensorEntry* found = store_.find(name);
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
    weights.key = part(slices.key);
    weights.value = part(slices.value);
  } else {
    weights.query = projection(names.query, prefix, d, n_q, all_columns(n_q), table_.order);
    weights.key = projection(names.key, prefix, d, n_kv, all_columns(n_kv), table_.order);
    weights.value = projection(names.value, prefix, d, n_kv, all_columns(n_kv), table_.order);
  }
  weights.output = projection(names.output, prefix, n_q, d, all_columns(d), table_.order);
  if (a.qk_norm) {
    weights.query_norm = norm(prefix + names.query_norm, a.qk_norm_kind, a.qk_norm_over_all_heads ? n_q : d_head);
    weights.key_norm = norm(prefix + names.key_norm, a.qk_norm_kind, a.qk_norm_over_all_heads ? n_kv : d_head);
  }
}

ExpertWeights Binder::mlp(const std::string& prefix) {
  const LayerTensors& names = table_.layer;
  const std::int64_t d = model_.d_model, d_mlp = model_.mlp.d_mlp;
  ExpertWeights weights;
  if (!names.fused_gate_up.name.empty()) {
    const ColumnSlice gate{.offset = 0, .width = d_mlp, .period = 2 * d_mlp},
        up{.offset = d_mlp, .width = d_mlp, .period = 2 * d_mlp};
    weights.gate = projection(names.fused_gate_up, prefix, d, 2 * d_mlp, gate, table_.order);
    weights.up = projection(names.fused_gate_up, prefix, d, 2 * d_mlp, up, table_.order);
  } else {
    if (model_.mlp.gated) weights.gate = projection(names.gate, prefix, d, d_mlp, all_columns(d_mlp), table_.order);
    weights.up = projection(names.up, prefix, d, d_mlp, all_columns(d_mlp), table_.order);
  }
  weights.down = projection(names.down, prefix, d_mlp, d, all_columns(d), table_.order);
  return weights;
}

void Binder::mlps(LayerWeights& weights, const std::string& prefix) {
  const int n_experts = model_.mlp.n_experts;
  if (n_experts == 0) {
    ExpertWeights only = mlp(prefix);
    weights.gate = std::move(only.gate);
    weights.up = std::move(only.up);
    weights.down = std::move(only.down);
    return;
  }
  weights.router = projection(table_.layer.router, prefix, model_.d_model, n_experts, all_columns(n_experts), table_.order);
  for (int i = 0; i < n_experts; ++i) weights.experts.push_back(mlp(prefix + with_index(table_.layer.expert_prefix, i)));
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
  mlps(weights, prefix);
  return weights;
}

// Tied models store one of the two matrices, or both. Two that differ are two, as in transformers 5.
void Binder::embeddings(BoundWeights& bound) {
  const Shape shape{model_.vocab_size, model_.d_model};
  const std::string embedding = prefix_ + table_.token_embedding + ".weight";
  const std::string head = table_.unembedding.name + ".weight";
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
    bound.weights.unembedding.bias = vector_view(tensor(table_.unembedding.name + ".bias", {model_.vocab_size}));
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
    const bool is_copy = table_.tied && name == table_.unembedding.name + ".weight";
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
