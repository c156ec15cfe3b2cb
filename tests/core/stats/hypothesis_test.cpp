#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/stats/students_t.hpp"
#include "core/stats/summary.hpp"
#include "tests/core/stats/golden.hpp"

namespace headlight {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void expect_same_p(double found, double expected) { EXPECT_NEAR(found, expected, 1e-9 * expected + 1e-300); }

TEST(StudentsT, HasTheTailsOfScipy) {
  const Json cases = golden("tails");
  for (const Json& point : cases.as_array())
    expect_same_p(students_t_upper_tail(point["t"].as_number(), point["df"].as_number()), point["sf"].as_number());
}

TEST(StudentsT, TakesWhatIsNotFinite) {
  EXPECT_EQ(students_t_upper_tail(kInfinity, 5), 0);
  EXPECT_EQ(students_t_upper_tail(-kInfinity, 5), 1);
  EXPECT_TRUE(std::isnan(students_t_upper_tail(std::nan(""), 5)));
}

TEST(PairedT, IsThatOfScipy) {
  const Json cases = golden("paired");
  for (const Json& sample : cases.as_array()) {
    const auto a = numbers(sample["a"]), b = numbers(sample["b"]);
    expect_same_p(paired_t_test(a, b, Tail::greater).value(), sample["greater"].as_number());
    expect_same_p(paired_t_test(a, b, Tail::two_sided).value(), sample["two_sided"].as_number());
  }
}

TEST(PairedT, SaysNothingOfOnePair) {
  const std::vector<double> one{1};
  EXPECT_EQ(paired_t_test(one, one, Tail::greater), std::nullopt);
  EXPECT_EQ(paired_t_test({}, {}, Tail::two_sided), std::nullopt);
}

TEST(PairedT, IsCertainWhenAllDifferencesAreEqual) {
  const std::vector<double> low{1, 2, 3}, high{2, 3, 4};
  EXPECT_EQ(paired_t_test(high, low, Tail::greater), 0.0);
  EXPECT_EQ(paired_t_test(low, high, Tail::greater), 1.0);
  EXPECT_EQ(paired_t_test(low, high, Tail::two_sided), 0.0);
  EXPECT_EQ(paired_t_test(low, low, Tail::greater), 1.0);
  EXPECT_EQ(paired_t_test(low, low, Tail::two_sided), 1.0);
}

TEST(PairedT, RefusesUnequalLengths) {
  const std::vector<double> two{1, 2}, three{1, 2, 3};
  EXPECT_THROW(paired_t_test(two, three, Tail::greater), Error);
}

TEST(PredictionP, IsTheTailOfTheTInterval) {
  const Json cases = golden("prediction");
  for (const Json& sample : cases.as_array())
    expect_same_p(prediction_p(sample["value"].as_number(), numbers(sample["draws"])).value(), sample["p"].as_number());
}

// Nine heads in ten have none and one has all: by the interval a further one that has all is far out (p 0.005).
TEST(PredictionP, IsNoSmallerThanTheRankAmongDrawsThatReachTheValue) {
  std::vector<double> draws(27, 0.0);
  draws.insert(draws.end(), 3, 1.0);
  EXPECT_EQ(prediction_p(1, draws), 4.0 / 31);
  EXPECT_EQ(prediction_p(0.5, draws).value(), 4.0 / 31);
  EXPECT_LT(prediction_p(1.01, draws).value(), 0.01) << "beyond all of them the interval speaks";
}

TEST(PredictionP, SaysNothingOfTwoDraws) {
  const std::vector<double> two{1, 2};
  EXPECT_EQ(prediction_p(5, two), std::nullopt);
}

TEST(PredictionP, OfANullThatNeverVariesAsksOnlyWhetherTheValueIsAbove) {
  const std::vector<double> draws{0.25, 0.25, 0.25};
  EXPECT_EQ(prediction_p(0.26, draws), 0.0);
  EXPECT_EQ(prediction_p(0.25, draws), 1.0);
  EXPECT_EQ(prediction_p(0.24, draws), 1.0);
}

TEST(FalseDiscovery, HasTheQOfScipy) {
  const Json cases = golden("false_discovery");
  for (const Json& family : cases.as_array()) {
    const auto q = false_discovery_q(numbers(family["p"])), expected = numbers(family["q"]);
    ASSERT_EQ(q.size(), expected.size());
    for (size_t i = 0; i < q.size(); ++i) EXPECT_NEAR(q[i], expected[i], 1e-12);
  }
}

TEST(FalseDiscovery, OfNothingIsNothing) { EXPECT_TRUE(false_discovery_q({}).empty()); }

TEST(FalseDiscovery, NamesThePThatIsNone) {
  try {
    false_discovery_q(std::vector<double>{0.5, std::nan("")});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("p value 1 is nan, expected 0 to 1"));
  }
}

}  // namespace
}  // namespace headlight
