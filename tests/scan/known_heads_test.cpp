// The smallest shipped model: a scan finds what other programs found.
#include <gtest/gtest.h>

#include "tests/scan/known_heads.hpp"

namespace headlight::testing_support {
namespace {

TEST(KnownHeads, OfMixtureTinyAreFound) {
  expect_known_heads({.folder = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models/mixture-tiny",
                      .statistics = {{"previous-token", {{"L1H1", 0.98}}},
                                     {"induction", {{"L2H0", 0.95}}},
                                     {"attention-sink", {{"L3H1", 0.57}}}},
                      .families_without_heads = {"duplicate-token"},
                      .effects = {{"L2H0", -7.8}, {"L1H1", -7.8}, {"L1H2", -0.4}},
                      .confirmed = {{"induction", "L2H0"}, {"previous-token", "L1H1"}}});
}

}  // namespace
}  // namespace headlight::testing_support
