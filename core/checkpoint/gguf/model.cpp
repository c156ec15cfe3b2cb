#include "core/checkpoint/gguf/model.hpp"

#include "core/base/text.hpp"
#include "core/checkpoint/architectures.hpp"
#include "core/checkpoint/bind_weights.hpp"
#include "core/checkpoint/gguf/config.hpp"
#include "core/checkpoint/gguf/tensors.hpp"

namespace headlight::gguf {
namespace {

// Llama 3 scales its frequencies: the file has what each is divided by.
void divide_frequencies(const File& file, ModelDescription& model) {
  const Tensor* tensor = file.find_tensor("rope_freqs.weight");
  if (!tensor) return;
  if (tensor->type != BlockType::f32 || model.rotaries.size() != 1)
    throw Error(ErrorCode::unsupported,
                "the tensor \"rope_freqs.weight\" is not of F32, or this architecture has no single rotation for it");
  std::vector<double>& frequencies = model.rotaries[0].inverse_frequencies;
  std::vector<float> divisors(static_cast<std::size_t>(tensor->n_numbers()));
  if (divisors.size() != frequencies.size())
    throw Error(ErrorCode::corrupt, "\"rope_freqs.weight\" has " + std::to_string(divisors.size()) + " numbers and the rotation " +
                                        std::to_string(frequencies.size()) + " frequencies");
  dequantize(tensor->bytes.data(), tensor->type, divisors.size(), divisors.data());
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    if (!(divisors[i] > 0)) throw Error(ErrorCode::corrupt, "\"rope_freqs.weight\" has a number that is not above 0");
    frequencies[i] /= divisors[i];
  }
}

// The experts of a layer, each by itself: as add_entries of tensors.cpp names them, whatever the folder of this architecture has.
void name_experts(LayerTensors& layer) {
  const bool has_bias = !layer.stacked_experts.gate_up_bias.empty();
  layer.router.name = "mlp.gate";
  layer.expert_prefix = "mlp.experts.{}.";
  layer.expert = {.gate = {"gate_proj", has_bias}, .up = {"up_proj", has_bias}, .down = {"down_proj", has_bias}};
  layer.stacked_experts = {};
  layer.shared_expert = {
      .gate = {"mlp.shared_expert.gate_proj"}, .up = {"mlp.shared_expert.up_proj"}, .down = {"mlp.shared_expert.down_proj"}};
}

// InternLM 2's fused projection stands in three tensors.
void name_projections(LayerTensors& layer) {
  const bool has_bias = layer.fused_qkv.has_bias;
  layer.fused_qkv = {};
  layer.query = {"attention.wq", has_bias};
  layer.key = {"attention.wk", has_bias};
  layer.value = {"attention.wv", has_bias};
}

void check_rotated_dimensions(const ModelDescription& model, const File& file, const Dialect& dialect) {
  const std::string key = std::string(dialect.architecture) + ".rope.dimension_count";
  const auto n_dims = file.integer(key);
  if (!n_dims || model.rotaries.empty() || model.rotaries[0].n_dims == *n_dims) return;
  throw Error(ErrorCode::unsupported, "\"" + key + "\" is " + std::to_string(*n_dims) + ", and this architecture rotates " +
                                          std::to_string(model.rotaries[0].n_dims) + " dimensions of each head");
}

// What the conversion to GGUF has changed of the tensors' meaning.
void adapt(Blueprint& blueprint, const File& file, const Dialect& dialect) {
  ModelDescription& model = blueprint.description;
  LayerTensors& layer = blueprint.tensors.layer;
  if (dialect.norms_hold_whole_weights)
    model.norm.weight_offset = model.final_norm.weight_offset = model.attention.qk_norm_kind.weight_offset = 0;
  if (dialect.has_plain_order) blueprint.tensors.order = MatrixOrder::out_in;
  if (dialect.has_stacked_qkv) layer.qkv_groups = 1;
  if (model.mlp.n_experts > 0) name_experts(layer);
  if (!layer.sinks.empty()) layer.sinks += ".weight";
  if (dialect.architecture == "internlm2") name_projections(layer);
  check_rotated_dimensions(model, file, dialect);
  if (dialect.has_permuted_rows && file.find_tensor("blk.0.attn_qkv.weight"))
    throw Error(ErrorCode::unsupported,
                "the tensor \"blk.0.attn_qkv.weight\" holds queries, keys and values in one, which Headlight does not read of "
                "this architecture");
  if (layer.fused_qkv.name.empty() && file.find_tensor("blk.0.attn_qkv.weight"))
    layer.fused_qkv = {"self_attn.qkv_proj", file.find_tensor("blk.0.attn_qkv.bias") != nullptr};
  divide_frequencies(file, model);
}

Checkpoint open_file(const std::filesystem::path& path) {
  const auto file = std::make_shared<const File>(path);
  const Dialect dialect = dialect_of(*file);
  Blueprint blueprint = read_blueprint(Config(config_of(*file, dialect)));
  adapt(blueprint, *file, dialect);
  const AttentionDescription& attention = blueprint.description.attention;
  const auto store = std::make_shared<const TensorStore>(
      store_of(file, dialect, {.n_heads = attention.n_heads, .n_kv_heads = attention.n_kv_heads}));
  BoundWeights bound = bind_weights(*store, blueprint);
  if (!bound.unused.empty())
    throw Error(ErrorCode::unsupported,
                "tensors have no place in this architecture, and what they do would not be computed: " + listed(bound.unused, 5));
  Checkpoint checkpoint;
  checkpoint.folder = file->path();
  checkpoint.description = std::move(blueprint.description);
  checkpoint.weights = std::move(bound.weights);
  checkpoint.dtype = bound.dtype;
  checkpoint.n_parameters = bound.n_parameters;
  checkpoint.fingerprint = fingerprint_of(*file);
  checkpoint.notes.push_back(describe_types(*file));
  for (const std::vector<std::string>& notes : {blueprint.notes, bound.notes})
    checkpoint.notes.insert(checkpoint.notes.end(), notes.begin(), notes.end());
  checkpoint.storage = store;
  return checkpoint;
}

}  // namespace

Checkpoint open_model(const std::filesystem::path& file) {
  try {
    return open_file(file);
  } catch (const Error& error) {
    const std::string place = file.string();
    if (std::string_view(error.what()).starts_with(place)) throw;
    throw error.at(place);
  }
}

}  // namespace headlight::gguf
