// Pre-tokenizers: cut the normalized text into the pieces that the model tokenizes one by one.
#pragma once

#include <memory>
#include <vector>

#include "core/base/json.hpp"
#include "core/tokenizer/pieces.hpp"

namespace headlight::tokenization {

// One step; thread-safe.
class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  virtual void apply(Pieces& pieces) const = 0;
};

struct PreTokenization {
  std::vector<std::unique_ptr<const PreTokenizer>> steps;
  // The pieces are to be spelled in byte-level characters at last. It stands apart from the steps because a model
  // that knows its tokens as bytes does without it.
  bool ends_in_byte_spelling = false;

  void apply(Pieces& pieces) const;  // the steps alone
};

// The "pre_tokenizer" of a tokenizer.json; null gives none. Throws Error{unsupported} naming the type or field.
PreTokenization read_pre_tokenizer(const Json& definition);

// Spells every byte of the pieces as its byte-level character.
void spell_bytes(Pieces& pieces);

// One step each, from its definition.
std::unique_ptr<PreTokenizer> read_metaspace(const Json& definition);
std::unique_ptr<PreTokenizer> read_split(const Json& definition);
std::unique_ptr<PreTokenizer> read_character_split(
    const Json& definition);  // Digits, Punctuation, Whitespace...; null for another type
std::unique_ptr<PreTokenizer> byte_level_split(bool add_prefix_space, bool use_regex);

// Puts `prefix` in front of each piece that `wants` accepts.
template <typename Wants>
void prepend_to_pieces(Pieces& all, std::string_view prefix, Wants wants) {
  TextRewrite rewrite(all.text);
  std::vector<Piece> prefixed;
  prefixed.reserve(all.pieces.size());
  for (const Piece& piece : all.pieces) {
    const auto begin = static_cast<std::uint32_t>(rewrite.size());
    if (wants(piece)) rewrite.put(prefix, piece.begin);
    rewrite.keep(piece.begin, piece.end);
    prefixed.push_back({begin, static_cast<std::uint32_t>(rewrite.size()), piece.base});
  }
  all.text = std::move(rewrite).finish();
  all.pieces = std::move(prefixed);
}

}  // namespace headlight::tokenization
