// The route table against the test catalogue: everything that is documented is there, and everything that is there is documented.
#include <gmock/gmock.h>

#include <cstring>
#include <map>
#include <span>

#include "tests/web/site_test.hpp"
#include "web/routes.hpp"
#include "web/shapes.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Routes : public testing_support::SiteTest {
 protected:
  // A URL of each route: path and query, without the ending of a twin.
  std::map<std::string, std::pair<std::string, std::string>> examples() {
    const std::string run = data_of("/runs.json?status=done").at("runs")[0].at("run").as_string();
    return {{"/", {"/", ""}},
            {"/models", {"/models", ""}},
            {"/models/{model}", {"/models/steps/step00250", ""}},
            {"/models/{model}/heads/{head}", {"/models/tiny-gpt/heads/L2H5", "?task=ioi&prompt=1"}},
            {"/models/{model}/detectors/{family}/{method}/{task}",
             {"/models/tiny-gpt/detectors/induction/score/repeated-random", "?output=statistic"}},
            {"/models/{model}/prompts", {"/models/tiny-gpt/prompts", "?task=ioi"}},
            {"/models/{model}/patterns", {"/models/tiny-gpt/patterns", "?task=ioi&prompt=1&layer=2&head=5"}},
            {"/catalogue", {"/catalogue", "?family=induction&sort=q&limit=20"}},
            {"/models/{model}/overlap", {"/models/tiny-gpt/overlap", ""}},
            {"/models/{model}/references", {"/models/tiny-gpt/references", ""}},
            {"/compare", {"/compare", "?a=tiny-gpt&b=steps/step00250&family=induction"}},
            {"/families", {"/families", ""}},
            {"/families/{family}", {"/families/induction", ""}},
            {"/methods", {"/methods", ""}},
            {"/methods/{method}", {"/methods/zero-ablation", ""}},
            {"/tasks", {"/tasks", ""}},
            {"/tasks/{task}", {"/tasks/ioi", "?model=tiny-gpt"}},
            {"/runs", {"/runs", "?status=done&limit=3"}},
            {"/runs/{run}", {"/runs/" + run, ""}},
            {"/sql", {"/sql", "?query=SELECT%20model,%20head%20FROM%20heads%20LIMIT%202"}},
            {"/api", {"/api", ""}},
            {"/openapi.json", {"/openapi.json", ""}},
            {"/events", {"/events", ""}},
            {"/ui/{file}", {"/ui/app.js", ""}}};
  }

  std::string url_of(const std::string& pattern, const std::string& ending) {
    const auto [path, query] = examples().at(pattern);
    return (path == "/" && !ending.empty() ? "/index" : path) + ending + query;
  }
};

TEST_F(Routes, AnswerAsPageAsJsonAndAsTableWhereverTheTableSaysSo) {
  for (const Route* route : routes()) {
    const std::string pattern(route->pattern);
    ASSERT_TRUE(examples().contains(pattern)) << pattern << " has no example: add one";
    for (const Format format : formats_of(*route)) {
      const std::string url = url_of(pattern, format == Format::json ? ".json" : format == Format::csv ? ".csv" : "");
      const Response response = get(url);
      EXPECT_EQ(response.status, 200) << url << ": " << response.body;
      if (format == Format::page) {
        EXPECT_THAT(response.type, StartsWith("text/html")) << url;
        EXPECT_THAT(response.body, StartsWith("<!doctype html>")) << url;
        EXPECT_THAT(response.body, HasSubstr("<h1>")) << url;
      }
      if (format == Format::json) {
        EXPECT_EQ(response.type, "application/json") << url;
      }
      if (format == Format::csv) {
        EXPECT_THAT(response.type, StartsWith("text/csv")) << url;
      }
    }
  }
}

