// Classes of code points, as the libraries behind Hugging Face tokenizers have them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headlight::tokenization {

bool is_white_space(char32_t code);     // White_Space
bool is_numeric(char32_t code);         // Nd, Nl, No
bool is_punctuation(char32_t code);     // P, and the ASCII symbols
bool is_word(char32_t code);            // Alphabetic, M, Nd, Pc, joiners
bool is_combining_mark(char32_t code);  // M

// As the library behind BERT's normalizer has them (Unicode 8).
bool is_nonspacing_mark(char32_t code);  // Mn
bool is_control(char32_t code);          // Cc, Cf, Co

// As the reference's UnicodeScripts has it (Unicode 9): kana count as Han; nothing for what goes with any script.
std::optional<int> script_of(char32_t code);

std::string lower_case(char32_t code);  // as UTF-8; one character only becomes two (İ)

// Whether ignoring case can turn the character into several ("ß" into "ss"), or the two into one.
bool folds_to_many(char32_t code);
char32_t first_folding_to_many(char32_t from);  // the first such character from this one on; beyond all when there is none
bool is_folding_of_one(char32_t first, char32_t second);

// PCRE2 10.42 knows Unicode 14. Writes the text with each later code point exchanged for an older one of the same
// category and length in bytes, so that classes match as they should; false when the text has none.
bool exchange_new_code_points(std::string_view text, std::string& exchanged);

}  // namespace headlight::tokenization
