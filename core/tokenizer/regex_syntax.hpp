// Oniguruma's regular expressions (Ruby syntax, as the `onig` crate of Hugging Face tokenizers compiles them) in PCRE2's words.
#pragma once

#include <string>
#include <string_view>

namespace headlight::tokenization {

// Same matches under PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE. What differs between the two and is put right here:
//   \s \w \d \h \b    Unicode's White_Space, Alphabetic + M + Nd + Pc, Nd, hexadecimal digits, and boundaries of that \w
//   [a[bc]] [a&&b]    nested classes and intersections
//   (?m) is dotall;   x{2}+ repeats the repetition, x{2}? makes it optional, x{,3} begins at 0
// Throws Error{unsupported} that names the construct for whatever else is not the same in both.
std::string pcre2_syntax_of(std::string_view pattern);

}  // namespace headlight::tokenization
