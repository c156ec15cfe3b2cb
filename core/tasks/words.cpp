#include "core/tasks/words.hpp"

#include <algorithm>
#include <span>

#include "core/tokenizer/unicode.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tasks {
namespace {

bool is_word_sign(char32_t code) { return tokenization::is_word(code) || tokenization::is_numeric(code); }
bool is_apostrophe(char32_t code) { return code == U'\'' || code == U'\u2019'; }

}  // namespace

std::vector<int> words_of_text(std::string_view text) {
  const std::u32string signs = tokenization::to_code_points(text);
  std::vector<int> words(signs.size(), -1);
  int n_words = 0;
  bool is_inside = false;  // whether the sign before belongs to a word that may go on
  for (size_t i = 0; i < signs.size(); ++i) {
    const bool joins = is_inside && is_apostrophe(signs[i]) && i + 1 < signs.size() && is_word_sign(signs[i + 1]);
    if (tokenization::is_white_space(signs[i])) {
      is_inside = false;
    } else if (is_word_sign(signs[i]) || joins) {
      words[i] = is_inside ? n_words - 1 : n_words++;
      is_inside = true;
    } else {
      words[i] = n_words++;
      is_inside = false;
    }
  }
  return words;
}

std::vector<int> words_of_tokens(const std::vector<int>& words, const std::vector<TextSpan>& offsets) {
  std::vector<int> result;
  for (const TextSpan& span : offsets) {
    int word = -1;
    const int end = std::min(span.end, static_cast<int>(words.size()));
    for (int i = span.begin; i < end && word < 0; ++i) word = words[static_cast<size_t>(i)];
    result.push_back(word);
  }
  return result;
}

std::string token_piece(const Tokenizer& tokenizer, TokenId id) {
  const std::string text = tokenizer.decode(std::span(&id, 1));
  const bool loses_space = tokenizer.token(id).starts_with("▁") && !text.starts_with(' ');
  return loses_space ? " " + text : text;
}

std::vector<std::string> token_pieces(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  std::vector<std::string> pieces;
  for (const TokenId id : ids) pieces.push_back(token_piece(tokenizer, id));
  return pieces;
}

}  // namespace headlight::tasks
