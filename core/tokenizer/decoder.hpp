// Decoders: turn token strings back into text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/json.hpp"

namespace headlight::tokenization {

class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual void apply(std::vector<std::string>& tokens) const = 0;  // thread-safe; the text is what is left, joined
};

// The "decoder" of a tokenizer.json; null for null. Throws Error{unsupported} naming the type or field.
std::unique_ptr<const Decoder> read_decoder(const Json& definition);

}  // namespace headlight::tokenization
