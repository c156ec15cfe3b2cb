// What goes wrong, with which status and in which words.
#include <gmock/gmock.h>

#include "storage/connection.hpp"
#include "tests/web/site_test.hpp"
#include "web/routes.hpp"
#include "web/shapes.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Errors : public testing_support::SiteTest {
 protected:
  void expect(const std::string& target, int status, const std::string& code, const std::string& words) {
    const Response response = get(target);
    EXPECT_EQ(response.status, status) << target;
    const Json answer = parse_json(response.body);
    EXPECT_THAT(mismatches(answer, "Failure", "answer"), IsEmpty()) << target;
    EXPECT_EQ(answer.at("error").at("code").as_string(), code) << target;
    EXPECT_THAT(answer.at("error").at("message").as_string(), HasSubstr(words)) << target;
  }
};

TEST_F(Errors, NameWhatIsThereWhenSomethingIsNot) {
  expect("/models/gpt5.json", 404, "not_found", "has no model 'gpt5'; there are steps/step00250, tiny-gpt");
  expect("/models/tiny-gpt/heads/L9H0.json", 404, "not_found", "has no head L9H0: its layers are 0 to 3 with heads 0 to 7");
  expect("/families/retrieval.json", 404, "not_found",
         "no scan has used a family 'retrieval'; there are induction, previous-token");
  expect("/tasks/mcqa.json", 404, "not_found", "has no task 'mcqa'; there are ioi, repeated-random");
  expect("/models/tiny-gbt.json", 404, "not_found", "did you mean tiny-gpt?");
  expect("/families/induktion.json", 404, "not_found", "did you mean induction?");
  expect("/runs/ffffffff.json", 404, "not_found", "has no run 'ffffffff'");
  expect("/models/tiny-gpt/detectors/induction/score/mcqa.json", 404, "not_found",
         "no numbers for induction by score on mcqa in tiny-gpt");
  expect("/models/tiny-gpt/patterns?task=ioi&prompt=0&layer=0", 404, "not_found",
         "has no blocks.0.attn.hook_pattern of layer 0 on prompt 0");
  expect("/models/tiny-gpt/patterns?task=ioi&prompt=1&layer=0&head=8", 404, "not_found", "the pattern has heads 0 to 7, not 8");
  expect("/ui/passwords.js", 404, "not_found", "the program holds no file 'passwords.js'");
  expect("/nowhere.json", 404, "not_found", "there is nothing at '/nowhere.json'; /api lists all URLs");
}

TEST_F(Errors, SayWhichWordsAreUnderstood) {
  expect("/models/tiny-gpt/heads/fifth.json", 400, "bad_input", "'fifth' is not a head: write layer and head as L5H1 or 5.1");
  expect("/catalogue.json?sort=beauty", 400, "bad_input", "heads cannot be sorted by 'beauty'. Use one of model, head,");
  expect("/catalogue.json?verdict=guilty", 400, "bad_input",
         "'guilty' is no verdict: use confirmed, correlational, causal, absent or not-measurable");
  expect("/catalogue.json?famly=induction", 400, "bad_input",
         "unknown parameter 'famly': this URL understands model, family, method,");
  expect("/families.json?x=1", 400, "bad_input", "unknown parameter 'x': this URL takes none");
  expect("/catalogue.json?limit=0", 400, "bad_input", "the parameter 'limit' is '0': it must be a whole number from 1 to 10000");
  expect("/catalogue.json?limit=ten", 400, "bad_input", "the parameter 'limit' is 'ten'");
  expect("/catalogue.json?min_score=high", 400, "bad_input", "it must be a number such as 0.5");
  expect("/catalogue.json?min_score=nan", 400, "bad_input", "it must be a number such as 0.5");
  expect("/catalogue.json?family=a&family=b", 400, "bad_input", "the parameter 'family' is given twice");
  expect("/compare.json?sort=size", 400, "bad_input", "comparisons cannot be sorted by 'size'. Use difference or name");
  expect("/runs.json?status=asleep", 400, "bad_input", "'asleep' is no state of a run: use running, done, failed or interrupted");
  expect("/models/tiny-gpt/prompts.json", 400, "bad_input", "the parameter 'task' is missing");
  expect("/models/tiny-gpt/prompts.json?task=ioi&seed=1", 404, "not_found",
         "but not with this seed and count; it has seed 7 with 12 prompts");
}

