#include "tests/fuzz/targets.hpp"

#include "core/base/error.hpp"
#include "tests/fuzz/readers.hpp"

namespace headlight::fuzz {
namespace {

constexpr Target kTargets[] = {
    {"json", read_json, 4096, json_seeds},
    {"safetensors", read_safetensors, 4096, safetensors_seeds},
    {"gguf", read_gguf, 8192, gguf_seeds},
    {"gguf-model", read_gguf_model, 32768, gguf_model_seeds},
    {"config", read_config, 4096, config_seeds},
    {"tokenizer-json", read_tokenizer_json, 4096, tokenizer_json_seeds},
    {"tokenizer-model", read_tokenizer_model, 8192, tokenizer_model_seeds},
    {"task", read_task, 4096, task_seeds},
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

const Target& find_target(std::string_view name) {
  std::string known;
  for (const Target& target : kTargets) {
    if (target.name == name) return target;
    known += (known.empty() ? "" : ", ") + std::string(target.name);
  }
  throw Error(ErrorCode::not_found, "no fuzz target \"" + std::string(name) + "\"; there are " + known);
}

bool accepts(const Target& target, std::string_view input) {
  try {
    target.read(input);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace headlight::fuzz
