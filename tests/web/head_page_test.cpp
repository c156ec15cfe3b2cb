// /models/NAME/heads/L2H5 and /models/NAME/overlap: a head over all families, and families over all heads.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/web/site_test.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using HeadPage = testing_support::SiteTest;

TEST_F(HeadPage, HasALineForEachFamilyWithTheStatisticOfItsBestTask) {
  const Json data = data_of("/models/tiny-gpt/heads/L2H5.json");
  std::map<std::string, double> largest;
  for (const Json& evidence : data.at("evidence").as_array()) {
    if (!evidence.at("measures_family").as_bool() || !evidence.at("outputs")[0].at("score").is_number()) continue;
    const double score = evidence.at("outputs")[0].at("score").as_number();
    largest[evidence.at("family").as_string()] = std::max(score, largest[evidence.at("family").as_string()]);
  }
  ASSERT_EQ(data.at("profile").size(), 2u);
  const Json& first = data.at("profile")[0];
  EXPECT_EQ(first.at("family").as_string(), "induction") << "what it is stands first";
  EXPECT_EQ(first.at("verdict").as_string(), "confirmed");
  EXPECT_EQ(first.at("effect_method").as_string(), "zero-ablation");
  for (const Json& row : data.at("profile").as_array()) {
    EXPECT_EQ(row.at("n_tasks").as_integer(), 2);
    EXPECT_EQ(row.at("n_measurable").as_integer(), 2);
    EXPECT_EQ(row.at("score").as_number(), largest.at(row.at("family").as_string()));
  }
  EXPECT_THAT(get("/models/tiny-gpt/heads/L2H5").body, HasSubstr("Families of which it shows a sign"));
}

TEST_F(HeadPage, CountsTheTasksThatTheModelDoesNotSolveAndTakesNoNumbersFromThem) {
  const Json profile = data_of("/models/steps/step00250/heads/L0H4.json").at("profile");
  for (const Json& row : profile.as_array()) {
    EXPECT_EQ(row.at("n_tasks").as_integer(), 2);
    EXPECT_EQ(row.at("n_measurable").as_integer(), 1);
    EXPECT_EQ(row.at("task").as_string(), "repeated-random") << "ioi is not solved";
  }
}

TEST_F(HeadPage, FoldsAwayWhatShowsNoSign) {
  const std::string with = get("/models/tiny-gpt/heads/L2H5").body, without = get("/models/tiny-gpt/heads/L0H0").body;
  EXPECT_THAT(without, HasSubstr("<details open=\"\"><summary>2 families of which it shows no sign")) << "nothing else would be seen";
  EXPECT_THAT(with, Not(HasSubstr("<details open")));
}

TEST_F(HeadPage, OverlapHasACellForEachPairOfFoundFamiliesWithItsInterval) {
  const Json overlaps = data_of("/models/tiny-gpt/overlap.json").at("overlaps");
  ASSERT_EQ(overlaps.size(), 1u);
  const std::string page = get("/models/tiny-gpt/overlap").body;
  EXPECT_THAT(page, HasSubstr("induction and previous-token: 0 heads of both, share 0.000 ["));
  EXPECT_THAT(page, HasSubstr("<td class=\"number own\">2</td>")) << "its own heads on the diagonal";
}

TEST_F(HeadPage, OverlapNamesTheFamiliesWithoutAHeadBesideTheMatrix) {
  const std::string page = get("/models/steps/step00250/overlap").body;
  EXPECT_THAT(page, HasSubstr("No head looks like induction."));
  EXPECT_THAT(page, Not(HasSubstr("<th class=\"number name\" scope=\"col\">induction")));
}

}  // namespace
}  // namespace headlight
