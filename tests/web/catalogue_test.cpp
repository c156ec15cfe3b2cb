// /catalogue: filter, sort, search, page, and the links that change one thing of the view.
#include <gmock/gmock.h>

#include "tests/web/site_test.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using CataloguePage = testing_support::SiteTest;

TEST_F(CataloguePage, NarrowsByEveryConditionTogether) {
  const Json data = data_of(
      "/catalogue.json?model=tiny-gpt&family=induction&method=score&task=repeated-random&verdict=confirmed&min_score=0.5");
  ASSERT_EQ(data.at("rows").size(), 1u);
  EXPECT_EQ(data.at("rows")[0].at("head").as_string(), "L2H5");
}

TEST_F(CataloguePage, SearchesHeadsByNameAndPlace) {
  const Json found = data_of("/catalogue.json?search=step+l0h4");
  for (const Json& row : found.at("rows").as_array()) {
    EXPECT_EQ(row.at("model").as_string(), "steps/step00250");
    EXPECT_EQ(row.at("head").as_string(), "L0H4");
  }
  EXPECT_EQ(data_of("/catalogue.json?search=nothing-of-this-name").at("rows").size(), 0u);
  EXPECT_THAT(get("/catalogue?search=nothing-of-this-name").body, HasSubstr("Nothing passes these conditions."));
}

TEST_F(CataloguePage, SortsAndSaysSoToReaders) {
  double last = -1e9;
  const Json found = data_of("/catalogue.json?family=induction&method=zero-ablation&sort=score:asc&limit=50");
  for (const Json& row : found.at("rows").as_array()) {
    EXPECT_GE(row.at("score").as_number(), last);
    last = row.at("score").as_number();
  }
  const std::string page = get("/catalogue?sort=score:asc").body;
  EXPECT_THAT(page, HasSubstr("aria-sort=\"ascending\""));
  EXPECT_THAT(page, HasSubstr("href=\"/catalogue?sort=score\"")) << "the other way round";
}

TEST_F(CataloguePage, CountsWhatEachChoiceWouldLeave) {
  const Json facets = data_of("/catalogue.json?family=induction").at("facets");
  for (const Json& facet : facets.at("models").as_array()) {
    const Json narrowed = parse_json(get("/catalogue.json?family=induction&model=" + facet.at("value").as_string()).body);
    EXPECT_EQ(narrowed.at("page").at("total").as_integer(), facet.at("n").as_integer());
  }
}

TEST_F(CataloguePage, PagesWithoutLosingARow) {
  std::set<std::string> seen;
  std::string url = "/catalogue.json?model=tiny-gpt&limit=100";
  int n_pages = 0;
  while (!url.empty()) {
    const Json answer = parse_json(get(url).body);
    for (const Json& row : answer.at("data").at("rows").as_array())
      seen.insert(row.at("head").as_string() + row.at("family").as_string() + row.at("method").as_string() +
                  row.at("task").as_string());
    url = answer.at("links").value_or("next", "");
    ASSERT_LT(++n_pages, 10);
  }
  EXPECT_EQ(seen.size(), 256u) << "4 layers of 8 heads, 2 families, 2 methods, 2 tasks";
}

TEST_F(CataloguePage, GivesAllRowsAsATable) {
  const std::string table = get("/catalogue.csv").body;
  EXPECT_THAT(table,
              StartsWith("model,head,layer,index,family,method,task,score,ci_low,ci_high,null_mean,q,n,threshold,verdict,run\n"));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 1 + 448);
  const std::string part = get("/catalogue.csv?limit=5").body;
  EXPECT_EQ(std::count(part.begin(), part.end(), '\n'), 1 + 5);
}

TEST_F(CataloguePage, LinksThatChangeOneThingKeepTheOthers) {
  const std::string page = get("/catalogue?family=induction&verdict=confirmed&offset=1").body;
  EXPECT_THAT(page, HasSubstr("href=\"/catalogue?family=induction&amp;verdict=confirmed&amp;sort=q\""));
  EXPECT_THAT(page, HasSubstr("href=\"/catalogue?verdict=confirmed\"")) << "takes the family away again";
  EXPECT_THAT(page, HasSubstr("href=\"/catalogue.csv?family=induction&amp;verdict=confirmed\""));
}

TEST_F(CataloguePage, IgnoresFieldsThatAFormLeftBlank) {
  EXPECT_EQ(get("/catalogue.json?search=&min_score=").status, 200);
  EXPECT_THAT(get("/catalogue?search=&family=induction").body, Not(HasSubstr("search=&amp;")));
}

}  // namespace
}  // namespace headlight
