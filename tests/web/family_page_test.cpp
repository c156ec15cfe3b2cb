// /families/ID: where its heads sit, and what came closest where there are none.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/web/site_test.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;

using FamilyPage = testing_support::SiteTest;

TEST_F(FamilyPage, CountsEveryFoundHeadOnceInItsLayer) {
  const Json data = data_of("/families/induction.json");
  std::map<std::string, std::map<size_t, std::set<std::string>>> heads;  // [model][layer]
  for (const Json& row : data.at("heads").as_array())
    heads[row.at("model").as_string()][static_cast<size_t>(row.at("layer").as_integer())].insert(row.at("head").as_string());
  ASSERT_GT(heads.size(), 0u);
  EXPECT_EQ(data.at("depths").size(), heads.size());
  for (const Json& depth : data.at("depths").as_array()) {
    auto& layers = heads.at(depth.at("model").as_string());
    const Json model = data_of("/models/" + depth.at("model").as_string() + ".json").at("model");
    EXPECT_EQ(static_cast<std::int64_t>(depth.at("found").size()), model.at("n_layers").as_integer());
    for (size_t layer = 0; layer < depth.at("found").size(); ++layer)
      EXPECT_EQ(depth.at("found")[layer].as_integer(), static_cast<std::int64_t>(layers[layer].size())) << layer;
  }
  EXPECT_THAT(get("/families/induction").body, HasSubstr("Where they sit"));
}

TEST_F(FamilyPage, NamesTheClosestHeadOfEveryMeasuredTaskWithoutAFind) {
  int n_closest = 0;
  const Json families = data_of("/families.json");
  for (const Json& plugin : families.at("plugins").as_array()) {
    const Json data = data_of("/families/" + plugin.at("id").as_string() + ".json");
    std::set<std::pair<std::string, std::string>> without;  // model, task
    for (const Json& detector : data.at("detectors").as_array()) {
      const Json& heads = detector.at("heads");
      if (!detector.at("measures_family").as_bool() || heads.is_null()) continue;
      if (heads.at("confirmed").as_integer() + heads.at("correlational").as_integer() + heads.at("not_measurable").as_integer() == 0)
        without.emplace(detector.at("model").as_string(), detector.at("task").as_string());
    }
    EXPECT_EQ(data.at("closest").size(), without.size()) << plugin.at("id").as_string();
    for (const Json& row : data.at("closest").as_array()) {
      const std::string model = row.at("model").as_string(), task = row.at("task").as_string();
      EXPECT_TRUE(without.contains({model, task})) << model << " " << task;
      const Json best = data_of("/catalogue.json?model=" + model + "&family=" + row.at("family").as_string() + "&method=" +
                                row.at("method").as_string() + "&task=" + task + "&sort=score:desc&limit=1");
      EXPECT_EQ(best.at("rows")[0].at("head").as_string(), row.at("head").as_string());
      EXPECT_THAT(get("/families/" + plugin.at("id").as_string()).body, HasSubstr("Looked at without a find"));
      ++n_closest;
    }
  }
  EXPECT_GT(n_closest, 0) << "the fixture has such a family";
}

TEST_F(FamilyPage, SaysOfEveryUnsolvedTaskHowWellTheModelDoesIt) {
  const Json data = data_of("/families/induction.json");
  ASSERT_EQ(data.at("unsolved").size(), 1u);
  const Json& row = data.at("unsolved")[0];
  EXPECT_EQ(row.at("model").as_string(), "steps/step00250");
  EXPECT_EQ(row.at("task").as_string(), "ioi");
  EXPECT_EQ(row.at("accuracy").as_number(), 0.512);
  const std::string page = get("/families/induction").body;
  EXPECT_THAT(page, HasSubstr("id=\"unsolved\""));
  EXPECT_THAT(page, HasSubstr("51.2 %"));
  EXPECT_THAT(page, HasSubstr("no more than guessing (50.0 %) allows"));
  EXPECT_THAT(get("/methods/score").body, ::testing::Not(HasSubstr("id=\"unsolved\"")));
}

}  // namespace
}  // namespace headlight
