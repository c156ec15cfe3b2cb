// Fetches a model from a hub into the hub cache: what is missing of it, checked, and whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/checkpoint/hub_cache.hpp"
#include "core/hub/settings.hpp"

namespace headlight {

struct PullRequest {
  HubName name;
  std::string gguf;                  // one GGUF file instead of the safetensors
  std::vector<std::string> include;  // exactly the files that fit one of these patterns
  int n_retries = 5;                 // in a row without a byte gained
};

struct PulledFile {
  std::string name;
  std::int64_t size = 0;
};

// Called from pull(), in its thread.
class PullObserver {
 public:
  virtual ~PullObserver() = default;
  // Before the weights: how many files, how many of them and of their bytes were there before.
  virtual void on_plan(int n_files, int n_there, std::int64_t n_bytes, std::int64_t n_bytes_there) = 0;
  virtual void on_bytes(const PulledFile& file, std::int64_t done, std::int64_t n_new) = 0;  // `n_new` of `done` came just now
  virtual void on_file(const PulledFile& file, bool was_there) = 0;
  virtual void on_note(const std::string& text) = 0;
};

struct PullReport {
  std::filesystem::path snapshot;
  std::string commit;
  std::vector<std::string> files;
};

// The same call again goes on where an earlier one ended, however it ended. Two at once share the work.
// Throws Error: not_found, bad_input (access refused), unsupported (nothing that Headlight reads), corrupt (a damaged answer or file),
// io (network or disk), cancelled (what has come is kept).
PullReport pull(const HubSettings& settings, const PullRequest& request, PullObserver& observer, const std::function<bool()>& cancelled);

}  // namespace headlight
