#include "web/guard.hpp"

#include <gmock/gmock.h>

#include "tests/web/site_test.hpp"

namespace headlight {
namespace {

using ::testing::HasSubstr;

constexpr int kPort = 8765;

std::string message_for(const Request& request) {
  const auto refusal = refusal_of(request, kPort);
  return refusal ? refusal->message : "";
}

TEST(Guard, LetsThisMachineIn) {
  for (const char* host : {"localhost:8765", "127.0.0.1:8765", "[::1]:8765", "LocalHost:8765"})
    EXPECT_EQ(message_for({.host = host}), "") << host;
  EXPECT_EQ(message_for({.host = "localhost:8765", .origin = "http://127.0.0.1:8765"}), "");
  EXPECT_FALSE(refusal_of({.host = "localhost"}, 80)) << "80 is the port that is not written";
}

TEST(Guard, RefusesNamesThatWereMadeToPointHere) {
  for (const char* host : {"", "evil.example:8765", "localhost.evil.example:8765", "localhost", "localhost:80", "127.0.0.1:87650",
                           "0.0.0.0:8765", "localhost:8765@evil.example", "127.0.0.2:8765", "[::1]"}) {
    const auto refusal = refusal_of({.host = host}, kPort);
    ASSERT_TRUE(refusal) << host;
    EXPECT_EQ(refusal->status, 403) << host;
  }
  EXPECT_THAT(message_for({.host = "evil.example:8765"}),
              HasSubstr("the Host header is 'evil.example:8765', but this server answers only for localhost, 127.0.0.1 and [::1] "
                        "with port 8765"));
}

TEST(Guard, RefusesPagesFromElsewhere) {
  for (const char* origin :
       {"http://evil.example", "https://localhost:8765", "null", "http://localhost:8766", "http://localhost:8765.evil.example"})
    EXPECT_THAT(message_for({.host = "localhost:8765", .origin = origin}), HasSubstr("may not read this server")) << origin;
}

TEST(Guard, RefusesEverythingThatIsNotReading) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    const auto refusal = refusal_of({.method = method, .host = "localhost:8765"}, kPort);
    ASSERT_TRUE(refusal) << method;
    EXPECT_EQ(refusal->status, 405);
  }
  EXPECT_FALSE(refusal_of({.method = "HEAD", .host = "localhost:8765"}, kPort));
}

using GuardedSite = testing_support::SiteTest;

TEST_F(GuardedSite, SendsItsHeadersWithEveryAnswer) {
  for (const char* target : {"/", "/models.json", "/nowhere", "/ui/app.js"}) {
    const Response response = get(target);
    ASSERT_NE(response.header("Content-Security-Policy"), nullptr) << target;
    EXPECT_THAT(*response.header("Content-Security-Policy"), HasSubstr("default-src 'self'")) << target;
    EXPECT_EQ(*response.header("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(*response.header("Cross-Origin-Resource-Policy"), "same-origin") << target;
  }
}

TEST_F(GuardedSite, AnswersNobodyElse) {
  const Response foreign = site_->answer({.target = "/models.json", .host = "evil.example"}, testing_support::kPort);
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(parse_json(foreign.body).at("error").at("code").as_string(), "forbidden");
  const Response post =
      site_->answer({.method = "POST", .target = "/models.json", .host = "localhost:8765"}, testing_support::kPort);
  EXPECT_EQ(post.status, 405);
  ASSERT_NE(post.header("Allow"), nullptr);
  EXPECT_EQ(*post.header("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace headlight
