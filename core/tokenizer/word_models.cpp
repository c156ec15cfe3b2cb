// Models that look whole words up: WordLevel (a word is a token) and WordPiece (the longest known beginning, again and again).
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/model.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

// The unknown token for a whole piece; an error when the vocabulary has none, as it is needed only now.
ModelToken unknown(const Vocabulary& vocabulary, const std::string& unk_token, std::string_view piece) {
  const auto id = vocabulary.id_of(unk_token);
  if (!id) {
    throw Error(ErrorCode::bad_input, "the word \"" + std::string(shortened(piece, 80)) +
                                          "\" is not in the vocabulary, and neither is the " + "tokenizer's \"unk_token\" \"" +
                                          unk_token + "\"");
  }
  return {.id = *id, .begin = 0, .end = static_cast<std::uint32_t>(piece.size())};
}

class WordLevel : public Model {
 public:
  WordLevel(Vocabulary words, std::string unk_token) : Model(std::move(words)), unk_token_(std::move(unk_token)) {}

  void tokenize(std::string_view piece, ModelScratch*, std::vector<ModelToken>& tokens) const override {
    if (const auto id = vocabulary().id_of(piece)) {
      tokens.push_back({.id = *id, .begin = 0, .end = static_cast<std::uint32_t>(piece.size())});
    } else {
      tokens.push_back(unknown(vocabulary(), unk_token_, piece));
    }
  }

 private:
  std::string unk_token_;
};

class WordPiece : public Model {
 public:
  WordPiece(Vocabulary words, std::string unk_token, std::string prefix, std::int64_t max_characters)
      : Model(std::move(words)), unk_token_(std::move(unk_token)), prefix_(std::move(prefix)), max_characters_(max_characters) {}

  void tokenize(std::string_view piece, ModelScratch*, std::vector<ModelToken>& tokens) const override {
    const size_t n_before = tokens.size();
    if (static_cast<std::int64_t>(count_code_points(piece)) <= max_characters_ && cut(piece, tokens)) return;
    tokens.resize(n_before);
    tokens.push_back(unknown(vocabulary(), unk_token_, piece));
  }

 private:
  bool cut(std::string_view piece, std::vector<ModelToken>& tokens) const {
    std::string key;
    for (size_t begin = 0; begin < piece.size();) {
      size_t end = piece.size();
      std::optional<TokenId> id;
      for (;; end = previous(piece, end)) {
        if (end <= begin) return false;
        key.assign(begin > 0 ? prefix_ : std::string()).append(piece, begin, end - begin);
        if ((id = vocabulary().id_of(key))) break;
      }
      tokens.push_back({.id = *id, .begin = static_cast<std::uint32_t>(begin), .end = static_cast<std::uint32_t>(end)});
      begin = end;
    }
    return true;
  }

  static size_t previous(std::string_view text, size_t end) {
    do --end;
    while (end > 0 && is_continuation(text[end]));
    return end;
  }

  std::string unk_token_, prefix_;
  std::int64_t max_characters_;
};

}  // namespace

std::unique_ptr<Model> read_word_level(const Json& definition) {
  Vocabulary words = read_member(definition, "vocab", Vocabulary::read);
  return std::make_unique<WordLevel>(std::move(words), required_string(definition, "unk_token"));
}

std::unique_ptr<Model> read_word_piece(const Json& definition) {
  Vocabulary words = read_member(definition, "vocab", Vocabulary::read);
  const std::int64_t max_characters = required_integer(definition, "max_input_chars_per_word");
  return std::make_unique<WordPiece>(std::move(words), required_string(definition, "unk_token"),
                                     required_string(definition, "continuing_subword_prefix"), max_characters);
}

}  // namespace headlight::tokenization
