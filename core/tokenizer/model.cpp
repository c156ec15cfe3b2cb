#include "core/tokenizer/model.hpp"

#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {
namespace {

// Early files leave the type out; the fields tell it.
std::string model_type(const Json& definition) {
  if (definition.contains("type")) return required_string(definition, "type");
  if (definition["vocab"].is_array()) return "Unigram";
  if (definition.contains("merges")) return "BPE";
  if (definition.contains("max_input_chars_per_word")) return "WordPiece";
  if (definition.contains("unk_token")) return "WordLevel";
  throw Error(ErrorCode::bad_input, "\"type\" is missing, and the other fields are those of no model");
}

}  // namespace

std::array<TokenId, 256> byte_fallback_ids(const Vocabulary& vocabulary) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::array<TokenId, 256> ids;
  for (unsigned byte = 0; byte < 256; ++byte) {
    ids[byte] = vocabulary.id_of(std::string{'<', '0', 'x', kDigits[byte >> 4], kDigits[byte & 15], '>'}).value_or(-1);
  }
  return ids;
}

std::unique_ptr<Model> read_model(const Json& definition) {
  definition.as_object();
  const std::string type = model_type(definition);
  if (type == "BPE") return read_bpe(definition);
  if (type == "Unigram") return read_unigram(definition);
  if (type == "WordLevel") return read_word_level(definition);
  if (type == "WordPiece") return read_word_piece(definition);
  refuse("the type \"" + type + "\"");
}

}  // namespace headlight::tokenization
