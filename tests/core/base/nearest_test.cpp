#include "core/base/nearest.hpp"

#include <gtest/gtest.h>

#include "core/base/visible.hpp"

namespace headlight {
namespace {

const std::vector<std::string> kNames = {"induction", "previous-token", "ioi", "ioi-natural"};

TEST(Nearest, IsTheWordThatFewestLettersTurnInto) {
  EXPECT_EQ(nearest("induktion", kNames), "induction");
  EXPECT_EQ(nearest("inudction", kNames), "induction");  // two letters have changed places
  EXPECT_EQ(nearest("ioi-naturel", kNames), "ioi-natural");
  EXPECT_EQ(nearest("ioj", kNames), "ioi");
}

TEST(Nearest, IsNothingWhereMoreThanAThirdIsWrong) {
  EXPECT_EQ(nearest("retrieval", kNames), std::nullopt);
  EXPECT_EQ(nearest("", kNames), std::nullopt);
  EXPECT_EQ(nearest(std::string(100000, 'i'), kNames), std::nullopt);
}

TEST(InsteadOf, SaysWhatWasProbablyMeantAndWhatThereIs) {
  EXPECT_EQ(instead_of("ioj", {"ioi", "fact"}), "; did you mean ioi? There are ioi, fact");
  EXPECT_EQ(instead_of("retrieval", {"ioi", "fact"}, 1), "; there are ioi and 1 more");
  EXPECT_EQ(instead_of("ioj", {"ioi"}), "; did you mean ioi? There is ioi");
  EXPECT_EQ(instead_of("ioi", {}), "; there is none at all");
}

TEST(VisibleWhitespace, PutsTheTextInOneLine) { EXPECT_EQ(visible_whitespace("A. red\r\n\tB"), "A. red␍↵→B"); }

}  // namespace
}  // namespace headlight
