#include "core/base/hash.hpp"

#include <gtest/gtest.h>

namespace headlight {
namespace {

TEST(ContentHash, IsXxh3OfTheText) { EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f"); }

TEST(Hasher, TellsPartsFromTheirConcatenation) {
  EXPECT_NE(Hasher().add("ab").add("c").digest(), Hasher().add("a").add("bc").digest());
  EXPECT_EQ(Hasher().add("ab").add("c").digest(), Hasher().add("ab").add("c").digest());
}

}  // namespace
}  // namespace headlight
