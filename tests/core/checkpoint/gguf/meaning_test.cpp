// What a GGUF file must say of its architecture, what it may not say, and what is left to the architecture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/files.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/core/checkpoint/gguf/refusal.hpp"
#include "tests/support/gguf_bytes.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::GgufBytes;

const fs::path kMeaningGolden = HEADLIGHT_SOURCE_DIR "/tests/core/checkpoint/gguf";

// The usual metadata of an architecture, and an embedding: what it reads first.
struct Metadata {
  explicit Metadata(const std::string& architecture, std::uint32_t n_layers = 1) : prefix(architecture + ".") {
    bytes.value("general.architecture", architecture.c_str());
    with("block_count", n_layers).with("context_length", 16u).with("embedding_length", 8u).with("feed_forward_length", 8u);
    with("attention.head_count", 2u).with("attention.layer_norm_rms_epsilon", 1e-5F);
    bytes.tensor("token_embd.weight", {8, 3}, std::vector<float>(8 * 3));
  }
  template <typename T>
  Metadata& with(const char* key, T value) {
    bytes.value(prefix + key, value);
    return *this;
  }
  Metadata& with_experts() { return with("expert_count", 4u).with("expert_used_count", 2u); }
  Metadata& with_scales() { return with("attention.scale", 0.5F).with("logit_scale", 2.0F); }

  std::string prefix;
  GgufBytes bytes;
};

std::string meaning_refusal(const Metadata& metadata) { return gguf_refusal(metadata.bytes); }

constexpr const char* kPastTheMetadata = "is missing among the 1 tensors of the files";

TEST(GgufExperts, AreCountedByTheFile) {
  EXPECT_THAT(meaning_refusal(Metadata("qwen3moe")), HasSubstr("the metadata has no \"qwen3moe.expert_count\""));
  EXPECT_THAT(meaning_refusal(Metadata("olmoe").with("expert_count", 4u)), HasSubstr("the metadata has no \"olmoe.expert_used_count\""));
  EXPECT_THAT(meaning_refusal(Metadata("qwen3moe").with_experts()), HasSubstr(kPastTheMetadata));
  EXPECT_THAT(meaning_refusal(Metadata("granite").with_scales().with("expert_count", 4u)), HasSubstr("the metadata has \"granite.expert_count\", which Headlight does not know of this architecture"));
}

TEST(GgufExperts, HaveTheRoutingOfTheirArchitecture) {
  EXPECT_THAT(meaning_refusal(Metadata("llama").with_experts().with("expert_weights_norm", false)),
              HasSubstr("\"llama.expert_weights_norm\" is false, and the weights of this architecture's experts sum to 1"));
  EXPECT_THAT(meaning_refusal(Metadata("qwen2moe").with_experts().with("expert_weights_norm", true)), HasSubstr(kPastTheMetadata));
  EXPECT_THAT(meaning_refusal(Metadata("qwen3moe").with_experts().with("expert_weights_scale", 2.5F)), HasSubstr("\"qwen3moe.expert_weights_scale\" is another number than 1"));
  EXPECT_THAT(meaning_refusal(Metadata("qwen3moe").with_experts().with("expert_weights_scale", 1.0F)), HasSubstr(kPastTheMetadata));
  EXPECT_THAT(meaning_refusal(Metadata("qwen3moe").with_experts().with("expert_gating_func", 2u)), HasSubstr("\"qwen3moe.expert_gating_func\" is no softmax"));
  EXPECT_THAT(meaning_refusal(Metadata("olmoe").with_experts().with("expert_gating_func", 3u)), HasSubstr("\"olmoe.expert_gating_func\" is no softmax"));
  EXPECT_THAT(meaning_refusal(Metadata("olmoe").with_experts().with("expert_gating_func", 1u)), HasSubstr(kPastTheMetadata));
}

TEST(GgufExperts, AreNormalisedAsTheFileOrElseTheArchitectureSays) {
  EXPECT_EQ(open_checkpoint(kMeaningGolden / "qwen3moe.gguf").description.mlp.routing, Routing::softmax_over_active);
  EXPECT_EQ(open_checkpoint(kMeaningGolden / "qwen2moe.gguf").description.mlp.routing, Routing::softmax_over_all);
  EXPECT_EQ(open_checkpoint(kMeaningGolden / "olmoe.gguf").description.mlp.routing, Routing::softmax_over_all);
}

TEST(GgufExperts, OfMxfp4AreWidenedToBfloat16) {
  const Checkpoint checkpoint = open_checkpoint(kMeaningGolden / "gpt-oss-mxfp4.gguf");
  EXPECT_EQ(checkpoint.weights.layers[0].experts[0].gate->matrix.dtype, DType::bf16);
  EXPECT_THAT(checkpoint.notes, testing::Contains("GGUF version 3: F16 in 12 tensors, F32 in 23, MXFP4 in 6"));
}

TEST(GgufScales, ThatHaveNoUsualValueMustBeThere) {
  EXPECT_THAT(meaning_refusal(Metadata("granite")), HasSubstr("the metadata has no \"granite.attention.scale\""));
  EXPECT_THAT(meaning_refusal(Metadata("granite").with("attention.scale", 0.5F)), HasSubstr("the metadata has no \"granite.logit_scale\""));
  EXPECT_THAT(meaning_refusal(Metadata("granite").with("attention.scale", 0.0F)), HasSubstr("\"granite.attention.scale\" is 0"));
  EXPECT_THAT(meaning_refusal(Metadata("granite").with_scales()), HasSubstr(kPastTheMetadata));
  EXPECT_THAT(meaning_refusal(Metadata("command-r")), HasSubstr("the metadata has no \"command-r.logit_scale\""));
  EXPECT_THAT(meaning_refusal(Metadata("cohere2")), HasSubstr("the metadata has no \"cohere2.logit_scale\""));
}

