// The functions behind the targets: each reads its input as far as Headlight would.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headlight::fuzz {

void read_json(std::string_view input);             // core/base/json, and back to text
void read_safetensors(std::string_view input);      // the header
void read_gguf(std::string_view input);             // the header, every value, every block
void read_gguf_model(std::string_view input);       // a whole model with its tokenizer
void read_config(std::string_view input);           // config.json to a description, all architectures
void read_tokenizer_json(std::string_view input);   // and some texts through it
void read_tokenizer_model(std::string_view input);  // SentencePiece's protobuf, and some texts
void read_task(std::string_view input);             // a task file, and prompts of it

std::vector<std::string> json_seeds();
std::vector<std::string> safetensors_seeds();
std::vector<std::string> gguf_seeds();
std::vector<std::string> gguf_model_seeds();
std::vector<std::string> config_seeds();
std::vector<std::string> tokenizer_json_seeds();
std::vector<std::string> tokenizer_model_seeds();
std::vector<std::string> task_seeds();

}  // namespace headlight::fuzz
