#include "core/base/head_id.hpp"

#include <gtest/gtest.h>

namespace headlight {
namespace {

TEST(HeadId, IsPrintedAsLayerAndHead) { EXPECT_EQ(to_string(HeadId{.layer = 5, .head = 1}), "L5H1"); }

TEST(HeadId, IsUnderstoodInEveryNotationOfTheField) {
  for (const char* text : {"L5H1", "l5h1", "5.1", "5-1", "a5.h1", "A5.1", "(5, 1)", "(5,1)", " L5H1 ", "L5.H1"}) {
    const auto id = parse_head_id(text);
    ASSERT_TRUE(id) << text;
    EXPECT_EQ(*id, (HeadId{.layer = 5, .head = 1})) << text;
  }
}

TEST(HeadId, RefusesWhatIsNoHead) {
  for (const char* text : {"", "L5", "5", "L5KV0", "5.1.2", "(5, 1", "H1L5", "5 1", "-5.1", "L99999999999H1", "51", "5h1"})
    EXPECT_FALSE(parse_head_id(text)) << text;
}

}  // namespace
}  // namespace headlight
