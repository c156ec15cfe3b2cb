// The options that the Metaspace pre-tokenizer and decoder share.
#pragma once

#include "core/base/json.hpp"

namespace headlight::tokenization {

struct Metaspace {
  enum class Prepend { first, never, always };  // which pieces get a mark in front when they have none
  char32_t replacement = U'▁';                  // the mark that stands for a space
  Prepend prepend = Prepend::always;
  bool split = true;
};

// Throws Error naming the field.
Metaspace read_metaspace_options(const Json& definition);

}  // namespace headlight::tokenization
