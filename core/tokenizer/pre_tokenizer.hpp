// Pre-tokenizers: cut the normalized text into the pieces that the model tokenizes one by one.
#pragma once

#include <array>
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
  // Whether it only cuts, and leaves whole a piece none of whose characters it minds.
  virtual bool only_cuts() const { return false; }
  virtual bool minds(std::string_view /*character*/) const { return true; }
};

class PreTokenization {
 public:
  using Steps = std::vector<std::unique_ptr<const PreTokenizer>>;

  void add(std::unique_ptr<const PreTokenizer> step);
  void add_byte_spelling();  // every byte of the pieces becomes its byte-level character

  // Cuts the pieces, and leaves out the byte spelling where nothing but cuts stands behind it: those cut the bytes as they would
  // cut their spelling, for a model that knows its tokens as bytes.
  bool may_keep_bytes() const { return spells_bytes_; }
  void apply_to_bytes(Pieces& pieces) const;

  void apply(Pieces& pieces) const;  // everything

 private:
  void make_spelling_a_step();
  void cut_as_spelled(Pieces& pieces) const;

  Steps steps_;
  bool spells_bytes_ = false;              // behind the steps
  Steps cuts_of_spelling_;                 // behind that; they only cut
  std::array<bool, 256> minded_bytes_{};  // [byte]: whether one of them minds its spelling
};

// The "pre_tokenizer" of a tokenizer.json; null gives none. Throws Error{unsupported} naming the type or field.
PreTokenization read_pre_tokenizer(const Json& definition);

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
