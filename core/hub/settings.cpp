#include "core/hub/settings.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/checkpoint/hub_cache.hpp"

namespace headlight {
namespace {

std::string first_of(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value && *value) return value;
  return "";
}

// "1", "ON", "YES" and "TRUE" in any case, as Hugging Face's tools read it.
bool is_true(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text == "1" || text == "ON" || text == "YES" || text == "TRUE";
}

std::string stripped(const std::string& text) {
  const char* const space = " \t\r\n";
  const size_t begin = text.find_first_not_of(space);
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::string read_token() {
  std::string token = stripped(first_of({"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}));
  if (token.empty()) {
    const std::string named = first_of({"HF_TOKEN_PATH"});
    const std::filesystem::path file = named.empty() ? hub_home() / "token" : std::filesystem::path(named);
    if (std::filesystem::is_regular_file(file)) token = stripped(read_file(file));
  }
  if (std::any_of(token.begin(), token.end(), [](unsigned char c) { return c <= ' ' || c >= 127; }))
    throw Error(ErrorCode::bad_input, "the hub's token (HF_TOKEN or the token file) has spaces or other characters that no token has: is it another file?");
  return token;
}

}  // namespace

HubSettings hub_settings_from_environment() {
  HubSettings settings;
  if (std::string endpoint = stripped(first_of({"HF_ENDPOINT"})); !endpoint.empty()) {
    while (endpoint.ends_with('/')) endpoint.pop_back();
    if (!endpoint.starts_with("https://") && !endpoint.starts_with("http://"))
      throw Error(ErrorCode::bad_input, "HF_ENDPOINT is \"" + endpoint + "\", which does not begin with https:// or http://");
    settings.endpoint = endpoint;
  }
  settings.token = read_token();
  settings.cache = hub_cache_folder();
  settings.offline = is_true(first_of({"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}));
  settings.certificates = first_of({"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"});
  if (const std::string text = first_of({"HF_HUB_DOWNLOAD_TIMEOUT"}); !text.empty()) {
    int seconds = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure != std::errc() || end != text.data() + text.size() || seconds < 1)
      throw Error(ErrorCode::bad_input, "HF_HUB_DOWNLOAD_TIMEOUT is \"" + text + "\"; it takes whole seconds, 1 at least");
    settings.silence = std::chrono::seconds(seconds);
  }
  return settings;
}

}  // namespace headlight
