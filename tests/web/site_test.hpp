// A site over the test catalogue, asked without sockets.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/json.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/web/fixture.hpp"
#include "web/site.hpp"

namespace headlight::testing_support {

inline constexpr int kPort = 8765;

class SiteTest : public ::testing::Test {
 protected:
  SiteTest() : path_(folder_ / "catalogue.db") {
    write_fixture(path_);
    site_ = std::make_unique<Website>(path_);
  }

  Response get(const std::string& target) { return site_->answer({.target = target, .host = "localhost:8765"}, kPort); }

  // The data of a .json twin; fails the test when the answer is none.
  Json data_of(const std::string& target) {
    const Response response = get(target);
    EXPECT_EQ(response.status, 200) << target << ": " << response.body;
    return parse_json(response.body).at("data");
  }
  std::string message_of(const std::string& target) { return parse_json(get(target).body).at("error").at("message").as_string(); }

  TemporaryFolder folder_;
  std::filesystem::path path_;
  std::unique_ptr<Website> site_;
};

}  // namespace headlight::testing_support
