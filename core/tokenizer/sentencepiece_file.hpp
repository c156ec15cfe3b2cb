// A tokenizer.model: the few fields of SentencePiece's ModelProto that tokenizing needs.
// Source: sentencepiece_model.proto of google/sentencepiece, whose field numbers never change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headlight::tokenization {

struct SentencePieceFile {
  enum class Kind { unigram = 1, bpe = 2 };
  enum class Type { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
  struct Piece {
    std::string text;
    float score = 0;
    Type type = Type::normal;
  };

  std::vector<Piece> pieces;  // [id]
  Kind kind = Kind::unigram;
  bool byte_fallback = false;
  int unk_id = 0, bos_id = 1, eos_id = 2;  // negative: none
  std::string character_map;               // precompiled; empty: none
  bool add_dummy_prefix = true;            // a space in front of the text
  bool remove_extra_whitespaces = true;    // at its ends, and all but one of several
};

// Throws Error{corrupt} for what is no such file, Error{unsupported} naming the field that stopped it.
SentencePieceFile parse_sentencepiece(std::string_view bytes);

}  // namespace headlight::tokenization
