#include "core/tokenizer/regex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/tokenizer/regex_syntax.hpp"
#include "tests/core/tokenizer/golden.hpp"

namespace headlight::tokenization {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> matches(std::string_view pattern, std::string_view text, Regex::Kind kind = Regex::Kind::oniguruma) {
  const Regex regex(pattern, kind);
  std::vector<std::string> found;
  Regex::Walk walk(regex, text);
  for (ByteSpan match; walk.next(match);) found.emplace_back(text.substr(match.begin, match.end - match.begin));
  return found;
}

std::string refusal(std::string_view pattern) {
  return message_of([&] { pcre2_syntax_of(pattern); });
}

TEST(Regex, TakesNoEmptyMatchRightBehindAnother) { EXPECT_THAT(matches("x*", "axxb"), ElementsAre("", "xx", "")); }

TEST(Regex, TakesLiteralsLiterally) { EXPECT_THAT(matches("a.b(", "a.b(axb(", Regex::Kind::literal), ElementsAre("a.b(")); }

TEST(Regex, FindsLiteralsYoungerThanPcre2) { EXPECT_THAT(matches("\u1c89", "a\u1c89b", Regex::Kind::literal), ElementsAre("\u1c89")); }

TEST(Regex, KnowsTextsThatCannotMatchByTheirBytes) {
  const Regex digits("[0-9][0-9]", Regex::Kind::oniguruma);
  EXPECT_FALSE(digits.may_match("no digits, é"));
  EXPECT_TRUE(digits.may_match("1"));
  EXPECT_TRUE(Regex("x*", Regex::Kind::oniguruma).may_match("ab"));  // empty matches
  EXPECT_TRUE(Regex(R"(\p{Lu})", Regex::Kind::oniguruma).may_match("\u1c89"));
}

TEST(Regex, FindsEmptyLiteralsEverywhere) { EXPECT_THAT(matches("", "ab", Regex::Kind::literal), ElementsAre("", "", "")); }

TEST(Regex, SaysWhereAPatternBreaks) {
  EXPECT_THAT(message_of([] { Regex("a(?=", Regex::Kind::oniguruma); }), HasSubstr("without its"));
  EXPECT_THAT(message_of([] { Regex("\\p{Klingon}", Regex::Kind::oniguruma); }), HasSubstr("does not compile"));
}

TEST(Regex, GivesUpOnACatastrophicPatternWithAnError) {
  const std::string text(40, 'a');
  EXPECT_THAT(message_of([&] { matches("(?:(?:a+)+)+b|(a+)+c", text); }), HasSubstr("gave up"));
}

TEST(Regex, CountsNewCodePointsByTheirCategory) {
  EXPECT_THAT(matches(R"(\p{L}+)", "a\u1c89b \U00031350"), ElementsAre("a\u1c89b", "\U00031350"));
  EXPECT_THAT(matches(R"(\p{Han})", "\U00031350"), ElementsAre("\U00031350"));
}

TEST(RegexSyntax, NestsAndIntersectsClasses) {
  EXPECT_THAT(matches("[a-c[x-z]]+", "abxyd"), ElementsAre("abxy"));
  EXPECT_THAT(matches("[a-z&&[^aeiou]]+", "banana"), ElementsAre("b", "n", "n"));
  EXPECT_THAT(matches("[^a-z&&[^aeiou]]+", "baNe"), ElementsAre("aNe"));
}

TEST(RegexSyntax, TakesAClosingBracketAtTheBeginLiterally) { EXPECT_THAT(matches("[]a]+", "x]a]"), ElementsAre("]a]")); }

TEST(RegexSyntax, RepeatsARepetition) {
  EXPECT_THAT(matches("a{2}+", "aaaaa"), ElementsAre("aaaa"));
  EXPECT_THAT(matches("a{2}?b", "aab"), ElementsAre("aab"));
  EXPECT_THAT(matches("a{2}?b", "ab"), ElementsAre("b"));
}

TEST(RegexSyntax, ReadsIntervalsWithoutABegin) { EXPECT_THAT(matches("a{,2}b", "aaab"), ElementsAre("aab")); }

TEST(RegexSyntax, TakesBracesThatAreNoIntervalLiterally) { EXPECT_THAT(matches("a{x}|{}", "a{x}{}"), ElementsAre("a{x}", "{}")); }

TEST(RegexSyntax, CountsMongolianVowelSeparatorNoSpace) { EXPECT_THAT(matches(R"(\s)", "\u180e\u2003"), ElementsAre("\u2003")); }

TEST(RegexSyntax, KnowsLatinFractionsAsWordsOnlyOutsideClasses) {
  EXPECT_THAT(matches(R"(\w)", "½"), ElementsAre("½"));
  EXPECT_THAT(matches(R"([\w])", "½"), ElementsAre());
}

TEST(RegexSyntax, AnchorsLines) { EXPECT_THAT(matches("^.|.$", "ab\ncd"), ElementsAre("a", "b", "c", "d")); }

TEST(RegexSyntax, MakesTheDotMatchLineFeedsUnderM) { EXPECT_THAT(matches("(?m:a.b)", "a\nb"), ElementsAre("a\nb")); }

TEST(RegexSyntax, RefusesWhatItCannotTranslateByName) {
  EXPECT_THAT(refusal(R"(a\Kb)"), HasSubstr(R"(the escape "\K")"));
  EXPECT_THAT(refusal("(?~ab)"), HasSubstr("the group \"(?~a\""));
  EXPECT_THAT(refusal("(?x) a b"), HasSubstr("the group \"(?x)\""));
  EXPECT_THAT(refusal("a(?i)b|c"), HasSubstr("an option that begins amid a group"));
  EXPECT_THAT(refusal("(?i:ss)"), HasSubstr("characters without regard to case"));
  EXPECT_THAT(refusal("(?i:ß)"), HasSubstr("a character without regard to case"));
  EXPECT_THAT(refusal("(?i:[Þ-ß])"), HasSubstr("a character without regard to case"));
  EXPECT_THAT(refusal("(?i:[ß-\U0010ffff])"), HasSubstr("a character without regard to case"));
  EXPECT_EQ(refusal("(?i:[à-ÿ\U0001d7ce-\U0010ffff])"), "no error");
  EXPECT_THAT(refusal("a{3,2}"), HasSubstr("an interval whose end comes before its begin"));
  EXPECT_THAT(refusal(R"(\xE9)"), HasSubstr("beyond ASCII"));
  EXPECT_THAT(refusal(R"([a-\d])"), HasSubstr("a range that ends in a class"));
  EXPECT_THAT(refusal("[z-a]"), HasSubstr("a range whose end comes before its begin"));
}

TEST(RegexSyntax, RefusesBrokenPatterns) {
  for (const std::string_view pattern :
       {"(",     ")",          "a)",          "[",       "[a", "[^",  "\\",   "[\\", "\\p",  "\\p{",
        "\\p{L", "\\x{",       "\\x{110000}", "\\uD800", "(?", "(?<", "(?<a", "(?#", "(?#\\", "[a&&", "a{99999999999}",
        "(?i",   "[[:alpha:]", "\xff"}) {
    EXPECT_NE(refusal(pattern), "no error") << pattern;
  }
  EXPECT_NE(refusal(std::string(10000, '(')), "no error");
  EXPECT_NE(refusal(std::string(10000, '[')), "no error");
}

}  // namespace
}  // namespace headlight::tokenization
