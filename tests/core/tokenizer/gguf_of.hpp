// Tokenizers as the metadata of a GGUF file, in the form that llama.cpp's conversion gives them.
#pragma once

#include <filesystem>
#include <map>

#include "core/base/files.hpp"
#include "core/tokenizer/sentencepiece_file.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "tests/support/gguf_bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {

inline Tokenizer open_gguf(const testing_support::GgufBytes& bytes) {
  const testing_support::TemporaryFolder folder;
  write_file(folder / "model.gguf", bytes.file());
  return Tokenizer::open(folder / "model.gguf");
}

// A byte-level BPE of a tokenizer.json: special added tokens are control tokens (3), others user-defined (4).
inline testing_support::GgufBytes gguf_of(const Json& definition, const std::string& way) {
  std::map<std::int64_t, std::pair<std::string, std::int32_t>> by_id;  // text and type
  for (const auto& [text, id] : definition["model"]["vocab"].as_object()) by_id[id.as_integer()] = {text, 1};
  if (definition["added_tokens"].is_array())
    for (const Json& token : definition["added_tokens"].as_array())
      by_id[token["id"].as_integer()] = {token["content"].as_string(), token["special"].as_bool() ? 3 : 4};
  std::vector<std::string> tokens, merges;
  std::vector<std::int32_t> types;
  for (const auto& [id, token] : by_id) {
    for (; static_cast<std::int64_t>(tokens.size()) < id; types.push_back(5)) tokens.push_back("[PAD" + std::to_string(tokens.size()) + "]");
    tokens.push_back(token.first);
    types.push_back(token.second);
  }
  for (const Json& merge : definition["model"]["merges"].as_array())
    merges.push_back(merge.is_array() ? merge[size_t{0}].as_string() + " " + merge[size_t{1}].as_string() : merge.as_string());
  testing_support::GgufBytes bytes;
  bytes.value("tokenizer.ggml.model", "gpt2").value("tokenizer.ggml.pre", way).value("tokenizer.ggml.tokens", tokens);
  bytes.value("tokenizer.ggml.token_type", types).value("tokenizer.ggml.merges", merges);
  return bytes;
}

inline testing_support::GgufBytes gguf_of(const tokenization::SentencePieceFile& file) {
  using File = tokenization::SentencePieceFile;
  std::vector<std::string> tokens;
  std::vector<float> scores;
  std::vector<std::int32_t> types;
  for (const File::Piece& piece : file.pieces) {
    tokens.push_back(piece.text);
    scores.push_back(piece.score);
    types.push_back(static_cast<std::int32_t>(piece.type));
  }
  testing_support::GgufBytes bytes;
  bytes.value("tokenizer.ggml.model", file.kind == File::Kind::bpe ? "llama" : "t5").value("tokenizer.ggml.tokens", tokens);
  bytes.value("tokenizer.ggml.scores", scores).value("tokenizer.ggml.token_type", types);
  bytes.value("tokenizer.ggml.add_space_prefix", file.add_dummy_prefix);
  bytes.value("tokenizer.ggml.remove_extra_whitespaces", file.remove_extra_whitespaces);
  bytes.value("tokenizer.ggml.unknown_token_id", static_cast<std::uint32_t>(file.unk_id));
  if (!file.character_map.empty()) {
    const std::vector<std::int32_t> map(file.character_map.begin(), file.character_map.end());
    bytes.value("tokenizer.ggml.precompiled_charsmap", map);
  }
  return bytes;
}

}  // namespace headlight
