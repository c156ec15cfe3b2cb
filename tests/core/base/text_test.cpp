#include "core/base/text.hpp"

#include <gtest/gtest.h>

namespace headlight {
namespace {

TEST(SizeText, HasTwoDigitsAndTheUnitThatFits) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(1), "1 byte");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(9'960), "10 kB");
  EXPECT_EQ(size_text(999'499), "999 kB");
  EXPECT_EQ(size_text(999'500), "1.0 MB");
  EXPECT_EQ(size_text(13'476'854'016), "13 GB");
  EXPECT_EQ(size_text(INT64_MAX), "9.2 EB");
}

TEST(SecondsText, HasNoMoreDigitsThanItNeeds) {
  EXPECT_EQ(seconds_text(std::chrono::seconds(20)), "20 s");
  EXPECT_EQ(seconds_text(std::chrono::milliseconds(500)), "0.5 s");
  EXPECT_EQ(seconds_text(std::chrono::milliseconds(0)), "0 s");
}

TEST(InQuotes, StandsWhatAnErrorNames) { EXPECT_EQ(in_quotes("rope_theta"), "\"rope_theta\""); }

TEST(Listed, EndsWithHowManyMore) {
  EXPECT_EQ(listed({}), "none");
  EXPECT_EQ(listed({"a", "b"}), "a, b");
  EXPECT_EQ(listed({"a", "b", "c"}, 2), "a, b and 1 more");
}

}  // namespace
}  // namespace headlight