TEST(GgufWindow, IsRefusedWhereTheArchitectureReadsNone) {
  EXPECT_THAT(meaning_refusal(Metadata("qwen3").with("attention.sliding_window", 4u)), HasSubstr("the metadata has \"qwen3.attention.sliding_window\", which Headlight does not know of this architecture"));
  EXPECT_THAT(meaning_refusal(Metadata("qwen3").with("attention.sliding_window", 0u)), HasSubstr(kPastTheMetadata));
}

TEST(GgufWindow, MustBeThereWhereLayersSlide) {
  EXPECT_THAT(meaning_refusal(Metadata("gpt-oss").with_experts()), HasSubstr("the metadata has no \"gpt-oss.attention.sliding_window\""));
  EXPECT_THAT(meaning_refusal(Metadata("cohere2").with("logit_scale", 0.5F)), HasSubstr("the metadata has no \"cohere2.attention.sliding_window\""));
  EXPECT_THAT(meaning_refusal(Metadata("exaone4", 64)), HasSubstr("the metadata has no \"exaone4.attention.sliding_window\", without which the windows of the 64 layers are not known"));
  EXPECT_THAT(meaning_refusal(Metadata("exaone4", 30)), HasSubstr(kPastTheMetadata));
}

TEST(GgufWindow, MayBeThatOfEveryLayerButEachOfSomeNumber) {
  const auto slides = [](const char* architecture, std::uint32_t period, std::uint32_t n_layers) {
    Metadata metadata(architecture, n_layers);
    metadata.with_experts().with("attention.sliding_window", 4u).with("attention.sliding_window_pattern", period);
    return meaning_refusal(metadata);
  };
  EXPECT_THAT(slides("gpt-oss", 3, 6), HasSubstr(kPastTheMetadata));
  EXPECT_THAT(slides("llama", 3, 2), HasSubstr(kPastTheMetadata));
  EXPECT_THAT(slides("llama", 3, 3), HasSubstr("\"llama.attention.sliding_window_pattern\" leaves layers out, and all layers of this architecture slide where one does"));
  EXPECT_THAT(slides("gpt-oss", 2, 2'000'000'000), HasSubstr("num_hidden_layers"));
}

TEST(GgufWindow, MakesAnOlmo3OfAnOlmo2) {
  EXPECT_EQ(open_checkpoint(kMeaningGolden / "olmo2.gguf").description.architecture, "olmo2");
  const ModelDescription olmo3 = open_checkpoint(kMeaningGolden / "olmo3.gguf").description;
  EXPECT_EQ(olmo3.architecture, "olmo3");
  EXPECT_EQ(olmo3.layers[0].window, 3);
  EXPECT_EQ(olmo3.layers[3].window, 0);
}

TEST(GgufRotation, IsThatOfTheArchitectureOrRefused) {
  EXPECT_THAT(meaning_refusal(Metadata("qwen3").with("rope.dimension_count", 2u)), HasSubstr("\"qwen3.rope.dimension_count\" is 2, and this architecture rotates 4 dimensions of each head"));
  EXPECT_THAT(meaning_refusal(Metadata("granite").with_scales().with("rope.scaling.finetuned", false)), HasSubstr("\"granite.rope.scaling.finetuned\" is false: queries and keys would not be rotated"));
  EXPECT_THAT(meaning_refusal(Metadata("qwen3").with("rope.scaling.finetuned", false)), HasSubstr(kPastTheMetadata));
}

TEST(GgufRotation, OfGptOssIsScaledOnlyWhereTheFileSaysSo) {
  EXPECT_EQ(open_checkpoint(kMeaningGolden / "gpt-oss.gguf").description.rotaries[0].attention_factor, 1);
  EXPECT_GT(open_checkpoint(kMeaningGolden / "gpt-oss-mxfp4.gguf").description.rotaries[0].attention_factor, 1);
}

TEST(GgufNorms, OfOlmoHaveOneEpsilon) {
  EXPECT_THAT(meaning_refusal(Metadata("olmo").with("attention.layer_norm_epsilon", 1e-6F)), HasSubstr("\"olmo.attention.layer_norm_epsilon\" is another number than 1e-05"));
  EXPECT_THAT(meaning_refusal(Metadata("olmo").with("attention.layer_norm_epsilon", 1e-5F).with("attention.clamp_kqv", 0.0F)), HasSubstr(kPastTheMetadata));
}

TEST(GgufLayers, ThatForetellMoreTokensAreRefused) {
  EXPECT_THAT(meaning_refusal(Metadata("glm4").with("nextn_predict_layers", 1u)), HasSubstr("the metadata has \"glm4.nextn_predict_layers\""));
  EXPECT_THAT(meaning_refusal(Metadata("glm4").with("rope.dimension_sections", std::vector<std::int32_t>{1, 1, 0, 0})), HasSubstr("the metadata has \"glm4.rope.dimension_sections\""));
}

}  // namespace
}  // namespace headlight
