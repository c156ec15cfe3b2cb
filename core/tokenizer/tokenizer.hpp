// Text to token ids and back, as the model's own tokenizer.json (or tokenizer.model) has it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"

namespace headlight {

using TokenId = std::int32_t;

struct TextSpan {
  int begin = 0, end = 0;  // code points of the original text, end exclusive
  bool operator==(const TextSpan&) const = default;
};

struct Encoding {
  std::vector<TokenId> ids;         // [token]
  std::vector<std::string> tokens;  // [token], as the vocabulary spells them ("Ġthe", "▁the")
  std::vector<TextSpan> offsets;    // [token]; (0, 0) for special tokens that the post-processor added
};

class Tokenizer {
 public:
  // From a model folder. Throws Error{not_found} when it has no tokenizer, Error{unsupported} with the field that stopped it.
  static Tokenizer open(const std::filesystem::path& model_folder);
  // From the content of a tokenizer.json.
  static Tokenizer from_json(const Json& definition);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  // Thread-safe. `add_special_tokens`: whether the post-processor runs (BOS of a Llama model).
  Encoding encode(std::string_view text, bool add_special_tokens = true) const;
  // Thread-safe. Ids that the vocabulary lacks are an Error{bad_input}.
  std::string decode(std::span<const TokenId> ids, bool skip_special_tokens = false) const;

  int vocab_size() const;  // one more than the largest id
  std::optional<TokenId> id_of(std::string_view token) const;
  const std::string& token(TokenId id) const;  // "" for an id that is not used
  bool is_special(TokenId id) const;
  const std::string& content_hash() const;  // of the definition

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace headlight
