#include "core/base/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace headlight {
namespace {

std::string message_of(auto action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Json, ReadsBackWhatItWrites) {
  const std::string text = R"({"a":[1,2.5,true,null,"\u00e9\n"],"b":{"c":-3}})";
  const Json value = parse_json(text);
  EXPECT_EQ(value["a"][1].as_number(), 2.5);
  EXPECT_EQ(value["a"][4].as_string(), "é\n");
  EXPECT_EQ(parse_json(to_text(value)), value);
  EXPECT_EQ(parse_json(to_pretty_text(value)), value);
}

TEST(Json, PrintsWhatIsNoNumberAsNull) {
  EXPECT_EQ(to_text(Json(std::nan(""))), "null");
  EXPECT_EQ(to_text(Json(std::numeric_limits<double>::infinity())), "null");
}

TEST(Json, PrintsFloatsInTheirShortestForm) {
  EXPECT_EQ(number_text(0.1f), "0.1");
  EXPECT_EQ(number_text(0.1), "0.1");
}

TEST(Json, NamesTheMissingField) {
  EXPECT_THAT(message_of([] { parse_json("{}").at("n_layer"); }), testing::HasSubstr("\"n_layer\" is missing"));
}

TEST(Json, NamesTheFieldOfTheWrongType) {
  EXPECT_EQ(message_of([] { parse_json(R"({"n": "x"})").value_or("n", 1); }), "\"n\": expected an integer, found a string");
}

TEST(Json, TakesTheFallbackForMissingAndNull) {
  const Json value = parse_json(R"({"n": null})");
  EXPECT_EQ(value.value_or("n", 7), 7);
  EXPECT_EQ(value.value_or("m", 7), 7);
}

TEST(JsonText, ReadsNumbersToTheLastBitAndWritesThemSoThatTheyAreReadBack) {
  EXPECT_EQ(parse_json("12.03e221").as_number(), 12.03e221);
  EXPECT_TRUE(std::signbit(parse_json(to_text(Json(-0.0))).as_number()));
  Random random(5);
  for (int i = 0; i < 20000; ++i) {
    const double value = std::bit_cast<double>(random.next());
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(parse_json(to_text(Json(value))).as_number(), value) << to_text(Json(value));
  }
}

TEST(JsonText, RefusesWithLineAndColumn) {
  EXPECT_THAT(message_of([] { parse_json("{\n \"a\": ,\n}"); }), testing::HasSubstr("line 2, column 7"));
}

TEST(JsonText, RefusesARepeatedName) {
  EXPECT_THAT(message_of([] { parse_json(R"({"a": 1, "a": 2})"); }), testing::HasSubstr("\"a\" stands twice"));
}

TEST(JsonText, RefusesWhatFollowsTheValue) { EXPECT_THROW(parse_json("{} x"), Error); }

TEST(JsonText, RefusesAnUnfinishedText) { EXPECT_THROW(parse_json("{\"a\": [1, 2"), Error); }

TEST(JsonText, RefusesDepthBeyondItsBound) { EXPECT_THROW(parse_json(std::string(100000, '[')), Error); }

TEST(JsonText, RefusesInvalidUtf8) { EXPECT_THROW(parse_json("\"\xff\""), Error); }

}  // namespace
}  // namespace headlight
