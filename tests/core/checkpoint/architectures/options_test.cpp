// The less usual options of every architecture: transformers' logits (option_cases.json, made by make_option_cases.py) where
// they are computed, and the words of the refusal where they are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/checkpoint/architectures.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/naive_forward.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;
using testing_support::message_of;
using testing_support::naive_forward;
using testing_support::TemporaryFolder;
using testing_support::TinyModel;

constexpr double kTolerance = 2e-5;  // transformers makes rotations and softmaxes in float32 even for float64 weights

struct Cases {
  Json content = parse_json_file(HEADLIGHT_SOURCE_DIR "/tests/core/checkpoint/architectures/option_cases.json");
  std::vector<std::int64_t> tokens;
  Cases() {
    for (const Json& token : content["tokens"].as_array()) tokens.push_back(token.as_integer());
  }
};

std::vector<double> logits_of(const Json& option_case, const std::vector<std::int64_t>& tokens) {
  TinyModel model;
  model.config = option_case["config"];
  for (const auto& [name, sizes] : option_case["tensors"].as_object()) {
    Shape shape;
    for (const Json& size : sizes.as_array()) shape.push_back(size.as_integer());
    model.add(name, std::move(shape));
  }
  const TemporaryFolder folder;
  model.write(folder.path());
  const Checkpoint checkpoint = open_checkpoint(folder.path());
  for (const std::string& note : checkpoint.notes) EXPECT_THAT(note, testing::Not(HasSubstr("no place")));
  return naive_forward(checkpoint, tokens).logits.back();
}

TEST(ArchitectureOptions, GiveTheLogitsOfTransformers) {
  const Cases cases;
  for (const Json& option_case : cases.content["cases"].as_array()) {
    SCOPED_TRACE(option_case["name"].as_string());
    std::vector<double> logits;
    ASSERT_EQ(message_of([&] { logits = logits_of(option_case, cases.tokens); }), "no error");
    const Json::Array& expected = option_case["logits"].as_array();
    ASSERT_EQ(logits.size(), expected.size());
    for (std::size_t i = 0; i < logits.size(); ++i) EXPECT_NEAR(logits[i], expected[i].as_number(), kTolerance) << i;
  }
}

Blueprint read(const std::string& model_type, const std::string& fields) {
  return read_blueprint(
      Config(parse_json("{\"model_type\": \"" + model_type + "\"" + (fields.empty() ? "" : ", ") + fields + "}")));
}

std::string refusal(const std::string& model_type, const std::string& fields) {
  return message_of([&] { read(model_type, fields); });
}

TEST(ArchitectureOptions, AreRefusedByNameWhereTheyAreNotComputed) {
  for (const char* gemma : {"gemma", "gemma2", "gemma3_text"})
    EXPECT_THAT(refusal(gemma, R"("use_bidirectional_attention": true)"), HasSubstr("\"use_bidirectional_attention\" is true"));
  EXPECT_THAT(refusal("mpt", R"("attn_config": {"alibi": false})"), HasSubstr("\"alibi\" is false"));
  EXPECT_THAT(refusal("mpt", R"("attn_config": {"qk_ln": true})"), HasSubstr("\"qk_ln\" is true"));
  EXPECT_THAT(refusal("mpt", R"("no_bias": false)"), HasSubstr("\"no_bias\" is false"));
  EXPECT_THAT(refusal("phimoe", R"("num_experts_per_tok": 3)"), HasSubstr("\"num_experts_per_tok\" is 3, where this router chooses 2"));
  EXPECT_THAT(refusal("gemma3", R"("text_config": 3)"), HasSubstr("\"text_config\" is 3"));
  EXPECT_THAT(refusal("mistral3", R"("text_config": {"model_type": "llama"})"), HasSubstr("\"model_type\" is \"llama\""));
  EXPECT_THAT(refusal("gptj", R"("rotary_dim": null)"), HasSubstr("\"rotary_dim\" is null"));
  EXPECT_THAT(refusal("gptj", R"("rotary_dim": 300)"),
              HasSubstr("\"rotary_dim\" is 300, which is not an even number up to the 256"));
  EXPECT_THAT(refusal("gpt_neo", R"("attention_types": [[["banded"], 24]])"),
              HasSubstr("where Headlight computes \"global\" and \"local\""));
  EXPECT_THAT(refusal("gpt_neo", R"("num_layers": 1, "attention_layers": ["banded"])"), HasSubstr("\"attention_layers\" is [\"banded\"]"));
  EXPECT_THAT(refusal("gpt_neox", R"("head_dim": 64)"), HasSubstr("\"head_dim\" is 64, which is not \"hidden_size\""));
  EXPECT_THAT(refusal("gemma2", R"("attn_logit_softcapping": 0.0)"), HasSubstr("\"attn_logit_softcapping\" is 0, and a limit must be above 0"));
  for (const char* olmo : {"olmo", "olmoe"}) EXPECT_THAT(refusal(olmo, R"("clip_qkv": 0.0)"), HasSubstr("\"clip_qkv\" is 0"));
  EXPECT_THAT(refusal("apertus", R"("qk_norm": false)"), HasSubstr("\"qk_norm\" is false"));
  EXPECT_THAT(refusal("llama", R"("hidden_act": "xielu")"), HasSubstr("\"hidden_act\" is \"xielu\""));
  EXPECT_THAT(refusal("gemma3_text", R"("final_logit_softcapping": -1)"), HasSubstr("\"final_logit_softcapping\" is -1"));
  EXPECT_THAT(refusal("qwen3", R"("num_hidden_layers": 1, "layer_types": ["linear_attention"])"),
              HasSubstr("\"layer_types\" has \"linear_attention\", which Headlight does not compute"));
}

