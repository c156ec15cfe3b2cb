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

std::unique_ptr<Normalizer> read_text_normalizer(const Json& definition);  // Prepend, Replace, Strip...; null for another type
std::unique_ptr<Normalizer> unicode_normalizer(std::string_view form);     // "NFC", "NFD", "NFKC", "NFKD"; null for another
std::unique_ptr<Normalizer> read_bert_normalizer(const Json& definition);
std::unique_ptr<Normalizer> read_precompiled_normalizer(const Json& definition);

}  // namespace headlight::tokenization
