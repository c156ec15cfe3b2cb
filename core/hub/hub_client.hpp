// What Headlight asks of a hub: what a revision holds, what a file is, and its bytes.
// Reference: https://huggingface.co/docs/hub/api; the headers are those that huggingface_hub reads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/hub/http.hpp"
#include "core/hub/partial_file.hpp"
#include "core/hub/retries.hpp"
#include "core/hub/settings.hpp"

namespace headlight {

struct HubFile {
  std::string name;                  // "config.json", "onnx/model.onnx"
  std::optional<std::int64_t> size;  // where the hub says so
};

struct HubRevision {
  std::string commit;
  std::vector<HubFile> files;
};

// A file as it is stored: the name of its blob in a cache, and its size.
struct HubBlob {
  std::string etag;
  std::int64_t size = 0;
};

// The token goes to the hub's own scheme, host and port, and nowhere else.
// All throw Error with what to do: not_found, bad_input (access refused), corrupt (an answer that makes no sense), io, cancelled.
class HubClient {
 public:
  HubClient(const HubSettings& settings, RetryPolicy policy);

  HubRevision revision(const std::string& repository, const std::string& revision);
  HubBlob blob(const std::string& repository, const std::string& commit, const std::string& file);
  // Adds to `part` what is missing of it, however often the connection breaks.
  void download(const std::string& repository, const std::string& commit, const std::string& file, PartialFile& part,
                const std::function<void(size_t n_new)>& on_bytes);

 private:
  struct Exchange {
    HttpResponse response;
    bool elsewhere = false;  // answered by another host than the hub
  };
  Exchange follow(const HttpRequest& request, HttpSink* sink);
  HttpResponse ask(const HttpRequest& request, const std::string& what);
  std::string file_url(const std::string& repository, const std::string& commit, const std::string& file) const;
  [[noreturn]] void refuse(const HttpResponse& response, const std::string& repository, const std::string& revision,
                           const std::string& file) const;

  const HubSettings& settings_;
  const RetryPolicy policy_;
  const std::string origin_;
  HttpClient http_;
};

}  // namespace headlight
