// Normalizers: rewrite the text before it is cut, and keep the alignment with the original.
#pragma once

#include <memory>

#include "core/base/json.hpp"
#include "core/tokenizer/aligned_text.hpp"

namespace headlight::tokenization {

class Normalizer {
 public:
  virtual ~Normalizer() = default;
  virtual void apply(AlignedText& text) const = 0;  // thread-safe
};

// The "normalizer" of a tokenizer.json; null for null. Throws Error{unsupported} naming the type or field.
std::unique_ptr<const Normalizer> read_normalizer(const Json& definition);

// One kind each; null when the type is another.
std::unique_ptr<Normalizer> read_text_normalizer(const Json& definition);     // Prepend, Replace, Strip, Lowercase, Nmt, ...
std::unique_ptr<Normalizer> read_unicode_normalizer(const Json& definition);  // NFC, NFD, NFKC, NFKD

}  // namespace headlight::tokenization
