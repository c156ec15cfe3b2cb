// How text is cut before a byte-level BPE of a GGUF file, which only names the way ("tokenizer.ggml.pre").
#pragma once

#include <string_view>

#include "core/base/json.hpp"

namespace headlight::tokenization {

struct GgufPreTokenization {
  Json normalizer, pre_tokenizer;  // as in a tokenizer.json
  bool ignore_merges = false;      // a piece that is a token needs no merges
  bool adds_bos = false;           // where the file does not say
};

// Throws Error{unsupported} that names the way and those that are known.
GgufPreTokenization gguf_pre_tokenization(std::string_view name);

}  // namespace headlight::tokenization
