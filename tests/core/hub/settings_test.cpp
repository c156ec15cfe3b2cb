#include "core/hub/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/base/files.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;
using testing_support::message_of;
using testing_support::TemporaryFolder;

// Each test is a process of nobody: no variable of the user's counts.
class HubSettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"HF_ENDPOINT", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
      ::unsetenv(name);
    set("HF_HOME", home.path().string());
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }
  TemporaryFolder home;
};

TEST_F(HubSettingsTest, AreThePublicHubAndNobodyByDefault) {
  const HubSettings settings = hub_settings_from_environment();
  EXPECT_EQ(settings.endpoint, "https://huggingface.co");
  EXPECT_EQ(settings.token, "");
  EXPECT_EQ(settings.cache, home / "hub");
  EXPECT_FALSE(settings.offline);
}

TEST_F(HubSettingsTest, TakeTheTokenFromTheEnvironmentElseFromItsFile) {
  write_file(home / "token", " from-file \n");
  EXPECT_EQ(hub_settings_from_environment().token, "from-file");
  write_file(home / "other", "from-other-file");
  set("HF_TOKEN_PATH", (home / "other").string());
  EXPECT_EQ(hub_settings_from_environment().token, "from-other-file");
  set("HF_TOKEN", "from-environment\n");
  EXPECT_EQ(hub_settings_from_environment().token, "from-environment");
}

TEST_F(HubSettingsTest, RefuseValuesThatMakeNoSense) {
  set("HF_TOKEN", "a\nX-Injected: b");
  EXPECT_THAT(message_of([] { hub_settings_from_environment(); }), HasSubstr("other characters that no token has"));
  set("HF_TOKEN", "");
  set("HF_ENDPOINT", "hub.example");
  EXPECT_THAT(message_of([] { hub_settings_from_environment(); }), HasSubstr("HF_ENDPOINT is \"hub.example\", which does not begin with https:// or http://"));
  set("HF_ENDPOINT", "http://hub.example//");
  EXPECT_EQ(hub_settings_from_environment().endpoint, "http://hub.example");
  set("HF_HUB_DOWNLOAD_TIMEOUT", "0");
  EXPECT_THAT(message_of([] { hub_settings_from_environment(); }), HasSubstr("HF_HUB_DOWNLOAD_TIMEOUT is \"0\""));
}

TEST_F(HubSettingsTest, ReadSwitchesAsOtherToolsDo) {
  for (const char* yes : {"1", "on", "Yes", "TRUE"}) {
    set("HF_HUB_OFFLINE", yes);
    EXPECT_TRUE(hub_settings_from_environment().offline) << yes;
  }
  set("HF_HUB_OFFLINE", "0");
  EXPECT_FALSE(hub_settings_from_environment().offline);
}

}  // namespace
}  // namespace headlight
