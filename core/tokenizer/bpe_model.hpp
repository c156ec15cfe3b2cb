// Byte pair encoding, over the characters of a piece or over its bytes.
#pragma once

#include <array>
#include <string>
#include <unordered_map>

#include "core/tokenizer/bpe_merges.hpp"
#include "core/tokenizer/model.hpp"
#include "core/tokenizer/token_trie.hpp"

namespace headlight::tokenization {

struct BpeOptions {
  std::string unk_token;                  // "": characters without a token are dropped
  std::string continuing_subword_prefix;  // put in front of every character but the first
  std::string end_of_word_suffix;         // put behind the last character
  bool fuse_unk = false;                  // unknown neighbours become one token
  bool byte_fallback = false;             // a character without a token becomes "<0x..>" for each of its bytes
  bool ignore_merges = false;             // a piece that is a token needs no merges
  std::vector<TokenId> whole_tokens;      // found before anything is cut, longest first, and never merged
};

class BpeModel : public Model {
 public:
  BpeModel(Vocabulary vocabulary, MergeTable merges, BpeOptions options);

  std::unique_ptr<ModelScratch> new_scratch() const override;
  void tokenize(std::string_view piece, ModelScratch* scratch, std::vector<ModelToken>& tokens) const override;
  std::string_view word_mark() const override { return word_mark_; }
  bool use_raw_bytes() override;

 private:
  struct Scratch;
  std::optional<TokenId> whole_piece(std::string_view piece) const;
  void tokenize_characters(std::string_view piece, Scratch& memory, std::vector<ModelToken>& tokens) const;
  // A piece of bytes some of which are no tokens themselves, by the characters that spell it.
  void tokenize_spelling(std::string_view piece, Scratch& memory, std::vector<ModelToken>& tokens) const;
  void append_merged(Scratch& memory, std::vector<ModelToken>& tokens) const;
  bool split_bytes(std::string_view piece, std::vector<Symbol>& symbols) const;  // false where a byte is no token
  void split_characters(std::string_view piece, std::vector<Symbol>& symbols) const;
  bool fall_back_to_bytes(std::string_view character, std::vector<Symbol>& symbols) const;
  TokenId unknown_id(std::string_view character) const;

  bool marks_only_begin_words() const;

  MergeTable merges_;
  BpeOptions options_;
  std::optional<TokenId> unk_id_;
  TokenTrie whole_tokens_;                                   // values are ids
  std::array<TokenId, 256> fallback_ids_;                    // [byte]: of "<0x..>", -1 when there is none
  std::array<TokenId, 256> byte_ids_;                        // [byte]: of its byte-level spelling, -1 when there is none
  std::unordered_map<std::string, TokenId> raw_vocabulary_;  // when pieces are raw bytes and may be tokens themselves
  bool raw_bytes_ = false;
  std::string_view word_mark_;
};

}  // namespace headlight::tokenization
