#include "core/checkpoint/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;
using testing_support::code_of;
using testing_support::message_of;

Config config_of(const char* text) { return Config(parse_json(text)); }

TEST(Config, TakesTheDefaultOfAFieldThatIsLeftOut) {
  const Config config = config_of("{}");
  EXPECT_EQ(config.count("n_head", 12), 12);
  EXPECT_EQ(config.number("eps", 1e-6), 1e-6);
  EXPECT_EQ(config.flag("bias", true), true);
  EXPECT_EQ(config.word("kind", "plain"), "plain");
  EXPECT_EQ(config.optional_count("window", 4096), 4096);
}

TEST(Config, TellsNullFromLeftOut) {
  const Config config = config_of(R"({"window": null, "bias": null})");
  EXPECT_EQ(config.optional_count("window", 4096), std::nullopt);
  EXPECT_EQ(config.flag("bias", true), false);
}

TEST(Config, NamesAFieldOfTheWrongType) {
  EXPECT_EQ(message_of([] { config_of(R"({"n_layer": "x"})").layer_count("n_layer", 12); }),
            "\"n_layer\": expected an integer, found a string");
  EXPECT_EQ(message_of([] { config_of(R"({"eps": []})").number("eps", 1); }), "\"eps\": expected a number, found an array");
}

TEST(Config, NamesACountOutOfRange) {
  EXPECT_EQ(message_of([] { config_of(R"({"n_head": 0})").count("n_head", 12); }),
            "\"n_head\": is 0; it must be from 1 to 268435456");
  EXPECT_THAT(message_of([] { config_of(R"({"n_layer": 2000000000})").layer_count("n_layer", 12); }),
              HasSubstr("\"n_layer\": is 2000000000; it must be from 1 to 10000"));
}

TEST(Config, NamesARequiredFieldThatIsMissing) {
  EXPECT_EQ(message_of([] { config_of("{}").require_count("n_head"); }), "the field \"n_head\" is missing");
}

TEST(Config, TakesTheFirstOfSeveralTokens) {
  EXPECT_EQ(config_of(R"({"eos_token_id": [128001, 128008]})").token("eos_token_id", 2), 128001);
  EXPECT_EQ(config_of(R"({"eos_token_id": null})").token("eos_token_id", 2), std::nullopt);
  EXPECT_EQ(config_of(R"({"eos_token_id": -1})").token("eos_token_id", 2), std::nullopt);
  EXPECT_EQ(config_of("{}").token("eos_token_id", 2), 2);
}

TEST(Config, KnowsTheSpellingsOfActivations) {
  const auto activation = [](const std::string& name) {
    return Config(Json::object({{"act", name}})).activation("act", "relu");
  };
  EXPECT_EQ(activation("relu"), Activation::relu);
  EXPECT_EQ(activation("gelu"), Activation::gelu);
  EXPECT_EQ(activation("gelu_new"), Activation::gelu_tanh);
  EXPECT_EQ(activation("gelu_pytorch_tanh"), Activation::gelu_tanh);
  EXPECT_EQ(activation("quick_gelu"), Activation::quick_gelu);
  EXPECT_EQ(activation("silu"), Activation::silu);
  EXPECT_EQ(activation("swish"), Activation::silu);
  EXPECT_EQ(activation("relu2"), Activation::relu_squared);
}

TEST(Config, RefusesAnUnknownActivationWithTheKnownOnes) {
  const auto read = [] { config_of(R"({"hidden_act": "prelu"})").activation("hidden_act", "silu"); };
  EXPECT_EQ(message_of(read),
            "\"hidden_act\" is \"prelu\", an activation that Headlight does not compute; it computes relu, relu2, "
            "gelu, gelu_python, gelu_new, gelu_fast, gelu_accurate, gelu_pytorch_tanh, gelu_python_tanh, "
            "quick_gelu, silu, swish, gelu_10, hardswish, laplace, leaky_relu, linear, mish, relu6, sigmoid, sqrtsoftplus, tanh");
  EXPECT_EQ(code_of(read), ErrorCode::unsupported);
}

TEST(Config, ReadsAFieldUnderItsOtherName) {
  const Config config = config_of(R"({"hidden_size": 8})").with_aliases({{"hidden_size", "n_embd"}});
  EXPECT_EQ(config.count("n_embd", 768), 8);
}

TEST(Config, LeavesOutFieldsThatAnArchitectureDoesNotHave) {
  const Config config = config_of(R"({"head_dim": 8, "n_head": 4})").without({"head_dim"});
  EXPECT_FALSE(config.has("head_dim"));
  EXPECT_EQ(config.count("n_head", 12), 4);
}

TEST(Config, RefusesTwoNamesThatDisagree) {
  EXPECT_EQ(message_of([] { config_of(R"({"hidden_size": 8, "n_embd": 16})").with_aliases({{"hidden_size", "n_embd"}}); }),
            "\"hidden_size\" is 8 but \"n_embd\", which is the same, is 16");
}

TEST(Config, RefusesAFlagThatStandsOtherwise) {
  EXPECT_EQ(message_of([] { config_of(R"({"x": true})").require_flag("x", false, false); }),
            "\"x\" is true, which Headlight does not compute; only false is");
  EXPECT_NO_THROW(config_of("{}").require_flag("x", false, false));
}

TEST(Config, DividesEvenlyOrSaysWhatDoesNot) {
  EXPECT_EQ(divide_evenly("n_embd", 48, "n_head", 4), 12);
  EXPECT_EQ(message_of([] { divide_evenly("n_embd", 50, "n_head", 4); }),
            "\"n_embd\" is 50, which is no multiple of \"n_head\", 4");
}

}  // namespace
}  // namespace headlight
