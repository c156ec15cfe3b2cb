// Models: turn one piece of text into token ids.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/tokenizer/vocabulary.hpp"

namespace headlight::tokenization {

struct ModelToken {
  TokenId id = 0;
  std::uint32_t begin = 0, end = 0;  // bytes of the piece
  bool is_verbatim = false;          // its text is that of the piece, not the vocabulary's (Unigram's unknown)
};

// What one thread may reuse from piece to piece; made by the model that gets it back.
class ModelScratch {
 public:
  virtual ~ModelScratch() = default;
};

class Model {
 public:
  explicit Model(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}
  virtual ~Model() = default;
  Model(const Model&) = delete;

  const Vocabulary& vocabulary() const { return vocabulary_; }

  virtual std::unique_ptr<ModelScratch> new_scratch() const { return nullptr; }

  // Appends the tokens of a non-empty piece. Thread-safe, with a scratch for each thread.
  virtual void tokenize(std::string_view piece, ModelScratch* scratch, std::vector<ModelToken>& tokens) const = 0;

  // When not empty: cutting a piece before each of these that stands behind another character changes no token.
  virtual std::string_view word_mark() const { return {}; }

  // From now on pieces are raw bytes instead of their byte-level spelling. False when the model cannot do without it.
  virtual bool use_raw_bytes() { return false; }

 private:
  Vocabulary vocabulary_;
};

// [byte]: the id of "<0x..>", -1 when there is none.
std::array<TokenId, 256> byte_fallback_ids(const Vocabulary& vocabulary);

// The "model" of a tokenizer.json. Throws Error naming the field.
std::unique_ptr<Model> read_model(const Json& definition);

std::unique_ptr<Model> read_bpe(const Json& definition);
std::unique_ptr<Model> read_unigram(const Json& definition);
std::unique_ptr<Model> read_word_level(const Json& definition);
std::unique_ptr<Model> read_word_piece(const Json& definition);

}  // namespace headlight::tokenization
