#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

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
using testing_support::tiny_llama;
using testing_support::TinyModel;

Blueprint llama_of(const std::string& fields) {
  return read_blueprint(Config(parse_json(R"({"model_type": "llama")" + fields + "}")));
}

TEST(Llama, HasTheDefaultsOfTheSevenBillion) {
  const ModelDescription model = llama_of("").description;
  EXPECT_EQ(model.n_layers, 32);
  EXPECT_EQ(model.d_model, 4096);
  EXPECT_EQ(model.vocab_size, 32000);
  EXPECT_EQ(model.n_ctx, 2048);
  EXPECT_EQ(model.bos_token, 1);
  EXPECT_EQ(model.eos_token, 2);
  EXPECT_EQ(model.attention.n_kv_heads, 32);
  EXPECT_EQ(model.attention.d_head, 128);
  EXPECT_DOUBLE_EQ(model.attention.score_scale, 1 / std::sqrt(128.0));
  EXPECT_EQ(model.mlp.activation, Activation::silu);
  EXPECT_TRUE(model.mlp.gated);
  EXPECT_EQ(model.mlp.d_mlp, 11008);
  EXPECT_EQ(model.norm.kind, NormKind::rms_norm);
  EXPECT_DOUBLE_EQ(model.norm.epsilon, 1e-6);
  EXPECT_EQ(model.positions, PositionScheme::rotary);
  ASSERT_EQ(model.rotaries.size(), 1u);
  EXPECT_EQ(model.rotaries[0].n_dims, 128);
  EXPECT_EQ(model.rotaries[0].style, RotaryStyle::half);
  EXPECT_FALSE(llama_of("").tensors.tied);
}

TEST(Llama, ReadsBothStylesOfConfigAlike) {
  const std::string common = R"(, "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 12, )";
  const ModelDescription v4 = llama_of(common + R"("rope_theta": 5e5, "rope_scaling": null, "torch_dtype": "float32")").description;
  const ModelDescription v5 =
      llama_of(common + R"("rope_parameters": {"rope_theta": 5e5, "rope_type": "default"}, "dtype": "float32")").description;
  EXPECT_EQ(v4.rotaries[0].inverse_frequencies, v5.rotaries[0].inverse_frequencies);
  EXPECT_EQ(v4.attention.d_head, 12);
  EXPECT_EQ(v5.attention.d_head, 12);
  EXPECT_EQ(v5.attention.n_kv_heads, 2);
  EXPECT_EQ(v5.group_size(), 2);
}

TEST(Llama, BindsBiasesOnlyWhereTheConfigHasThem) {
  EXPECT_FALSE(llama_of("").tensors.layer.query.has_bias);
  const TensorTable attention = llama_of(R"(, "attention_bias": true)").tensors, mlp = llama_of(R"(, "mlp_bias": true)").tensors;
  EXPECT_TRUE(attention.layer.query.has_bias && attention.layer.output.has_bias);
  EXPECT_FALSE(attention.layer.up.has_bias);
  EXPECT_TRUE(mlp.layer.gate.has_bias && mlp.layer.up.has_bias && mlp.layer.down.has_bias);
  EXPECT_FALSE(mlp.layer.output.has_bias);
}

TEST(Llama, RefusesWhatItDoesNotCompute) {
  EXPECT_THAT(message_of([] { llama_of(R"(, "hidden_act": "xielu")"); }), HasSubstr("\"hidden_act\" is \"xielu\""));
  EXPECT_THAT(message_of([] { llama_of(R"(, "rope_scaling": {"type": "ntk", "factor": 2})"); }), HasSubstr("\"type\" is \"ntk\""));
  EXPECT_THAT(message_of([] { llama_of(R"(, "num_attention_heads": 7)"); }), HasSubstr("no multiple of \"num_attention_heads\", 7"));
}

TEST(Llama, ReadsTheRightNumbers) {
  const TemporaryFolder folder;
  const TinyModel tiny = tiny_llama();
  tiny.write(folder.path());
  const Checkpoint checkpoint = open_checkpoint(folder.path());
  const auto stored = [&](const std::string& name, std::size_t index) {
    float value;
    std::memcpy(&value, tiny.tensors.at(name).bytes.data() + 4 * index, 4);
    return value;
  };
  const LayerWeights& layer = checkpoint.weights.layers[1];
  EXPECT_EQ(weight_value<float>(layer.key.matrix, 13, 6), stored("model.layers.1.self_attn.k_proj.weight", 6 * 16 + 13));
  EXPECT_EQ(weight_value<float>(layer.gate->matrix, 13, 20), stored("model.layers.1.mlp.gate_proj.weight", 20 * 16 + 13));
  EXPECT_EQ(weight_value<float>(layer.down.matrix, 20, 13), stored("model.layers.1.mlp.down_proj.weight", 13 * 24 + 20));
  EXPECT_EQ(weight_value<float>(checkpoint.weights.unembedding.matrix, 13, 4), stored("lm_head.weight", 4 * 16 + 13));
  EXPECT_EQ(weight_value<float>(*checkpoint.weights.final_norm.weight, 9), stored("model.norm.weight", 9));
  EXPECT_EQ(layer.key.matrix.n_out, 8);
  EXPECT_FALSE(layer.query.bias.has_value());
  EXPECT_FALSE(checkpoint.weights.position_embedding.has_value());
}

}  // namespace
}  // namespace headlight
