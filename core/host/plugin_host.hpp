// The host side of the boundary: what a plugin's functions are called with, and what its words become.
#pragma once

#include <headlight/plugin.h>

#include <functional>
#include <memory>
#include <span>
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
  // Borrowed.
  void offer(std::span<const headlight_prompt* const> prompts) {
    host_.prompts = prompts.data();
    host_.n_prompts = static_cast<int32_t>(prompts.size());
  }

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
  std::vector<headlight_arc> arcs_;
  headlight_prompt raw_{};
};

// All prompts of a set; borrows from it.
class RawPrompts {
 public:
  explicit RawPrompts(const PromptSet& set);
  std::span<const headlight_prompt* const> all() const { return raw_; }

 private:
  std::vector<std::unique_ptr<RawPrompt>> prompts_;
  std::vector<const headlight_prompt*> raw_;
};

// The prompt as far as a plugin of this minor version has the struct.
void copy_prompt(const headlight_prompt& from, uint32_t abi_minor, headlight_prompt* to);

}  // namespace headlight