TEST_F(Routes, GiveExactlyTheShapeThatTheyDocument) {
  for (const Route* route : routes()) {
    if (route->answer_shape.empty()) continue;
    const std::string url = url_of(std::string(route->pattern), ".json");
    const Json answer = parse_json(get(url).body);
    EXPECT_THAT(mismatches(answer.at("data"), route->answer_shape, "data"), IsEmpty()) << url;
    EXPECT_THAT(mismatches(answer.at("page"), "Paging?", "page"), IsEmpty()) << url;
    EXPECT_EQ(answer.as_object().size(), 3u) << url << " has more than data, links and page";
    EXPECT_EQ(answer.at("links").at("self").as_string(), url);
  }
}

TEST_F(Routes, LinkFromEveryPageToItsTwins) {
  for (const Route* route : routes()) {
    if (route->page == nullptr) continue;
    const std::string pattern(route->pattern), page = get(url_of(pattern, "")).body;
    std::string twin = url_of(pattern, ".json");
    for (size_t at = 0; (at = twin.find('&', at)) != std::string::npos; at += 5) twin.replace(at, 1, "&amp;");
    EXPECT_THAT(page, HasSubstr("rel=\"alternate\" type=\"application/json\" href=\"" + twin + "\"")) << pattern;
  }
}

TEST_F(Routes, KeepToTheContentSecurityPolicy) {
  for (const Route* route : routes()) {
    if (route->page == nullptr) continue;
    const std::string page = get(url_of(std::string(route->pattern), "")).body;
    EXPECT_THAT(page, Not(HasSubstr(" style=\""))) << route->pattern;
    EXPECT_THAT(page, Not(HasSubstr(" onclick"))) << route->pattern;
    EXPECT_THAT(page, Not(HasSubstr("<script>"))) << route->pattern;
    EXPECT_THAT(page, Not(HasSubstr("src=\"http"))) << route->pattern;
  }
}

TEST_F(Routes, TakeNamesWithSlashesWholeOrEscaped) {
  EXPECT_EQ(data_of("/models/steps/step00250/heads/L1H1.json").at("model").at("name").as_string(), "steps/step00250");
  EXPECT_EQ(data_of("/models/steps%2Fstep00250/heads/L1H1.json").at("head").as_string(), "L1H1");
  EXPECT_EQ(data_of("/models/steps/step00250.json").at("model").at("n_layers").as_integer(), 3);
}

TEST_F(Routes, FindTheMostLiteralPattern) {
  const auto match = find_route({"models", "a", "b", "heads", "L1H1.json"});
  ASSERT_TRUE(match);
  EXPECT_EQ(match->route->pattern, "/models/{model}/heads/{head}");
  EXPECT_EQ(match->format, Format::json);
  EXPECT_EQ(match->path, (QueryFields{{"model", "a/b"}, {"head", "L1H1"}}));
  EXPECT_EQ(find_route({"models", "heads"})->route->pattern, "/models/{model}");
  EXPECT_EQ(find_route({"index.csv"}), std::nullopt) << "the overview has no table";
}

TEST_F(Routes, SayTheEvidenceOfAHeadSideBySide) {
  const Json head = data_of("/models/tiny-gpt/heads/2.5.json");
  EXPECT_EQ(head.at("head").as_string(), "L2H5");
  bool attentional = false, causal = false;
  for (const Json& evidence : head.at("evidence").as_array()) {
    if (evidence.at("family").as_string() != "induction" || evidence.at("task").as_string() != "repeated-random") continue;
    EXPECT_EQ(evidence.at("verdict").as_string(), "confirmed");
    EXPECT_EQ(evidence.at("outputs")[0].at("values").size(), 12u);
    (evidence.at("measures_family").as_bool() ? attentional : causal) = true;
  }
  EXPECT_TRUE(attentional && causal);
  const std::string page = get("/models/tiny-gpt/heads/L2H5").body;
  EXPECT_THAT(page, HasSubstr("Attentional: where it looks"));
  EXPECT_THAT(page, HasSubstr("Causal: what editing it changes"));
}

TEST_F(Routes, NameTheHeadsThatShareKeysAndValues) {
  const Json head = data_of("/models/steps/step00250/heads/L0H5.json");
  EXPECT_EQ(head.at("kv_head").as_string(), "L0KV2");
  EXPECT_EQ(to_text(head.at("kv_group")), R"(["L0H4","L0H5"])");
  EXPECT_EQ(data_of("/models/tiny-gpt/heads/L0H5.json").at("kv_group").size(), 1u);
}

