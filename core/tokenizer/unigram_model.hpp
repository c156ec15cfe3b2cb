// The unigram language model of SentencePiece: the cutting of a piece into tokens whose scores add up to the most.
// Source: Kudo 2018; the search goes over the bytes once, keeping the best cutting that ends at each.
#pragma once

#include <array>
#include <optional>

#include "core/tokenizer/model.hpp"
#include "core/tokenizer/token_trie.hpp"

namespace headlight::tokenization {

struct UnigramOptions {
  std::optional<TokenId> unk_id;    // neighbouring characters without a token become one of these
  bool byte_fallback = false;       // or "<0x..>" for each of their bytes
  std::vector<bool> is_hidden;      // [id]: never found in a text; empty: none
  std::optional<double> unk_score;  // of one such character; without it, 10 below the lowest score
  bool rounds_to_float = false;     // sums are kept in single precision, as SentencePiece does: it decides ties
};

class UnigramModel : public Model {
 public:
  UnigramModel(Vocabulary vocabulary, std::vector<double> scores, UnigramOptions options);

  std::unique_ptr<ModelScratch> new_scratch() const override;
  void tokenize(std::string_view piece, ModelScratch* scratch, std::vector<ModelToken>& tokens) const override;

 private:
  struct Scratch;
  void find_best_cutting(std::string_view piece, Scratch& memory) const;
  void add_stretch(std::string_view piece, size_t begin, size_t end, std::vector<ModelToken>& tokens) const;
  TokenId unk_id(std::string_view characters) const;

  std::vector<double> scores_;  // [id], log probabilities
  UnigramOptions options_;
  TokenTrie trie_;  // values are ids
  double unk_score_ = 0;
  std::array<TokenId, 256> byte_ids_;  // [byte]: of "<0x..>", -1 when there is none
};

}  // namespace headlight::tokenization
