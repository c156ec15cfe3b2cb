// Post-processors: the tokens that every text gets around it, and how offsets treat spaces.
#pragma once

#include <memory>

#include "core/base/json.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight::tokenization {

class PostProcessor {
 public:
  virtual ~PostProcessor() = default;
  // `parts` follow each other in the result; a text begins as one part. Thread-safe.
  virtual void apply(std::vector<Encoding>& parts, bool add_special_tokens) const = 0;
  virtual bool is_template() const { return false; }
};

// The "post_processor" of a tokenizer.json; null for null. Throws Error{unsupported} naming the type or field.
// `vocab_size` bounds the ids that it may add.
std::unique_ptr<const PostProcessor> read_post_processor(const Json& definition, int vocab_size);

// Takes the spaces at a token's ends out of its offsets.
void trim_offsets(Encoding& encoding, bool add_prefix_space);

}  // namespace headlight::tokenization
