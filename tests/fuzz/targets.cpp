#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {

std::vector<const Target*> targets() {
  return {&json_target,           &safetensors_target,     &config_target,          &checkpoint_target, &gguf_target,
          &gguf_model_target,     &gguf_tokenizer_target,  &gguf_parts_target,      &tokenizer_json_target, &tokenizer_model_target,
          &tokenizer_files_target, &task_target,           &task_rows_target,       &tokens_target,     &references_target};
}

}  // namespace headlight::fuzz
