// The numbers are those of transformers 5.23's functions in float64; rotary_reference.py prints them. Tolerance 1e-11.
#include "core/checkpoint/rotary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::code_of;
using testing_support::message_of;

constexpr RotaryDefaults kDefaults{.d_head = 8, .max_positions = 128};

Rotary rotary_of(const std::string& config, const RotaryDefaults& defaults = kDefaults) {
  return read_rotary(Config(parse_json(config)), defaults);
}

std::string rotary_refusal(const std::string& config, const RotaryDefaults& defaults = kDefaults) {
  return message_of([&] { rotary_of(config, defaults); });
}

auto near(double a, double b, double c, double d) {
  constexpr double kTolerance = 1e-11;
  return ElementsAre(DoubleNear(a, kTolerance), DoubleNear(b, kTolerance), DoubleNear(c, kTolerance), DoubleNear(d, kTolerance));
}

TEST(Rotary, IsPlainWithoutFields) {
  const Rotary rotary = rotary_of("{}");
  EXPECT_EQ(rotary.description.n_dims, 8);
  EXPECT_EQ(rotary.longest_prompt, 128);
  EXPECT_EQ(rotary.description.attention_factor, 1);
  EXPECT_THAT(rotary.description.inverse_frequencies, near(1, 0.1, 0.01, 0.001));
}

TEST(Rotary, TakesThetaFromWhereEitherVersionPutsIt) {
  const auto old_style = rotary_of(R"({"rope_theta": 160000, "rope_scaling": null})");
  const auto new_style = rotary_of(R"({"rope_parameters": {"rope_theta": 160000.0, "rope_type": "default"}})");
  EXPECT_THAT(old_style.description.inverse_frequencies, near(1, 0.05, 0.0025, 0.000125));
  EXPECT_EQ(old_style.description.inverse_frequencies, new_style.description.inverse_frequencies);
}

TEST(Rotary, ScalesLinearly) {
  EXPECT_THAT(rotary_of(R"({"rope_scaling": {"type": "linear", "factor": 4.0}})").description.inverse_frequencies,
              near(0.25, 0.025, 0.0025, 0.00025));
}

TEST(Rotary, ScalesAsLlama3) {
  const std::string fields =
      R"("factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64)";
  const Rotary old_style = rotary_of(R"({"rope_theta": 10000, "rope_scaling": {"rope_type": "llama3", )" + fields + "}}");
  const Rotary new_style = rotary_of(R"({"rope_parameters": {"rope_theta": 10000, "rope_type": "llama3", )" + fields + "}}");
  EXPECT_THAT(old_style.description.inverse_frequencies, near(1, 0.0130422560438, 0.00125, 0.000125));
  EXPECT_EQ(old_style.description.inverse_frequencies, new_style.description.inverse_frequencies);
}

TEST(Rotary, ScalesAsYarn) {
  const Rotary plain =
      rotary_of(R"({"rope_parameters": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}})");
  EXPECT_THAT(plain.description.inverse_frequencies, near(1, 0.025, 0.0025, 0.00025));
  EXPECT_DOUBLE_EQ(plain.description.attention_factor, 1.138629436111989);

  const Rotary untruncated = rotary_of(R"({"rope_parameters": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 16, "beta_slow": 2,
                                      "truncate": false, "original_max_position_embeddings": 512}})");
  EXPECT_THAT(untruncated.description.inverse_frequencies, near(1, 0.075664394391, 0.0025, 0.00025));

  const Rotary with_mscale =
      rotary_of(R"({"rope_parameters": {"rope_type": "yarn", "factor": 40.0, "mscale": 1.0, "mscale_all_dim": 0.5,
                                      "original_max_position_embeddings": 32}})");
  EXPECT_THAT(with_mscale.description.inverse_frequencies, near(1, 0.0025, 0.00025, 0.000025));
  EXPECT_DOUBLE_EQ(with_mscale.description.attention_factor, 1.1557219901962608);

  const Rotary given = rotary_of(R"({"rope_parameters": {"rope_type": "yarn", "factor": null, "attention_factor": 1.25,
                                "original_max_position_embeddings": 32}})");
  EXPECT_THAT(given.description.inverse_frequencies, near(1, 0.025, 0.0025, 0.00025));
  EXPECT_EQ(given.description.attention_factor, 1.25);
}

