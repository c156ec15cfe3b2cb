// The host side of the boundary: what a plugin's functions are called with, and what its words become.
#pragma once

#include <headlight/plugin.h>

#include <functional>
#include <string>
#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

// A headlight_host for one open plugin; keeps the message of its last failure.
class PluginHost {
 public:
  using Emit = std::function<void(uint32_t output, const double* values, const uint8_t* present)>;
  PluginHost(const ModelDescription& model, bool has_bos, std::vector<double> parameters, Emit emit = {});
  PluginHost(const PluginHost&) = delete;

  const headlight_host* raw() const { return &host_; }
  void offer(const headlight_circuits* circuits) { host_.circuits = circuits; }

  // Throws what the plugin said when `code` is a failure, or when the host had to refuse a value although the plugin went on:
  // Error of the code it gave, with `doing` in front.
  void check(headlight_code code, const std::string& doing);
  void fail(headlight_code code, const std::string& message);    // as the plugin would
  void refuse(headlight_code code, const std::string& message);  // a value of the plugin

 private:
  headlight_model model_{};
  std::vector<double> parameters_;
  Emit emit_;
  headlight_host host_{};
  headlight_code code_ = HEADLIGHT_OK;
  std::string message_;
  bool refused_ = false;
};

// A prompt as the boundary shows it; borrows from the prompt. Its tokens from `n_given` on were decoded (-1: none were).
class RawPrompt {
 public:
  RawPrompt(const Prompt& prompt, int index, int n_given = -1);
  RawPrompt(const RawPrompt&) = delete;
  const headlight_prompt* raw() const { return &raw_; }

 private:
  std::vector<headlight_role> roles_;
  std::vector<const char*> pieces_;
  std::vector<int32_t> words_;
  headlight_prompt raw_{};
};

}  // namespace headlight
