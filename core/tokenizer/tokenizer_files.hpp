// What a model folder has of a tokenizer: tokenizer.json, or the older files that say the same.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/json.hpp"
#include "core/tokenizer/model.hpp"
#include "core/tokenizer/normalizer.hpp"

namespace headlight::tokenization {

struct TokenizerFiles {
  std::filesystem::path path;                    // of the file that counts
  Json definition;                               // as in a tokenizer.json
  std::unique_ptr<Model> model;                  // set when "model" is not in the definition
  std::unique_ptr<const Normalizer> normalizer;  // set when "normalizer" is not
  std::string content_hash;                      // of the definition
};

// Looks for tokenizer.json, tokenizer.model, vocab.json with merges.txt, a GGUF file, in this order. `model` may be a GGUF file itself.
// Throws Error{not_found} when there is none of them; errors name the file.
TokenizerFiles read_tokenizer_files(const std::filesystem::path& model);

// One kind of file each. `config` is the folder's tokenizer_config.json, null when it has none.
TokenizerFiles read_sentencepiece_files(const std::filesystem::path& folder, const Json& config);
TokenizerFiles read_vocab_and_merges(const std::filesystem::path& folder, const Json& config);

// The tokenizer that a GGUF file brings. Throws Error{not_found} when it brings none.
TokenizerFiles read_gguf_tokenizer(const std::filesystem::path& file);

inline constexpr std::string_view kQwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// The template that puts these tokens, where they are given, before and behind the text; null for neither.
struct TokenAndId {
  std::string token;
  TokenId id;
};
Json enclosing_template(const std::optional<TokenAndId>& before, const std::optional<TokenAndId>& behind);

// An entry of "added_tokens".
Json added_token(TokenId id, std::string_view content, bool special);

// Tokens of "added_tokens_decoder" of a tokenizer_config.json, or of added_tokens.json, put into `added` where they are not
// there already; sorted by id.
// Throws Error{corrupt} for an id that is no number.
void take_added_tokens(const std::filesystem::path& folder, const Json& config, Json& added);

}  // namespace headlight::tokenization
