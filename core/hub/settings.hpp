// Which hub is asked, as whom, and where its files go: the environment variables of Hugging Face's own tools.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace headlight {

struct HubSettings {
  std::string endpoint = "https://huggingface.co";  // HF_ENDPOINT, without a slash at its end
  std::string token;                                // HF_TOKEN, else the file HF_TOKEN_PATH, else token in HF_HOME; "" for none
  std::filesystem::path cache;                      // HF_HUB_CACHE, else hub/ in HF_HOME
  bool offline = false;                             // HF_HUB_OFFLINE
  std::chrono::seconds silence{30};                 // HF_HUB_DOWNLOAD_TIMEOUT: a connection silent for so long is given up
  std::string certificates;                         // SSL_CERT_FILE or REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE; "" for the system's
};

// Throws Error{bad_input} that names the variable whose value makes no sense.
HubSettings hub_settings_from_environment();

}  // namespace headlight
