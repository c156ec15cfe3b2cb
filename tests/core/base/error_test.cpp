#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/utf8.hpp"

namespace headlight {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string shown(const std::string& message) { return Error(ErrorCode::corrupt, message).what(); }

TEST(Error, SaysWhatItWasGiven) {
  EXPECT_EQ(shown("the name \"é\" stands twice:\n\tonce here"), "the name \"é\" stands twice:\n\tonce here");
  EXPECT_EQ(std::string(Error(ErrorCode::corrupt, "is empty").at("a/b.json").what()), "a/b.json: is empty");
}

TEST(Error, ShowsNothingOfAFileThatATerminalWouldObey) {
  EXPECT_EQ(shown("the name \"\x1b[2J\r\x7f\" is unknown"), "the name \"?[2J??\" is unknown");
  EXPECT_EQ(shown(std::string("a\0b", 3)), "a?b");
}

TEST(Error, IsAlwaysUtf8) { EXPECT_EQ(shown("the name \"a\xff\" is unknown"), "the name \"a\uFFFD\" is unknown"); }

TEST(Error, LeavesOutTheMiddleOfAQuotedFile) {
  std::string quoted;
  while (quoted.size() < 100'000) quoted += "é";
  const std::string text = Error(ErrorCode::corrupt, "the name \"" + quoted + "\" stands twice").at("a/b.json").what();
  EXPECT_LE(text.size(), Error::kLongest);
  EXPECT_THAT(text, StartsWith("a/b.json: the name \"éé"));
  EXPECT_THAT(text, EndsWith("éé\" stands twice"));
  EXPECT_THAT(text, HasSubstr(" bytes] "));
  EXPECT_EQ(find_invalid_utf8(text), std::string_view::npos);
}

}  // namespace
}  // namespace headlight
