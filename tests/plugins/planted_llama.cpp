#include "tests/plugins/planted_llama.hpp"

#include <cmath>

#include "tests/support/tiny_model.hpp"

namespace headlight::testing_support {
namespace {

constexpr double kLlamaEpsilon = 1e-5, kTheta = 10000;
constexpr int kPairs = PlantedLlama::kHeadWidth / 2;
constexpr int kAlways = PlantedLlama::kTokens;  // the dimension that is one in every row
constexpr double kLength = 14;  // of a pair: one token off the offset costs 14^2 * sum(1 - cos) / 8 = 26 of the score

TinyTensor filled(Shape shape, float value) {
  const auto n = static_cast<size_t>(n_elements(shape));
  return make_tensor(std::move(shape), std::vector<float>(n, value));
}

double turn(int pair) { return std::pow(kTheta, -static_cast<double>(pair) / kPairs); }  // radians a token

float& at(std::vector<float>& weights, int head, int channel, int dimension) {
  return weights[static_cast<size_t>((head * PlantedLlama::kHeadWidth + channel) * PlantedLlama::kWidth + dimension)];
}

}  // namespace

PlantedLlama::PlantedLlama()
    : queries_(static_cast<size_t>(kHeads * kHeadWidth * kWidth), 0.0f),
      keys_(static_cast<size_t>(kKvHeads * kHeadWidth * kWidth), 0.0f) {}

void PlantedLlama::look_back(int head, int offset) {
  for (int pair = 0; pair < kPairs; ++pair) {
    at(keys_, head / (kHeads / kKvHeads), pair, kAlways) = static_cast<float>(kLength);
    at(queries_, head, pair, kAlways) = static_cast<float>(kLength * std::cos(offset * turn(pair)));
    at(queries_, head, pair + kPairs, kAlways) = static_cast<float>(-kLength * std::sin(offset * turn(pair)));
  }
}

void PlantedLlama::look_at_first_token(int head) {
  at(keys_, head / (kHeads / kKvHeads), kPairs - 1, 0) = static_cast<float>(kLength);
  at(queries_, head, kPairs - 1, kAlways) = static_cast<float>(kLength);
}

void PlantedLlama::write(const std::filesystem::path& folder) const {
  TinyModel model;
  model.config = Json::object({{"model_type", "llama"},
                               {"num_hidden_layers", 1},
                               {"num_attention_heads", kHeads},
                               {"num_key_value_heads", kKvHeads},
                               {"head_dim", kHeadWidth},
                               {"hidden_size", kWidth},
                               {"intermediate_size", 4},
                               {"vocab_size", kTokens},
                               {"max_position_embeddings", kPlaces},
                               {"rope_theta", kTheta},
                               {"rms_norm_eps", kLlamaEpsilon},
                               {"bos_token_id", 0},
                               {"eos_token_id", 0}});
  std::vector<float> embedding(static_cast<size_t>(kTokens * kWidth), 0.0f);
  for (int id = 0; id < kTokens; ++id)
    embedding[static_cast<size_t>(id * kWidth + id)] = embedding[static_cast<size_t>(id * kWidth + kAlways)] = 1;
  const auto undo_norm = static_cast<float>(std::sqrt(2.0 / kWidth + kLlamaEpsilon));  // every row holds two ones
  const std::string layer = "model.layers.0.";
  model.tensors["model.embed_tokens.weight"] = make_tensor({kTokens, kWidth}, embedding);
  model.tensors[layer + "input_layernorm.weight"] = filled({kWidth}, undo_norm);
  model.tensors[layer + "post_attention_layernorm.weight"] = filled({kWidth}, 1);
  model.tensors[layer + "self_attn.q_proj.weight"] = make_tensor({kHeads * kHeadWidth, kWidth}, queries_);
  model.tensors[layer + "self_attn.k_proj.weight"] = make_tensor({kKvHeads * kHeadWidth, kWidth}, keys_);
  model.tensors[layer + "self_attn.v_proj.weight"] = filled({kKvHeads * kHeadWidth, kWidth}, 0);
  model.tensors[layer + "self_attn.o_proj.weight"] = filled({kWidth, kHeads * kHeadWidth}, 0);
  model.tensors[layer + "mlp.gate_proj.weight"] = filled({4, kWidth}, 0);
  model.tensors[layer + "mlp.up_proj.weight"] = filled({4, kWidth}, 0);
  model.tensors[layer + "mlp.down_proj.weight"] = filled({kWidth, 4}, 0);
  model.tensors["model.norm.weight"] = filled({kWidth}, 1);
  model.tensors["lm_head.weight"] = make_tensor({kTokens, kWidth}, embedding);
  model.write(folder);
}

}  // namespace headlight::testing_support
