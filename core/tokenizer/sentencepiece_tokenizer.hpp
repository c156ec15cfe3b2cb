// From the pieces of a SentencePiece model, wherever they stand, to a tokenizer.
#pragma once

#include "core/tokenizer/sentencepiece_file.hpp"
#include "core/tokenizer/tokenizer_files.hpp"

namespace headlight::tokenization {

// What the tokenizer's class adds to the file.
struct SentencePieceConventions {
  bool adds_bos = false, adds_eos = false;
  bool keeps_spaces = false;  // whatever the file says
  bool only_first_prefix = false;
};

// All but path and content_hash. REQUIRES texts of UTF-8 that are not empty, finite scores, and ids within the pieces.
// Throws Error{unsupported} for pieces that cannot be merged by their ids, Error{bad_input} for a token that is to be added and is not there.
TokenizerFiles sentencepiece_tokenizer(const SentencePieceFile& file, const SentencePieceConventions& conventions, Json added_tokens);

}  // namespace headlight::tokenization
