#include "core/base/random.hpp"

#include <gtest/gtest.h>

namespace headlight {
namespace {

TEST(Random, IsTheSameOnEveryMachine) {
  Random random(1);
  EXPECT_EQ(random.next(), 0x910a2dec89025cc1u);
}

TEST(Random, GivesEachStreamItsOwnNumbers) { EXPECT_NE(Random(1, "ioi").next(), Random(1, "stories").next()); }

TEST(Random, DrawsEvenlyBelowABound) {
  Random random(3);
  std::vector<int> counts(5);
  for (int i = 0; i < 50000; ++i) ++counts[random.below(5)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
}

TEST(Random, DrawsStandardNormals) {
  Random random(4);
  double sum = 0, squares = 0;
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / n, 0, 0.02);
  EXPECT_NEAR(squares / n, 1, 0.02);
}

}  // namespace
}  // namespace headlight