TEST_F(Errors, AreAPageWhereAPageWasAskedFor) {
  const Response response = get("/models/gpt5");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.type, HasSubstr("text/html"));
  EXPECT_THAT(response.body, HasSubstr("has no model &#39;gpt5&#39;"));
  EXPECT_EQ(response.header("ETag"), nullptr);
}

TEST_F(Errors, RefusePathsThatLeaveTheirPlace) {
  for (const char* target : {"/../etc/passwd", "/ui/../server.cpp", "/models/../../etc/passwd", "/models/%2e%2e/x",
                             "/ui/%2E%2E/x", "/models/.", "/models/a/%2e/b"}) {
    EXPECT_EQ(get(target).status, 400) << target;
    EXPECT_THAT(get(target).body, HasSubstr("paths are names here, not folders")) << target;
  }
  EXPECT_EQ(get("/models/..%2F..%2Fetc%2Fpasswd.json").status, 404) << "a name like any other, and not there";
  EXPECT_EQ(get("/ui/..%2Fserver.cpp").status, 404);
  EXPECT_EQ(get("//etc/passwd").status, 404);
}

TEST_F(Errors, RefuseBytesThatAreNoText) {
  EXPECT_THAT(get("/models/%00").body, HasSubstr("NUL"));
  EXPECT_THAT(get("/models/%ff%fe").body, HasSubstr("not UTF-8"));
  EXPECT_THAT(get("/models/%4").body, HasSubstr("no two hexadecimal digits"));
  EXPECT_EQ(get("").status, 400);
  EXPECT_EQ(get("http://localhost/").status, 400);
}

TEST_F(Errors, EscapeNamesThatAreHostileToHtml) {
  testing_support::add_hostile_model(path_);
  for (const char* target : {"/", "/models", "/compare", "/models/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%26%22%27",
                             "/models/%3Cscript%3Ealert(4)%3C%2Fscript%3E", "/catalogue?search=%3Cscript%3Ealert(5)%3C/script%3E",
                             "/catalogue?sort=%22%3E%3Cscript%3Ealert(6)%3C/script%3E",
                             "/sql?query=SELECT+%27%3Cscript%3Ealert(7)%3C/script%3E%27+AS+x"}) {
    const std::string page = get(target).body;
    EXPECT_THAT(page, Not(HasSubstr("<script>alert"))) << target;
    EXPECT_THAT(page, Not(HasSubstr("<img src=x"))) << target;
  }
  EXPECT_THAT(get("/models").body, HasSubstr("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;"));
  EXPECT_THAT(get("/models/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%26%22%27").body,
              HasSubstr("&lt;/code&gt;&lt;script&gt;alert(2)"));
}

TEST_F(Errors, LetSqlReadAndNothingElse) {
  EXPECT_EQ(data_of("/sql.json?query=SELECT+count(*)+AS+n+FROM+model").at("rows")[0][0].as_integer(), 2);
  for (const char* statement : {"DELETE+FROM+model", "UPDATE+model+SET+name=1", "ATTACH+'/tmp/x'+AS+y",
                                "PRAGMA+journal_mode=DELETE", "SELECT+1;+SELECT+2", "SELEC+1"})
    EXPECT_EQ(get(std::string("/sql.json?query=") + statement).status, 400) << statement;
  EXPECT_EQ(data_of("/models.json").at("models").size(), 2u);
}

TEST_F(Errors, SayThatTheCatalogueIsGone) {
  std::filesystem::remove(path_);
  const Response response = get("/models.json");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("catalogue.db"));
}

}  // namespace
}  // namespace headlight
