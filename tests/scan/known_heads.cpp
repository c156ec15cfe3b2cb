#include "tests/scan/known_heads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {
namespace {

constexpr double kStatisticTolerance = 0.03;  // other random prompts
constexpr double kEffectTolerance = 0.15;     // the same quantity on other prompts, relative;
constexpr double kPrinted = 0.05;             // the table has one digit behind the point

// By falling size of the score.
std::vector<HeadResult> ranked(const MemorySink::Run& run) {
  std::vector<HeadResult> heads;
  if (!run.summary) throw Error(ErrorCode::internal, run.key.method + " failed: " + run.error_message);
  for (const HeadResult& head : run.summary->heads)
    if (head.output == 0 && head.score) heads.push_back(head);
  std::sort(heads.begin(), heads.end(), [](const auto& a, const auto& b) { return std::abs(*a.score) > std::abs(*b.score); });
  return heads;
}

const HeadResult& find(const std::vector<HeadResult>& heads, const std::string& name) {
  for (const HeadResult& head : heads)
    if (to_string(head.head) == name) return head;
  throw Error(ErrorCode::not_found, "no score of " + name);
}

void expect_statistics(const std::string& family, const std::vector<KnownHead>& known, const std::vector<HeadResult>& found) {
  std::vector<std::string> top, expected;
  for (size_t i = 0; i < known.size(); ++i) {
    top.push_back(to_string(found.at(i).head));
    expected.push_back(known[i].head);
    EXPECT_NEAR(*find(found, known[i].head).score, known[i].value, kStatisticTolerance) << family << " " << known[i].head;
  }
  EXPECT_THAT(top, ::testing::UnorderedElementsAreArray(expected)) << family;
}

void expect_effects(const std::vector<KnownHead>& known, const std::vector<HeadResult>& found) {
  for (const KnownHead& head : known) {
    const double effect = *find(found, head.head).score;
    EXPECT_LT(effect, 0) << head.head;
    EXPECT_NEAR(effect, head.value, kEffectTolerance * std::abs(head.value) + kPrinted) << head.head;
  }
}

}  // namespace

void expect_known_heads(const KnownModel& known) {
  MemorySink sink;
  const TrialResult result =
      run({.models = {known.folder}, .families = {}, .methods = {"score", "zero-ablation"}, .n_prompts = 32}, sink);
  EXPECT_EQ(result.report.n_failed, 0);
  EXPECT_EQ(result.report.n_not_measurable, 0);
  for (const auto& [family, heads] : known.statistics) expect_statistics(family, heads, ranked(sink.run(family, "score")));
  for (const std::string& family : known.families_without_heads)
    for (const HeadResult& head : ranked(sink.run(family, "score")))
      EXPECT_FALSE(head.present) << family << " " << to_string(head.head);
  const auto effects = ranked(sink.run("", "zero-ablation"));
  expect_effects(known.effects, effects);
  for (const auto& [family, head] : known.confirmed) {
    EXPECT_TRUE(find(ranked(sink.run(family, "score")), head).present) << family << " " << head;
    EXPECT_TRUE(find(effects, head).present) << family << " " << head;
  }
}

}  // namespace headlight::testing_support
