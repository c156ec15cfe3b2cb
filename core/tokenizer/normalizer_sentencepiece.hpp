// SentencePiece's own normalizer, for vocabularies that come as a tokenizer.model.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/precompiled_map.hpp"

namespace headlight::tokenization {

struct SentencePieceNormalization {
  std::optional<PrecompiledMap> map;     // the longest key at each place gives way to its result
  bool remove_extra_whitespaces = true;  // spaces at the ends, and all but one of several
  bool add_dummy_prefix = true;          // a space in front
  bool only_first_prefix = false;        // the space is for the begin of the whole text alone
  std::vector<std::string> kept;         // user-defined pieces, which the map does not touch
};

// Spaces come out as "▁".
std::unique_ptr<const Normalizer> sentencepiece_normalizer(SentencePieceNormalization options);

}  // namespace headlight::tokenization
