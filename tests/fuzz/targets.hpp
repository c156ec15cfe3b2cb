// What is fuzzed: one function for every format that Headlight reads from files of strangers. A target may refuse its input with
// headlight::Error and with nothing else; it may not crash, hang, or allocate more than the input's size allows for (contract.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::fuzz {

struct Target {
  std::string_view name;
  void (*read)(std::string_view input);  // as far as Headlight would
  std::size_t max_input;                 // bytes that are worth trying
  std::vector<std::string> (*seeds)();   // inputs that are right, to begin from: small, and made from the tests' data
  std::size_t fixed_mb = 1;              // memory that it may use whatever the input: tables of ids, layers and characters; the texts that a task draws
};

extern const Target json_target;         // core/base/json, and back to text
extern const Target safetensors_target;  // the header
extern const Target config_target;       // config.json to a description, all architectures
extern const Target checkpoint_target;   // a folder: config.json, safetensors, shards with their index, MXFP4 experts
extern const Target gguf_target;         // the header, every value, every block
extern const Target gguf_model_target;      // a whole model
extern const Target gguf_tokenizer_target;  // the tokenizer of one, and some texts through it
extern const Target gguf_parts_target;   // a model in two files
extern const Target tokenizer_json_target;   // and some texts through it
extern const Target tokenizer_model_target;  // SentencePiece's protobuf, and some texts
extern const Target tokenizer_files_target;  // vocab.json with merges.txt, or tokenizer.model; what configures them; some texts
extern const Target task_target;             // a task file, and prompts of it
extern const Target task_rows_target;        // a task file with its JSON lines, table or CoNLL-U, and prompts of it
extern const Target tokens_target;           // the safetensors of `headlight forward --tokens`
extern const Target references_target;       // a published list of heads

std::vector<const Target*> targets();

}  // namespace headlight::fuzz
