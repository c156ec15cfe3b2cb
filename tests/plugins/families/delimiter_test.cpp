#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

PromptByHand delimited_text(std::vector<std::string> pieces, std::vector<std::vector<float>> rows) {
  return {.tokens = std::vector<int>(pieces.size(), 7), .sites = {{SiteKind::pattern, {{std::move(rows)}}}}, .pieces = std::move(pieces)};
}

TEST(Delimiter, IsTheMeanWeightOnPunctuationAndEndsOfLines) {
  const auto grids = observe_by_hand("delimiter", {},
                                     delimited_text({"<s>", "A", ".", " dog", "\n"},
                                          {{1}, {0.5f, 0.5f}, {0.2f, 0.2f, 0.6f}, {0.1f, 0.1f, 0.3f, 0.5f}, {0, 0.2f, 0.4f, 0.1f, 0.3f}}));
  EXPECT_NEAR(grids[0][0], (0.6 + 0.3 + 0.7) / 3, 1e-6) << "the first two queries have none before them";
  EXPECT_NEAR(grids[1][0], (0.6 * 3 + 0.3 * 4 + 0.7 / 2 * 5) / 3, 1e-6);
}

TEST(Delimiter, TellsDelimitersFromWordsThatHaveOne) {
  const std::vector<std::vector<float>> rows = {{1}, {0, 1}};
  for (const std::string piece : {".", " ,", "\n", "?!", " \"", ".\n"}) EXPECT_EQ(observe_by_hand("delimiter", {}, delimited_text({"a", piece}, rows))[0][0], 1) << piece;
  for (const std::string piece : {"it's", " ", "a.", "", "3.5"})
    EXPECT_TRUE(std::isnan(observe_by_hand("delimiter", {}, delimited_text({"a", piece}, rows))[0][0])) << piece;
}

TEST(Delimiter, DoesNotCountTheFirstToken) {
  EXPECT_TRUE(std::isnan(observe_by_hand("delimiter", {}, delimited_text({".", "a"}, {{1}, {1, 0}}))[0][0]));
}

TEST(Delimiter, OfAHeadThatLooksAtTheWordsIsNothing) {
  EXPECT_EQ(observe_by_hand("delimiter", {}, delimited_text({"<s>", "A", ".", " dog"}, {{1}, {0, 1}, {0, 1, 0}, {0, 0.5f, 0, 0.5f}}))[0][0], 0);
}

}  // namespace
}  // namespace headlight::testing_support
