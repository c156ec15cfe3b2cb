// Models of both shapes that have learned nothing, with attention as sharp as in trained ones.
#include "tests/scan/random_models.hpp"

#include "core/base/random.hpp"

namespace headlight::testing_support {
namespace {

constexpr int kLayers = RandomShape::n_layers, kHeads = RandomShape::n_heads, kWidth = 32;

// Random numbers of a deviation that makes attention as sharp as in trained models (scores deviate by about 3).
class RandomModel {
 public:
  explicit RandomModel(std::uint64_t seed) : seed_(seed) {}
  void matrix(const std::string& name, Shape shape, double deviation = 0.3) { add(name, std::move(shape), 0, deviation); }
  void gain(const std::string& name) { add(name, {kWidth}, 1, 0.1); }
  TinyModel model;

 private:
  void add(const std::string& name, Shape shape, double centre, double deviation) {
    Random random(seed_, name);
    std::vector<float> numbers(static_cast<size_t>(n_elements(shape)));
    for (float& number : numbers) number = static_cast<float>(centre + deviation * random.normal());
    model.tensors[name] = make_tensor(std::move(shape), numbers);
  }
  std::uint64_t seed_;
};

}  // namespace

TinyModel random_gpt2(std::uint64_t seed, const RandomShape& shape) {
  RandomModel made(seed);
  made.model.config = Json::object({{"model_type", "gpt2"},
                                    {"n_layer", kLayers},
                                    {"n_head", kHeads},
                                    {"n_embd", kWidth},
                                    {"vocab_size", shape.n_tokens},
                                    {"n_positions", shape.n_places},
                                    {"bos_token_id", 0},
                                    {"eos_token_id", 0}});
  for (int i = 0; i < kLayers; ++i) {
    const std::string layer = "transformer.h." + std::to_string(i) + ".";
    for (const std::string norm : {"ln_1", "ln_2"}) {
      made.gain(layer + norm + ".weight");
      made.matrix(layer + norm + ".bias", {kWidth}, 0.1);
    }
    made.matrix(layer + "attn.c_attn.weight", {kWidth, 3 * kWidth});
    made.matrix(layer + "attn.c_attn.bias", {3 * kWidth}, 0.1);
    made.matrix(layer + "attn.c_proj.weight", {kWidth, kWidth});
    made.matrix(layer + "attn.c_proj.bias", {kWidth}, 0.1);
    made.matrix(layer + "mlp.c_fc.weight", {kWidth, 4 * kWidth});
    made.matrix(layer + "mlp.c_fc.bias", {4 * kWidth}, 0.1);
    made.matrix(layer + "mlp.c_proj.weight", {4 * kWidth, kWidth});
    made.matrix(layer + "mlp.c_proj.bias", {kWidth}, 0.1);
  }
  made.matrix("transformer.wte.weight", {shape.n_tokens, kWidth}, 1);
  made.matrix("transformer.wpe.weight", {shape.n_places, kWidth}, 0.5);
  made.gain("transformer.ln_f.weight");
  made.matrix("transformer.ln_f.bias", {kWidth}, 0.1);
  return std::move(made.model);
}

TinyModel random_llama(std::uint64_t seed, const RandomShape& shape) {
  RandomModel made(seed);
  constexpr int kKvWidth = kWidth / 2;  // two query heads on every key-value head
  made.model.config = Json::object({{"model_type", "llama"},
                                    {"num_hidden_layers", kLayers},
                                    {"num_attention_heads", kHeads},
                                    {"num_key_value_heads", kHeads / 2},
                                    {"hidden_size", kWidth},
                                    {"intermediate_size", 2 * kWidth},
                                    {"vocab_size", shape.n_tokens},
                                    {"max_position_embeddings", shape.n_places},
                                    {"rms_norm_eps", 1e-5},
                                    {"bos_token_id", 0},
                                    {"eos_token_id", 0}});
  for (int i = 0; i < kLayers; ++i) {
    const std::string layer = "model.layers." + std::to_string(i) + ".";
    made.gain(layer + "input_layernorm.weight");
    made.gain(layer + "post_attention_layernorm.weight");
    made.matrix(layer + "self_attn.q_proj.weight", {kWidth, kWidth});
    made.matrix(layer + "self_attn.k_proj.weight", {kKvWidth, kWidth});
    made.matrix(layer + "self_attn.v_proj.weight", {kKvWidth, kWidth});
    made.matrix(layer + "self_attn.o_proj.weight", {kWidth, kWidth});
    made.matrix(layer + "mlp.gate_proj.weight", {2 * kWidth, kWidth});
    made.matrix(layer + "mlp.up_proj.weight", {2 * kWidth, kWidth});
    made.matrix(layer + "mlp.down_proj.weight", {kWidth, 2 * kWidth});
  }
  made.matrix("model.embed_tokens.weight", {shape.n_tokens, kWidth}, 1);
  made.gain("model.norm.weight");
  made.matrix("lm_head.weight", {shape.n_tokens, kWidth});
  return std::move(made.model);
}

}  // namespace headlight::testing_support
