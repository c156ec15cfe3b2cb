#include "tests/support/tiny_model.hpp"

#include <bit>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/random.hpp"

namespace headlight::testing_support {
namespace {

template <typename T>
void append(std::vector<std::byte>& bytes, T value) {
  const auto* raw = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

// Normal numbers only, the mantissa cut off: enough for weights.
std::uint16_t f16_of(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const int exponent = static_cast<int>((bits >> 23) & 0xffu) - 112;
  if (exponent <= 0) return sign;
  if (exponent >= 31) throw Error(ErrorCode::internal, "too large for half precision");
  return static_cast<std::uint16_t>(sign | (exponent << 10) | ((bits >> 13) & 0x3ffu));
}

SafetensorsWriter writer_of(const std::map<std::string, TinyTensor>& tensors) {
  SafetensorsWriter writer;
  for (const auto& [name, tensor] : tensors) writer.add(name, tensor.dtype, tensor.shape, tensor.bytes);
  writer.set_metadata("format", "pt");
  return writer;
}

}  // namespace

TinyTensor make_tensor(Shape shape, const std::vector<float>& numbers, DType dtype) {
  TinyTensor tensor{.shape = std::move(shape), .dtype = dtype, .bytes = {}};
  for (const float number : numbers) {
    switch (dtype) {
      case DType::f32: append(tensor.bytes, number); break;
      case DType::f64: append(tensor.bytes, static_cast<double>(number)); break;
      case DType::bf16: append(tensor.bytes, static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 16)); break;
      case DType::f16: append(tensor.bytes, f16_of(number)); break;
      default: throw Error(ErrorCode::internal, "make_tensor makes floating-point tensors only");
    }
  }
  return tensor;
}

void TinyModel::add(const std::string& name, Shape shape, DType dtype) {
  Random random(17, name);
  std::vector<float> numbers(static_cast<std::size_t>(n_elements(shape)));
  for (float& number : numbers) number = static_cast<float>(2 * random.uniform() - 1);
  tensors[name] = make_tensor(std::move(shape), numbers, dtype);
}

void TinyModel::rename_prefix(const std::string& from, const std::string& to) {
  std::map<std::string, TinyTensor> renamed;
  for (auto& [name, tensor] : tensors)
    renamed[name.starts_with(from) ? to + name.substr(from.size()) : name] = std::move(tensor);
  tensors = std::move(renamed);
}

void TinyModel::write_config(const std::filesystem::path& folder) const {
  std::filesystem::create_directories(folder);
  write_file(folder / "config.json", to_pretty_text(config));
}

void TinyModel::write(const std::filesystem::path& folder) const {
  write_config(folder);
  writer_of(tensors).write(folder / "model.safetensors");
}

void TinyModel::write_sharded(const std::filesystem::path& folder, int n_shards) const {
  write_config(folder);
  std::vector<std::map<std::string, TinyTensor>> shards(static_cast<std::size_t>(n_shards));
  Json weight_map = Json::object();
  std::size_t next = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t shard = next++ % shards.size();
    shards[shard][name] = tensor;
    weight_map.set(name, "model-" + std::to_string(shard + 1) + ".safetensors");
  }
  for (std::size_t i = 0; i < shards.size(); ++i)
    writer_of(shards[i]).write(folder / ("model-" + std::to_string(i + 1) + ".safetensors"));
  write_file(folder / "model.safetensors.index.json",
             to_text(Json::object({{"metadata", Json::object()}, {"weight_map", weight_map}})));
}

TinyModel tiny_gpt2() {
  TinyModel model;
  model.config = Json::object({{"model_type", "gpt2"},
                               {"n_layer", 2},
                               {"n_head", 2},
                               {"n_embd", 8},
                               {"vocab_size", 11},
                               {"n_positions", 16},
                               {"bos_token_id", 0},
                               {"eos_token_id", 0}});
  for (const std::string layer : {"transformer.h.0.", "transformer.h.1."}) {
    for (const char* norm : {"ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias"}) model.add(layer + norm, {8});
    model.add(layer + "attn.c_attn.weight", {8, 24});
    model.add(layer + "attn.c_attn.bias", {24});
    model.add(layer + "attn.c_proj.weight", {8, 8});
    model.add(layer + "attn.c_proj.bias", {8});
    model.add(layer + "mlp.c_fc.weight", {8, 32});
    model.add(layer + "mlp.c_fc.bias", {32});
    model.add(layer + "mlp.c_proj.weight", {32, 8});
    model.add(layer + "mlp.c_proj.bias", {8});
  }
  model.add("transformer.wte.weight", {11, 8});
  model.add("transformer.wpe.weight", {16, 8});
  model.add("transformer.ln_f.weight", {8});
  model.add("transformer.ln_f.bias", {8});
  return model;
}

TinyModel tiny_llama() {
  TinyModel model;
  model.config = Json::object({{"model_type", "llama"},
                               {"num_hidden_layers", 2},
                               {"num_attention_heads", 4},
                               {"num_key_value_heads", 2},
                               {"hidden_size", 16},
                               {"intermediate_size", 24},
                               {"vocab_size", 11},
                               {"max_position_embeddings", 32},
                               {"rms_norm_eps", 1e-5}});
  for (const std::string layer : {"model.layers.0.", "model.layers.1."}) {
    for (const char* norm : {"input_layernorm.weight", "post_attention_layernorm.weight"}) model.add(layer + norm, {16});
    model.add(layer + "self_attn.q_proj.weight", {16, 16});
    model.add(layer + "self_attn.k_proj.weight", {8, 16});
    model.add(layer + "self_attn.v_proj.weight", {8, 16});
    model.add(layer + "self_attn.o_proj.weight", {16, 16});
    model.add(layer + "mlp.gate_proj.weight", {24, 16});
    model.add(layer + "mlp.up_proj.weight", {24, 16});
    model.add(layer + "mlp.down_proj.weight", {16, 24});
  }
  model.add("model.embed_tokens.weight", {11, 16});
  model.add("model.norm.weight", {16});
  model.add("lm_head.weight", {11, 16});
  return model;
}

}  // namespace headlight::testing_support
