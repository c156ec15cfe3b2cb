// The larger shipped models: a scan finds what other programs found.
#include <gtest/gtest.h>

#include "tests/scan/known_heads.hpp"

namespace headlight::testing_support {
namespace {

const std::filesystem::path kModels = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models";

TEST(KnownHeads, OfMixtureGpt2AreFound) {
  expect_known_heads({.folder = kModels / "mixture-gpt2",
                      .statistics = {{"previous-token", {{"L3H7", 0.90}, {"L3H6", 0.86}, {"L4H7", 0.57}}},
                                     {"duplicate-token", {{"L3H2", 0.60}}},
                                     {"induction", {{"L4H4", 0.94}, {"L4H2", 0.93}}},
                                     {"attention-sink", {{"L3H5", 0.64}, {"L2H4", 0.52}}}},
                      .families_without_heads = {},
                      .effects = {{"L4H4", -7.7}, {"L3H2", -0.2}, {"L4H2", -0.2}},
                      .confirmed = {{"induction", "L4H4"}, {"duplicate-token", "L3H2"}}});
}

TEST(KnownHeads, OfMixtureLlamaAreFound) {
  expect_known_heads(
      {.folder = kModels / "mixture-llama",
       .statistics = {{"previous-token", {{"L1H3", 1.00}, {"L3H5", 0.69}, {"L3H3", 0.48}}},
                      {"duplicate-token", {{"L3H6", 0.60}}},
                      {"induction",
                       {{"L2H4", 0.99}, {"L2H5", 0.96}, {"L3H0", 0.94}, {"L3H1", 0.94}, {"L2H6", 0.93}, {"L2H7", 0.81}}},
                      {"attention-sink", {{"L1H0", 0.99}, {"L1H7", 0.84}}}},
       .families_without_heads = {},
       .effects = {{"L1H3", -7.8}, {"L1H2", -7.5}, {"L3H6", -1.4}, {"L2H4", -1.2}},
       .confirmed = {{"induction", "L2H4"}, {"previous-token", "L1H3"}, {"duplicate-token", "L3H6"}}});
}

}  // namespace
}  // namespace headlight::testing_support
