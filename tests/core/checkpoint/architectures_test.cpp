#include "core/checkpoint/architectures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;
using testing_support::code_of;
using testing_support::message_of;

std::string refusal(const std::string& config) {
  return message_of([&] { read_blueprint(Config(parse_json(config))); });
}

TEST(Architectures, StandInTheOrderOfTheirNames) {
  EXPECT_TRUE(std::is_sorted(architectures().begin(), architectures().end(),
                             [](const Architecture& a, const Architecture& b) { return a.model_type < b.model_type; }));
}

TEST(Architectures, ReadTheirOwnDefaultsFromAnAlmostEmptyConfig) {
  for (const Architecture& architecture : architectures()) {
    SCOPED_TRACE(architecture.model_type);
    Json fields = Json::object({{"model_type", architecture.model_type}, {"text_config", Json::object()}});
    if (architecture.model_type == "dots1")  // which has no defaults for these
      for (const char* name : {"n_routed_experts", "num_experts_per_tok", "n_shared_experts"}) fields.set(name, 1);
    const Blueprint blueprint = read_blueprint(Config(std::move(fields)));
    const ModelDescription& model = blueprint.description;
    EXPECT_EQ(model.architecture, architecture.model_type);
    EXPECT_GT(model.d_model, 0);
    EXPECT_GT(model.vocab_size, 0);
    EXPECT_GT(model.attention.score_scale, 0);
    EXPECT_EQ(model.layers.size(), static_cast<std::size_t>(model.n_layers));
    EXPECT_EQ(model.attention.n_heads % model.attention.n_kv_heads, 0);
    EXPECT_EQ(model.positions == PositionScheme::rotary, !model.rotaries.empty());
  }
}

TEST(Architectures, RefuseAnUnknownOneWithTheListOfTheKnown) {
  EXPECT_THAT(refusal(R"({"model_type": "rwkv"})"),
              HasSubstr("\"model_type\" is \"rwkv\", an architecture that Headlight does not read"));
  for (const Architecture& architecture : architectures())
    EXPECT_THAT(refusal(R"({"model_type": "rwkv"})"), HasSubstr(std::string(architecture.model_type)));
  EXPECT_EQ(code_of([] { read_blueprint(Config(parse_json(R"({"model_type": "rwkv"})"))); }), ErrorCode::unsupported);
}

TEST(Architectures, RefuseAConfigWithoutModelType) { EXPECT_THAT(refusal("{}"), HasSubstr("\"model_type\" is missing")); }

TEST(Architectures, RefuseQuantisedWeights) {
  EXPECT_THAT(refusal(R"({"model_type": "llama", "quantization_config": {"quant_method": "gptq", "bits": 4}})"),
              HasSubstr("the weights are quantised (quant_method \"gptq\"), which Headlight does not read: use the model's F32, F16 or BF16 files, or a GGUF"));
  for (const char* method : {"awq", "bitsandbytes", "fp8", "compressed-tensors", "bitnet"})
    EXPECT_THAT(refusal(R"({"model_type": "llama", "quantization_config": {"quant_method": ")" + std::string(method) + "\"}}"),
                HasSubstr("(quant_method \"" + std::string(method) + "\")"));
  EXPECT_THAT(refusal(R"({"model_type": "llama", "quantization_config": {"quant_method": "bitsandbytes"}})"), HasSubstr(".dequantize()"));
  EXPECT_THAT(refusal(R"({"model_type": "llama", "quantization_config": {"quant_method": "mxfp4"}})"), HasSubstr("does not read but of gpt_oss"));
  EXPECT_THAT(refusal(R"({"model_type": "llama", "quantization_config": {}})"), HasSubstr("(quant_method null)"));
  EXPECT_THAT(refusal(R"({"model_type": "gemma3", "text_config": {"quantization_config": {"quant_method": "awq"}}})"), HasSubstr("\"awq\""));
}

TEST(Architectures, TakeTheMxfp4OfGptOss) {
  const std::string packed = R"({"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}})";
  EXPECT_EQ(read_blueprint(Config(parse_json(packed))).quantization, Quantization::mxfp4);
  EXPECT_EQ(read_blueprint(Config(parse_json(R"({"model_type": "gpt_oss", "quantization_config": null})"))).quantization, Quantization::none);
}

TEST(Architectures, RefuseAsManyHeadsWithSlopesAsWouldFillTheMemory) {
  for (const char* config : {R"({"model_type": "bloom", "hidden_size": 268435456, "n_head": 268435456})",
                             R"({"model_type": "mpt", "d_model": 268435456, "n_heads": 268435456})"})
    EXPECT_THAT(refusal(config), HasSubstr("ALiBi with 268435456 heads; Headlight reads up to 65536")) << config;
}

TEST(Architectures, RefuseHeadsThatDoNotShareKeysEvenly) {
  EXPECT_THAT(refusal(R"({"model_type": "llama", "num_attention_heads": 32, "num_key_value_heads": 5})"),
              HasSubstr("it has 32 attention heads and 5 key-value heads; the first must be a multiple of the second"));
}

}  // namespace
}  // namespace headlight