TEST(Rotary, TakesLongropesShortFactorsInTheOriginalContextAndTheLongOnesBeyondIt) {
  const Rotary rotary =
      rotary_of(R"({"rope_scaling": {"type": "longrope", "short_factor": [1, 1.5, 2, 3], "long_factor": [2, 4, 5, 10]},
                                 "original_max_position_embeddings": 32})");
  EXPECT_THAT(rotary.description.inverse_frequencies, near(1, 0.0666666666667, 0.005, 0.000333333333333));
  EXPECT_THAT(inverse_frequencies_of(rotary.description, 32), near(1, 0.0666666666667, 0.005, 0.000333333333333));
  EXPECT_THAT(inverse_frequencies_of(rotary.description, 33), near(0.5, 0.025, 0.002, 0.0001));
  EXPECT_DOUBLE_EQ(rotary.description.attention_factor, 1.1832159566199232);
  EXPECT_EQ(rotary.longest_prompt, 128);
}

TEST(Rotary, StretchesTheBaseOfDynamicScalingBeyondTheContext) {
  const Rotary rotary = rotary_of(R"({"rope_scaling": {"type": "dynamic", "factor": 2.0}})");
  EXPECT_THAT(inverse_frequencies_of(rotary.description, 128), near(1, 0.1, 0.01, 0.001));
  const double base = 10000 * std::pow(2.0, 8.0 / 6);  // 2 * 192 / 128 - 1 = 2
  EXPECT_THAT(inverse_frequencies_of(rotary.description, 192),
              near(1, std::pow(base, -0.25), std::pow(base, -0.5), std::pow(base, -0.75)));
  EXPECT_EQ(rotary.longest_prompt, 256);
}

// Files of long-context models often keep the length that the model had before.
TEST(Rotary, LetsPromptsBeAsLongAsTheScalingStretchesThem) {
  EXPECT_EQ(rotary_of(R"({"rope_scaling": {"type": "linear", "factor": 4.0}})").longest_prompt, 512);
  EXPECT_EQ(rotary_of(R"({"rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}})").longest_prompt, 256);
  EXPECT_EQ(rotary_of(R"({"rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}})").longest_prompt, 128);
  EXPECT_EQ(rotary_of("{}").longest_prompt, 128);
}

TEST(Rotary, RotatesAPartWhereTheArchitectureHasThat) {
  const RotaryDefaults half{.d_head = 8, .max_positions = 128, .partial_factor = 0.5, .partial_is_supported = true};
  EXPECT_EQ(rotary_of("{}", half).description.n_dims, 4);
  EXPECT_EQ(rotary_of(R"({"partial_rotary_factor": 0.25})", half).description.n_dims, 2);
  EXPECT_EQ(rotary_of(R"({"rope_parameters": {"partial_rotary_factor": 1.0}})", half).description.n_dims, 8);
}

// int(12 * 0.25) = 3 dimensions give the exponents 0 and 2/3, and transformers rotates 4 dimensions by them.
TEST(Rotary, RoundsAnOddPartUpAsTransformersDoes) {
  const Rotary rotary = rotary_of("{}", {.d_head = 12, .max_positions = 128, .partial_factor = 0.25, .partial_is_supported = true});
  EXPECT_EQ(rotary.description.n_dims, 4);
  EXPECT_THAT(rotary.description.inverse_frequencies, ElementsAre(1, DoubleNear(std::pow(10000, -2.0 / 3), 1e-12)));
}

TEST(Rotary, RefusesAnUnknownScalingByName) {
  const std::string config = R"({"rope_scaling": {"type": "su", "factor": 2.0}})";
  EXPECT_EQ(rotary_refusal(config),
            "\"rope_scaling\": \"type\" is \"su\", a scaling that Headlight does not compute; it computes default, "
            "linear, dynamic, yarn, longrope, llama3, proportional");
  EXPECT_EQ(code_of([&] { rotary_of(config); }), ErrorCode::unsupported);
}

TEST(Rotary, NamesTheFieldThatAScalingLacks) {
  EXPECT_EQ(rotary_refusal(R"({"rope_scaling": {"type": "linear"}})"), "\"rope_scaling\": the field \"factor\" is missing");
  EXPECT_THAT(rotary_refusal(R"({"rope_parameters": {"rope_type": "llama3", "factor": 8}})"),
              HasSubstr("\"low_freq_factor\" is missing"));
  EXPECT_THAT(rotary_refusal(R"({"rope_parameters": {"rope_type": "longrope"}})"), HasSubstr("\"short_factor\" is missing"));
}