TEST_F(Routes, ShowWhatWasNotMeasuredAsNullAndHatched) {
  const Json heads = data_of("/models/tiny-gpt/detectors/induction/score/repeated-random.json").at("heads");
  EXPECT_TRUE(heads[7].at("score").is_null());
  EXPECT_FALSE(heads[6].at("score").is_null());
  EXPECT_THAT(get("/models/tiny-gpt/detectors/induction/score/repeated-random").body,
              HasSubstr("<span class=\"unmeasured\" title=\"not measured\">"));
  EXPECT_THAT(get("/models/tiny-gpt/detectors/induction/score/repeated-random.csv").body,
              HasSubstr("\nL0H7,0,7,,,,,,,false,absent\n"));
}

TEST_F(Routes, SayWhyNothingCanBeSaid) {
  EXPECT_THAT(get("/models/steps/step00250/detectors/induction/score/ioi").body,
              HasSubstr("Not measurable: the accuracy on ioi is 51.2 %"));
  const Json tasks = data_of("/models/steps/step00250.json").at("tasks");
  EXPECT_EQ(tasks[0].at("task").as_string(), "ioi");
  EXPECT_FALSE(tasks[0].at("measurable").as_bool());
}

TEST_F(Routes, SendPatternsAsLittleEndianFloats) {
  const Response response = get("/models/tiny-gpt/patterns?task=ioi&prompt=1&layer=1&head=2");
  EXPECT_EQ(response.type, "application/octet-stream");
  ASSERT_NE(response.header("X-Headlight-Shape"), nullptr);
  EXPECT_EQ(*response.header("X-Headlight-Shape"), "15,15");
  EXPECT_EQ(*response.header("X-Headlight-Axes"), "query,key");
  ASSERT_EQ(response.body.size(), 15u * 15u * 4u);
  std::vector<float> values(15 * 15);
  std::memcpy(values.data(), response.body.data(), response.body.size());
  for (size_t query = 0; query < 15; ++query) {
    float sum = 0;
    for (size_t key = 0; key < 15; ++key) sum += values[query * 15 + key];
    EXPECT_NEAR(sum, 1.0f, 1e-2f) << "query " << query;
  }
  EXPECT_GT(values[14 * 15 + 13], 0.8f) << "the planted previous-token head looks at the token before";
  EXPECT_EQ(get("/models/tiny-gpt/patterns?task=ioi&prompt=1&layer=1").body.size(), 8u * 15u * 15u * 4u);
}

TEST_F(Routes, GiveThePromptsWithRolesAndAnswers) {
  const Json prompts = data_of("/models/tiny-gpt/prompts.json?task=ioi").at("prompts");
  ASSERT_EQ(prompts.size(), 12u);
  EXPECT_FALSE(prompts[0].at("has_patterns").as_bool());
  EXPECT_TRUE(prompts[1].at("has_patterns").as_bool());
  EXPECT_EQ(to_text(prompts[1].at("roles")[0]), R"({"name":"io","begin":2,"end":3})");
  EXPECT_EQ(prompts[1].at("answer").as_string(), " John");
  EXPECT_THAT(get("/tasks/ioi").body, HasSubstr("<rt title=\"io\">io</rt>"));
}

TEST_F(Routes, CompareTheSameHeadsOfTwoModels) {
  const Json answer =
      data_of("/compare.json?a=tiny-gpt&b=steps/step00250&family=previous-token&method=score&task=repeated-random");
  const Json& first = answer.at("rows")[0];
  EXPECT_EQ(first.at("head").as_string(), "L1H2");
  EXPECT_NEAR(first.at("difference").as_number(), first.at("b").at("score").as_number() - first.at("a").at("score").as_number(),
              1e-9);
  EXPECT_TRUE(data_of("/compare.json").at("a").is_null());
  EXPECT_THAT(get("/compare.csv?a=tiny-gpt&b=steps/step00250").body, StartsWith("head,family,method,task,a_score,a_ci_low,"));
}

