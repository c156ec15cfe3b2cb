// Which tokens make up a word, and what tokens say to people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/tokenizer/tokenizer.hpp"

namespace headlight::tasks {

// [code point] of the text: the index of its word, counted from 0, or -1 for white space. A word is a run of letters, digits and
// marks, with apostrophes inside it ("don't"); every other sign is a word of its own.
std::vector<int> words_of_text(std::string_view text);

// [token]: the word of the token's first sign, by what words_of_text gives; -1 for tokens of white space only and for those that
// stand for nothing of the text, such as special tokens.
std::vector<int> words_of_tokens(const std::vector<int>& words, const std::vector<TextSpan>& offsets);

// A token as people read it: its text, with the space that its spelling stands for ("Ġthe" and "▁the" are " the"); the name of a
// special token.
std::string token_piece(const Tokenizer& tokenizer, TokenId id);
std::vector<std::string> token_pieces(const Tokenizer& tokenizer, const std::vector<TokenId>& ids);

}  // namespace headlight::tasks
