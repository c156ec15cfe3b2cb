#include "core/tasks/phrase.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hpp"

namespace headlight::tasks {
namespace {

Piece text(const char* literal) { return {.text = literal, .placeholder = {}}; }
Piece placeholder(Placeholder value) { return {.text = "", .placeholder = std::move(value)}; }

std::string refusal(std::string_view phrase) {
  try {
    parse_phrase(phrase);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Phrase, IsTextAndPlaceholders) {
  EXPECT_THAT(parse_phrase("When {IO} met"),
              testing::ElementsAre(text("When "), placeholder({.name = "IO", .field = ""}), text(" met")));
  EXPECT_THAT(parse_phrase("plain"), testing::ElementsAre(text("plain")));
  EXPECT_THAT(parse_phrase(""), testing::IsEmpty());
}

TEST(Phrase, KnowsFieldsFiltersAndLists) {
  EXPECT_THAT(parse_phrase("{fact.key|cap}{w|initial}{names*}"),
              testing::ElementsAre(placeholder({.name = "fact", .field = "key", .spread = false, .filter = Filter::cap}),
                                   placeholder({.name = "w", .field = "", .spread = false, .filter = Filter::initial}),
                                   placeholder({.name = "names", .field = "", .spread = true})));
  EXPECT_EQ(parse_phrase("{fact.key}")[0].placeholder->spelled(), "fact.key");
}

TEST(Phrase, WritesBracesTwice) {
  EXPECT_THAT(parse_phrase("{{a}} {{{b}}}"),
              testing::ElementsAre(text("{a} {"), placeholder({.name = "b", .field = ""}), text("}")));
}

TEST(Phrase, RefusesWhatIsNoPlaceholderAndQuotesIt) {
  EXPECT_THAT(refusal("a {} b"), testing::HasSubstr("{} is not a placeholder"));
  EXPECT_THAT(refusal("{two words}"), testing::HasSubstr("{two words} is not a placeholder: a name is a letter"));
  EXPECT_THAT(refusal("{a|loud}"),
              testing::HasSubstr("{a|loud} is not a placeholder: the filter is not known; allowed: {name}, {name.field}"));
  EXPECT_THAT(refusal("{a.}"), testing::HasSubstr("the field after the point"));
  EXPECT_THAT(refusal("open {a"), testing::HasSubstr("the { in \"open {a\" is never closed"));
  EXPECT_THAT(refusal("a} b"), testing::HasSubstr("closes nothing; write }} for a brace"));
}

}  // namespace
}  // namespace headlight::tasks