TEST_F(Routes, HoldTheDetectorsAgainstPublishedHeads) {
  const Json all = data_of("/models/tiny-gpt/references.json").at("comparisons");
  ASSERT_EQ(all.size(), 3u);
  const Json& induction = all[0];
  EXPECT_EQ(induction.at("status").as_string(), "compared");
  EXPECT_EQ(induction.at("n_published").as_integer(), 3);
  EXPECT_EQ(induction.at("n_found").as_integer(), 2) << "L2H5 and L3H1";
  EXPECT_EQ(induction.at("n_both").as_integer(), 1);
  EXPECT_EQ(induction.at("precision").as_number(), 0.5);
  EXPECT_NEAR(induction.at("recall").as_number(), 1.0 / 3, 1e-12);
  EXPECT_EQ(induction.at("published")[0].at("head").as_string(), "L2H5");
  EXPECT_EQ(induction.at("published")[0].at("rank").as_integer(), 1);
  EXPECT_TRUE(induction.at("published")[2].at("rank").is_null()) << "L0H7 was not measured";
  EXPECT_EQ(induction.at("extra")[0].at("head").as_string(), "L3H1");
  EXPECT_TRUE(all[1].at("precision").is_null()) << "the list does not claim to be complete";
  EXPECT_EQ(all[1].at("recall").as_number(), 1);
  EXPECT_EQ(all[2].at("status").as_string(), "no detector yet");
  EXPECT_TRUE(all[2].at("recall").is_null());
  EXPECT_EQ(data_of("/models/steps/step00250/references.json").at("comparisons")[0].at("status").as_string(), "not scanned");
  EXPECT_THAT(get("/models/tiny-gpt/references").body, HasSubstr("missed, not measured"));
  EXPECT_THAT(get("/models/tiny-gpt/references.csv").body, HasSubstr("\ntiny-gpt,made-up,Made up for tests,"));
}

TEST_F(Routes, ShowWhatPapersSayOnTheWayToAHead) {
  EXPECT_THAT(get("/models/tiny-gpt").body, HasSubstr("href=\"/models/tiny-gpt/references\""));
  const Json head = data_of("/models/tiny-gpt/heads/L2H5.json").at("published");
  ASSERT_EQ(head.size(), 2u);
  EXPECT_EQ(head[0].at("family").as_string(), "induction");
  EXPECT_EQ(head[0].at("published_score").as_number(), 0.963);
  EXPECT_THAT(get("/models/tiny-gpt/heads/L2H5").body, HasSubstr("Published as <a href=\"/families/induction\">induction</a> in <a href=\"https://arxiv.org/abs/2209.11895\""));
  EXPECT_EQ(data_of("/models/tiny-gpt/heads/L2H6.json").at("published").size(), 0u);
  EXPECT_EQ(data_of("/families/induction.json").at("references").size(), 1u);
  EXPECT_THAT(get("/families/induction").body, HasSubstr("In the literature"));
}

TEST_F(Routes, TellWhoAsksThatTheyHaveItAlready) {
  const Response first = get("/models");
  ASSERT_NE(first.header("ETag"), nullptr);
  const Response second = site_->answer({.target = "/models", .host = "localhost:8765", .if_none_match = *first.header("ETag")},
                                        testing_support::kPort);
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.body, "");
}

TEST_F(Routes, SeeWhatAScanWritesMeanwhile) {
  EXPECT_EQ(data_of("/models.json").at("models").size(), 2u);
  testing_support::add_hostile_model(path_);
  EXPECT_EQ(data_of("/models.json").at("models").size(), 3u);
}

TEST_F(Routes, SeeAFileThatTookThePlaceOfTheOldOne) {
  const std::filesystem::path other = folder_ / "other.db";
  testing_support::write_fixture(other);
  testing_support::add_hostile_model(other);
  for (const char* rest : {"-wal", "-shm"}) std::filesystem::remove(path_.string() + rest);
  std::filesystem::rename(other, path_);
  EXPECT_EQ(data_of("/models.json").at("models").size(), 3u);
}

}  // namespace
}  // namespace headlight
