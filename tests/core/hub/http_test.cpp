#include "core/hub/http.hpp"

#include <gtest/gtest.h>

#include "core/base/error.hpp"
#include "core/hub/retries.hpp"
#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

using testing_support::code_of;

TEST(Urls, AreResolvedAgainstThePageTheyStandOn) {
  EXPECT_EQ(resolved_url("https://a.b/c/d?x=1", "/e/f"), "https://a.b/e/f");
  EXPECT_EQ(resolved_url("https://a.b/c/d", "e"), "https://a.b/c/e");
  EXPECT_EQ(resolved_url("https://a.b/c", "//g.h/i"), "https://g.h/i");
  EXPECT_EQ(resolved_url("https://a.b/c", "http://g.h:8/i?j=%20"), "http://g.h:8/i?j=%20");
}

TEST(Urls, ShareAnOriginOnlyWithSchemeHostAndPort) {
  EXPECT_EQ(origin_of("https://a.b/c"), origin_of("https://A.B:443/d?e"));
  EXPECT_NE(origin_of("https://a.b/c"), origin_of("http://a.b/c"));
  EXPECT_NE(origin_of("https://a.b/c"), origin_of("https://a.b:8443/c"));
  EXPECT_NE(origin_of("https://a.b/c"), origin_of("https://a.b.evil/c"));
  EXPECT_NE(origin_of("https://a.b/c"), origin_of("https://a.b@evil/c"));
  EXPECT_EQ(code_of([] { origin_of("no address"); }), ErrorCode::bad_input);
}

TEST(Urls, EscapeWhatHasAMeaning) {
  EXPECT_EQ(url_escaped("refs/pr/1"), "refs%2Fpr%2F1");
  EXPECT_EQ(url_escaped("a b/c?d#e%f", true), "a%20b/c%3Fd%23e%25f");
  EXPECT_EQ(url_escaped("\xc3\xa9"), "%C3%A9");
}

TEST(Http, IsTheOnlyKindOfAddress) {
  HttpClient client({});
  for (const char* url : {"file:///etc/hostname", "ftp://a/b", "gopher://a/b"})
    EXPECT_EQ(code_of([&] { client.send({.url = url}); }), ErrorCode::bad_input) << url;
}

TEST(Http, AFailedConnectionIsAnAnswerOfItsOwn) {
  HttpClient client({});
  const HttpResponse response = client.send({.url = "http://127.0.0.1:9/"});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.broken.empty());
  EXPECT_TRUE(is_transient(response));
}

TEST(Http, ACancelledExchangeEnds) {
  HttpClient client({.cancelled = [] { return true; }});
  EXPECT_EQ(code_of([&] { client.send({.url = "http://127.0.0.1:9/"}); }).value_or(ErrorCode::cancelled), ErrorCode::cancelled);
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(retry_after("7"), std::chrono::seconds(7));
  EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), std::chrono::seconds(0));
  const auto far = retry_after("Wed, 21 Oct 2099 07:28:00 GMT");
  ASSERT_TRUE(far);
  EXPECT_GT(*far, std::chrono::hours(24));
  EXPECT_FALSE(retry_after(""));
  EXPECT_FALSE(retry_after("soon"));
}

TEST(Retries, AreForWhatMayPass) {
  for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(is_transient({.status = status})) << status;
  for (const int status : {200, 206, 302, 400, 401, 403, 404, 416}) EXPECT_FALSE(is_transient({.status = status})) << status;
  EXPECT_FALSE(is_transient({.status = 0, .broken = "the certificate is not good", .hopeless = true}));
}

TEST(Retries, WaitAsLongAsTheHubAsks) {
  std::string note;
  const RetryPolicy policy{.on_note = [&](const std::string& text) { note = text; }};
  Retries(policy, "x").wait_after({.status = 429, .headers = {{"ratelimit", "\"api\";r=0;t=1;w=2"}}});
  EXPECT_EQ(note, "x: the server answers 429; trying again in 1 s");
  EXPECT_EQ(testing_support::message_of([&] { Retries(policy, "x").wait_after({.status = 429, .headers = {{"ratelimit", "\"api\";r=0;t=900"}}}); }),
            "x: the server answers 429 and asks for a pause of 900 s: give the same command again then");
}

TEST(Retries, EndWhenTheyAreUsedUpAndBeginAgainWithSomethingGained) {
  std::vector<std::string> notes;
  const RetryPolicy policy{.n_retries = 1, .on_note = [&](const std::string& text) { notes.push_back(text); }};
  Retries retries(policy, "x");
  const HttpResponse answer{.status = 503, .headers = {{"retry-after", "0"}}};
  retries.wait_after(answer);
  EXPECT_EQ(testing_support::message_of([&] { retries.wait_after(answer); }),
            "x: the server answers 503; given up after 2 tries. What has come is kept, and the same command goes on from there");
  retries.reset();
  retries.wait_after(answer);
  EXPECT_EQ(notes, std::vector<std::string>(2, "x: the server answers 503; trying again in 0 s"));
}

}  // namespace
}  // namespace headlight
