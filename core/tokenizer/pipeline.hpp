// A whole tokenizer: added tokens, normalizer, pre-tokenizer, model, post-processor, decoder.
#pragma once

#include <memory>
#include <mutex>

#include "core/tokenizer/added_tokens.hpp"
#include "core/tokenizer/decoder.hpp"
#include "core/tokenizer/model.hpp"
#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/post_processor.hpp"
#include "core/tokenizer/pre_tokenizer.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "core/tokenizer/word_cache.hpp"

namespace headlight::tokenization {

class Pipeline {
 public:
  // From the content of a tokenizer.json; what is given counts instead of the definition's "model" and "normalizer".
  explicit Pipeline(const Json& definition, std::unique_ptr<Model> model = nullptr,
                    std::unique_ptr<const Normalizer> normalizer = nullptr);

  Encoding encode(std::string_view text, bool add_special_tokens) const;
  std::string decode(std::span<const TokenId> ids, bool skip_special_tokens) const;

  int vocab_size() const { return vocab_size_; }
  std::optional<TokenId> id_of(std::string_view token) const;
  const std::string& token(TokenId id) const;
  bool contains(TokenId id) const;
  bool is_special(TokenId id) const;

 private:
  // What one call of encode works with; kept for the next caller.
  struct Scratch {
    WordCache known_words;
    std::unique_ptr<ModelScratch> model;
    std::vector<ModelToken> tokens;
  };
  class BorrowedScratch;
  class Emission;

  void encode_normalized(AlignedText text, Scratch& scratch, Emission& emission) const;
  void encode_stretch(Pieces& stretch, Scratch& scratch, Emission& emission) const;
  void encode_word(const Pieces& stretch, const Piece& word, Scratch& scratch, Emission& emission) const;
  std::span<const ModelToken> tokenize(std::string_view piece, Scratch& scratch) const;

  std::unique_ptr<Model> model_;
  std::unique_ptr<const Normalizer> normalizer_;
  PreTokenization pre_tokenization_;
  bool models_bytes_ = false;  // the model takes bytes instead of their byte-level spelling
  AddedTokens added_tokens_;
  std::unique_ptr<const PostProcessor> post_processor_;
  std::unique_ptr<const Decoder> decoder_;
  int vocab_size_ = 0;

  mutable std::mutex scratches_mutex_;
  mutable std::vector<std::unique_ptr<Scratch>> scratches_;
};

}  // namespace headlight::tokenization