TEST(Rotary, RefusesNumbersThatMakeNoRotation) {
  EXPECT_THAT(rotary_refusal(R"({"rope_theta": 0})"), HasSubstr("\"rope_theta\" is 0; it must be above 0"));
  EXPECT_THAT(rotary_refusal(R"({"rope_scaling": {"type": "linear", "factor": -2}})"),
              HasSubstr("\"factor\" is -2, which is not above 0"));
  EXPECT_THAT(rotary_refusal(R"({"rope_scaling": {"type": "longrope", "short_factor": [1, 2]}})"),
              HasSubstr("\"short_factor\" has 2 numbers and the rotation 4 frequencies"));
  EXPECT_THAT(rotary_refusal(R"({"rope_scaling": [1]})"), HasSubstr("\"rope_scaling\" is [1], which is not an object"));
}

TEST(Rotary, RefusesFrequenciesThatAreNotFinite) {
  EXPECT_THAT(rotary_refusal(R"({"rope_scaling": {"type": "longrope", "short_factor": [1, 0, 1, 1], "long_factor": [1, 1, 1, 1]}})"),
              HasSubstr("not finite"));
  EXPECT_THAT(rotary_refusal(R"({"rope_scaling": {"type": "yarn", "factor": 4, "beta_fast": -1, "truncate": false}})"),
              HasSubstr("not finite"));
}

// transformers' plain rotation does not read the field there; the scaled ones fail.
TEST(Rotary, RotatesAllWhereTheArchitectureHasNoPart) {
  const Rotary rotary = rotary_of(R"({"partial_rotary_factor": 0.5})");
  EXPECT_EQ(rotary.description.n_dims, 8);
  ASSERT_EQ(rotary.notes.size(), 1u);
  EXPECT_THAT(rotary.notes[0], HasSubstr("\"partial_rotary_factor\" is set and has no effect"));
  EXPECT_THAT(rotary_refusal(R"({"partial_rotary_factor": 0.5, "rope_scaling": {"type": "linear", "factor": 2.0}})"),
              HasSubstr("\"partial_rotary_factor\" is 0.5; this architecture has only 1 with a \"linear\" scaling"));
}

TEST(Rotary, TurnsTheFirstPairsOfWholeHeadsInProportion) {
  const Rotary rotary = rotary_of(R"({"rope_parameters": {"rope_type": "proportional", "factor": 2.0, "partial_rotary_factor": 0.5}})");
  EXPECT_EQ(rotary.description.n_dims, 8);
  EXPECT_THAT(rotary.description.inverse_frequencies, near(0.5, 0.05, 0, 0));
}

// A null beside the parameters is the whole head, not the architecture's share.
TEST(Rotary, TakesANullShareForTheWholeHead) {
  const RotaryDefaults half{.d_head = 8, .max_positions = 128, .partial_factor = 0.5, .partial_is_supported = true};
  EXPECT_EQ(rotary_of(R"({"partial_rotary_factor": null})", half).description.n_dims, 8);
}

// Phi and StableLM cut a head at the odd number; others round it up.
TEST(Rotary, RefusesAnOddPartWhereTransformersDoesNotRoundItUp) {
  const RotaryDefaults defaults{.d_head = 12, .max_positions = 128, .partial_factor = 0.25, .partial_is_supported = true, .n_dims_must_be_even = true};
  EXPECT_THAT(rotary_refusal("{}", defaults), HasSubstr("it would rotate 3 of the 12 dimensions of a head, an odd number"));
}

TEST(Rotary, StretchesTheBaseOfDynamicForAnOddPartToo) {
  const RotaryDefaults quarter{.d_head = 12, .max_positions = 128, .partial_factor = 0.25, .partial_is_supported = true};
  const Rotary rotary = rotary_of(R"({"rope_scaling": {"type": "dynamic", "factor": 2.0}})", quarter);
  const double base = 10000 * std::pow(2.0, 3.0);  // (2 * 192 / 128 - 1) ^ (3 / (3 - 2))
  EXPECT_THAT(inverse_frequencies_of(rotary.description, 192), ElementsAre(1, DoubleNear(std::pow(base, -2.0 / 3), 1e-12)));
}

TEST(Rotary, TurnsBackWhereTheArchitectureDoes) {
  const Rotary rotary = rotary_of("{}", {.d_head = 8, .max_positions = 128, .turns_back = true});
  EXPECT_THAT(inverse_frequencies_of(rotary.description, 5), near(-1, -0.1, -0.01, -0.001));
}

TEST(Rotary, RefusesAHeadWithNothingToRotate) {
  EXPECT_THAT(rotary_refusal("{}", {.d_head = 3, .max_positions = 128}), HasSubstr("it would rotate 4 of the 3 dimensions of a head"));
}

}  // namespace
}  // namespace headlight
