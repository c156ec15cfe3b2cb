// /tasks/ID and /runs/HASH: roles and their legend, what the filters left, what was looked for, what a run took of the model.
#include <gmock/gmock.h>

#include <set>

#include "tests/web/site_test.hpp"
#include "web/routes/prompt_list.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using TaskPage = testing_support::SiteTest;

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const size_t from = text.find(begin);
  if (from == std::string::npos) return "";
  return text.substr(from, text.find(end, from) - from);
}

TEST_F(TaskPage, NamesEveryRoleInItsColourAboveThePrompts) {
  const std::string page = get("/tasks/ioi").body, legend = between(page, "aria-label=\"Roles\"", "</ul>");
  std::set<std::string> roles;
  const Json answer = data_of("/tasks/ioi.json");
  for (const Json& role : answer.at("prompts")[0].at("roles").as_array()) roles.insert(role.at("name").as_string());
  ASSERT_EQ(roles.size(), 4u);
  size_t place = 0;
  for (const std::string& role : roles) {
    const std::string css = "role role-" + std::to_string(place++);
    EXPECT_THAT(legend, HasSubstr("<span class=\"" + css + "\">" + role + "</span>"));
    EXPECT_THAT(page, HasSubstr("token " + css + "\" title=\"" + role + "\""));
  }
  EXPECT_THAT(page, HasSubstr("<rt title=\"io\">io</rt>"));
}

// A prompt of one token for each of `n` roles, and one role over all of them.
Json prompts_with_roles(int n) {
  Json tokens = Json::array(), ids = Json::array(), roles = Json::array();
  for (int i = 0; i < n; ++i) {
    tokens.push(i == 0 ? "Q\n" : " w");
    ids.push(i);
    roles.push(Json::object({{"name", "r" + std::to_string(10 + i)}, {"begin", i}, {"end", i + 1}}));
  }
  roles.push(Json::object({{"name", "whole"}, {"begin", 0}, {"end", n}}));
  return Json(Json::Array{Json::object({{"index", 0}, {"reported", true}, {"tokens", tokens}, {"token_ids", ids}, {"roles", roles},
                                        {"answer", Json()}, {"has_patterns", false}})});
}

TEST(PromptList, PutsNumbersAboveTheTokensWhereThereAreManyRoles) {
  const std::string few = prompt_list(prompts_with_roles(3), 1).html, many = prompt_list(prompts_with_roles(6), 1).html;
  EXPECT_THAT(few, HasSubstr(">r12</rt>"));
  EXPECT_THAT(many, HasSubstr("<rt title=\"r12, whole\">3</rt>"));
  EXPECT_THAT(many, HasSubstr("3 </span><span class=\"role role-2\">r12</span>")) << "the legend says which number is whose";
}

TEST(PromptList, ShowsTheNarrowestRoleOfATokenAndASecondOne) {
  const std::string list = prompt_list(prompts_with_roles(3), 1).html;
  EXPECT_THAT(list, HasSubstr("class=\"token role role-1 also-3\" title=\"r11, whole\""));
  EXPECT_THAT(list, HasSubstr("↵</span><rt title=\"r10, whole\">r10 whole</rt></ruby><br>")) << "a line of the prompt is a line";
}

TEST_F(TaskPage, SaysWhatTheFiltersLeftAndHowSureTheAccuracyIs) {
  const Json results = data_of("/tasks/ioi.json").at("results");
  for (const Json& result : results.as_array()) {
    EXPECT_EQ(result.at("n_kept").as_integer(), 12);
    EXPECT_EQ(result.at("n_tried").as_integer(), 17);
    EXPECT_THAT(result.at("prompt_notes")[0].as_string(), HasSubstr("is two tokens"));
    EXPECT_TRUE(result.at("accuracy_error").is_number());
  }
  const std::string table = between(get("/tasks/ioi").body, "id=\"results\"", "</section>");
  EXPECT_THAT(table, HasSubstr("from 17 drawn"));
  EXPECT_THAT(table, HasSubstr("5 of 17 prompts dropped"));
  EXPECT_THAT(table, HasSubstr("no more than guessing (50.0 %) allows")) << "why nothing can be said of the model that does not solve it";
  EXPECT_THAT(between(get("/tasks/repeated-random").body, "id=\"results\"", "</section>"), Not(HasSubstr("drawn")));
}

TEST_F(TaskPage, TellsWhichFamiliesWereFoundOnItAndWhereNothingCanBeSaid) {
  const std::string table = between(get("/tasks/ioi").body, "id=\"families\"", "</section>");
  EXPECT_THAT(table, HasSubstr("/models/tiny-gpt/detectors/induction/score/ioi"));
  EXPECT_THAT(table, HasSubstr("2 heads"));
  EXPECT_THAT(table, Not(HasSubstr("step00250</a>"))) << "it does not solve the task";
}

TEST_F(TaskPage, RunsSayWhatTheyTookOfTheModel) {
  const Json runs = data_of("/runs.json?status=done&limit=100").at("runs");
  bool watched = false, edited = false;
  for (const Json& run : runs.as_array()) {
    const std::string page = get("/runs/" + run.at("run").as_string()).body;
    if (run.at("family").is_null()) {
      EXPECT_THAT(page, HasSubstr("25.0 % of the work of whole forward passes"));
      EXPECT_TRUE(run.at("forwards").is_null());
      edited = true;
    } else {
      EXPECT_THAT(page, HasSubstr("48 prompts through the model, 36 of them shared with other families"));
      EXPECT_TRUE(run.at("rows").is_null());
      watched = true;
    }
  }
  EXPECT_TRUE(watched && edited);
}

}  // namespace
}  // namespace headlight
