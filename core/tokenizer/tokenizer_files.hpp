// What a model folder has of a tokenizer: tokenizer.json, or the older files that say the same.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/json.hpp"
#include "core/tokenizer/model.hpp"

namespace headlight::tokenization {

struct TokenizerFiles {
  std::filesystem::path path;    // of the file that counts
  Json definition;               // as in a tokenizer.json
  std::unique_ptr<Model> model;  // set when "model" is not in the definition
  std::string content_hash;      // of the definition
};

// Looks for tokenizer.json, tokenizer.model, vocab.json with merges.txt, in this order.
// Throws Error{not_found} when there is none of them; errors name the file.
TokenizerFiles read_tokenizer_files(const std::filesystem::path& folder);

}  // namespace headlight::tokenization
