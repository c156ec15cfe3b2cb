#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/checkpoint/architectures.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "core/checkpoint/weight_values.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_gpt2;
using testing_support::TinyModel;

Blueprint gpt2_of(const std::string& fields) {
  return read_blueprint(Config(parse_json(R"({"model_type": "gpt2")" + fields + "}")));
}

TEST(Gpt2, HasTheDefaultsOfTheSmallModel) {
  const ModelDescription model = gpt2_of("").description;
  EXPECT_EQ(model.n_layers, 12);
  EXPECT_EQ(model.d_model, 768);
  EXPECT_EQ(model.vocab_size, 50257);
  EXPECT_EQ(model.n_ctx, 1024);
  EXPECT_EQ(model.bos_token, 50256);
  EXPECT_EQ(model.attention.n_heads, 12);
  EXPECT_EQ(model.attention.n_kv_heads, 12);
  EXPECT_EQ(model.attention.d_head, 64);
  EXPECT_DOUBLE_EQ(model.attention.score_scale, 0.125);
  EXPECT_EQ(model.mlp.activation, Activation::gelu_tanh);
  EXPECT_FALSE(model.mlp.gated);
  EXPECT_EQ(model.mlp.d_mlp, 3072);
  EXPECT_EQ(model.positions, PositionScheme::learned);
  EXPECT_EQ(model.norm.kind, NormKind::layer_norm);
  EXPECT_TRUE(model.norm.has_bias);
  EXPECT_DOUBLE_EQ(model.norm.epsilon, 1e-5);
  EXPECT_TRUE(gpt2_of("").tensors.tied);
}

TEST(Gpt2, UnderstandsItsOptions) {
  EXPECT_EQ(gpt2_of(R"(, "n_inner": 100)").description.mlp.d_mlp, 100);
  EXPECT_EQ(gpt2_of(R"(, "n_inner": null)").description.mlp.d_mlp, 3072);
  EXPECT_EQ(gpt2_of(R"(, "activation_function": "relu")").description.mlp.activation, Activation::relu);
  EXPECT_EQ(gpt2_of(R"(, "scale_attn_weights": false)").description.attention.score_scale, 1);
  EXPECT_EQ(gpt2_of(R"(, "bos_token_id": null)").description.bos_token, std::nullopt);
  EXPECT_FALSE(gpt2_of(R"(, "tie_word_embeddings": false)").tensors.tied);
  EXPECT_EQ(gpt2_of(R"(, "num_hidden_layers": 3, "hidden_size": 24)").description.n_layers, 3);
}

TEST(Gpt2, DividesScoresByTheLayersNumberWhenAsked) {
  const ModelDescription model = gpt2_of(R"(, "scale_attn_by_inverse_layer_idx": true)").description;
  EXPECT_DOUBLE_EQ(model.layers[0].score_scale, 0.125);
  EXPECT_DOUBLE_EQ(model.layers[3].score_scale, 0.125 / 4);
  EXPECT_EQ(gpt2_of("").description.layers[3].score_scale, 0);
}

TEST(Gpt2, RefusesWhatItDoesNotCompute) {
  EXPECT_THAT(message_of([] { gpt2_of(R"(, "add_cross_attention": true)"); }), HasSubstr("\"add_cross_attention\" is true"));
  EXPECT_THAT(message_of([] { gpt2_of(R"(, "activation_function": "prelu")"); }),
              HasSubstr("\"activation_function\" is \"prelu\""));
  EXPECT_THAT(message_of([] { gpt2_of(R"(, "n_head": 7)"); }),
              HasSubstr("\"n_embd\" is 768, which is no multiple of \"n_head\", 7"));
}

// Conv1D stores [in, out], and the outputs are all queries, all keys, all values.
TEST(Gpt2, ReadsTheRightNumbers) {
  const TemporaryFolder folder;
  TinyModel tiny = tiny_gpt2();
  std::vector<float> qkv(8 * 24), bias(24), fc(8 * 32);
  for (std::size_t i = 0; i < qkv.size(); ++i) qkv[i] = static_cast<float>(i);
  for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<float>(i);
  for (std::size_t i = 0; i < fc.size(); ++i) fc[i] = static_cast<float>(i);
  tiny.tensors["transformer.h.1.attn.c_attn.weight"] = testing_support::make_tensor({8, 24}, qkv);
  tiny.tensors["transformer.h.1.attn.c_attn.bias"] = testing_support::make_tensor({24}, bias);
  tiny.tensors["transformer.h.1.mlp.c_fc.weight"] = testing_support::make_tensor({8, 32}, fc);
  tiny.write(folder.path());
  const Checkpoint checkpoint = open_checkpoint(folder.path());
  const LayerWeights& layer = checkpoint.weights.layers[1];
  EXPECT_EQ(weight_value<float>(layer.query.matrix, 2, 5), 2 * 24 + 5);
  EXPECT_EQ(weight_value<float>(layer.key.matrix, 2, 5), 2 * 24 + 8 + 5);
  EXPECT_EQ(weight_value<float>(layer.value.matrix, 7, 7), 7 * 24 + 16 + 7);
  EXPECT_EQ(weight_value<float>(*layer.value.bias, 3), 19);
  EXPECT_EQ(weight_value<float>(layer.up.matrix, 3, 31), 3 * 32 + 31);
  EXPECT_FALSE(layer.gate.has_value());
  EXPECT_EQ(layer.query.matrix.n_in, 8);
  EXPECT_EQ(layer.query.matrix.n_out, 8);
  EXPECT_EQ(checkpoint.weights.position_embedding->n_in, 16);
  EXPECT_TRUE(layer.mlp_norm.bias.has_value());
}

}  // namespace
}  // namespace headlight