TEST(ArchitectureOptions, AreRefusedWhereTheyContradictEachOther) {
  EXPECT_THAT(refusal("gpt_neo", R"("num_layers": 3)"), HasSubstr("does not give the kinds of 3 layers"));
  EXPECT_THAT(refusal("qwen2", R"("num_hidden_layers": 2, "layer_types": ["full_attention"])"),
              HasSubstr("\"layer_types\" names 1 layers of 2"));
  EXPECT_THAT(refusal("qwen2", R"("num_hidden_layers": 1, "layer_types": ["sliding_attention"])"),
              HasSubstr("some layers have sliding attention but \"sliding_window\" is not set"));
  EXPECT_THAT(refusal("gemma2", R"("sliding_window": null)"), HasSubstr("\"sliding_window\" is not set"));
  EXPECT_THAT(refusal("mixtral", R"("num_local_experts": 2, "num_experts_per_tok": 3)"),
              HasSubstr("more than there are experts"));
  EXPECT_THAT(refusal("falcon", R"("new_decoder_architecture": true, "parallel_attn": false)"),
              HasSubstr("\"parallel_attn\" is false, which contradicts"));
  EXPECT_THAT(refusal("falcon", R"("num_ln_in_parallel_attn": 2)"), HasSubstr("\"num_ln_in_parallel_attn\" is 2"));
  EXPECT_THAT(refusal("falcon", R"("multi_query": false, "num_kv_heads": 2)"), HasSubstr("\"num_kv_heads\" is 2"));
  EXPECT_THAT(refusal("gpt2", R"("hidden_size": 500, "n_embd": 600)"), HasSubstr("\"n_embd\", which is the same, is 600"));
  EXPECT_THAT(refusal("qwen3_moe", R"("num_experts": 4, "num_experts_per_tok": 5)"), HasSubstr("more than there are experts"));
  EXPECT_THAT(refusal("smollm3", R"("num_hidden_layers": 3, "no_rope_layers": [1])"), HasSubstr("not a number for each of 3 layers"));
  EXPECT_THAT(refusal("gemma3_text", R"("rope_parameters": {"rope_type": "default"})"), HasSubstr("\"full_attention\""));
}

// Every field of every case with values of every kind: the answer is a description that holds together, or an Error.
TEST(ArchitectureOptions, MeetAnyValueWithADescriptionOrAnError) {
  const char* const values[] = {"null",  "true",      "-1",     "0",     "1",  "3",          "268435456",
                                "1e300", "-0.5",      "1e-300", "\"x\"", "[]", "[[], 1e18]", "[[[], 1000000000000000000]]",
                                "{}",    "{\"a\": 1}"};
  const Cases cases;
  int n_described = 0, n_refused = 0;
  for (const Json& option_case : cases.content["cases"].as_array()) {
    for (const auto& [name, unused] : option_case["config"].as_object()) {
      for (const char* value : values) {
        Json config = option_case["config"];
        config.set(name, parse_json(value));
        try {
          const ModelDescription model = read_blueprint(Config(config)).description;
          EXPECT_EQ(model.layers.size(), static_cast<std::size_t>(model.n_layers)) << to_text(config);
          EXPECT_GT(model.attention.d_head, 0) << to_text(config);
          ++n_described;
        } catch (const Error& error) {
          EXPECT_NE(error.code(), ErrorCode::internal) << to_text(config);
          ++n_refused;
        }
      }
    }
  }
  EXPECT_GT(n_described, 500);
  EXPECT_GT(n_refused, 500);
}

TEST(ArchitectureOptions, KeepTheOldNamesOfLongrope) {
  const std::string factors =
      R"("short_factor": [1.5, 2.5], "long_factor": [9, 9]}, "hidden_size": 16, "num_attention_heads": 4)";
  const ModelDescription by_name = read("phi3", R"("rope_scaling": {"type": "longrope", )" + factors).description;
  for (const char* old : {"su", "yarn"}) {
    const ModelDescription renamed =
        read("phi3", std::string(R"("rope_scaling": {"type": ")") + old + "\", " + factors).description;
    EXPECT_EQ(renamed.rotaries[0].inverse_frequencies, by_name.rotaries[0].inverse_frequencies);
  }
}

TEST(ArchitectureOptions, ThatTransformersIgnoresAreNoted) {
  EXPECT_THAT(read("gemma3_text", R"("attn_logit_softcapping": 50.0)").notes,
              testing::Contains(HasSubstr("\"attn_logit_softcapping\" is set and has no effect")));
}

}  // namespace
}  // namespace headlight
