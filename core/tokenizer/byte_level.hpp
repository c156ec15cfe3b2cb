// GPT-2's spelling of bytes as printable characters: "Ġ" is the space, "Ċ" the line feed.
// Source: Radford et al. 2019, the released encoder's table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headlight::tokenization {

// The two or one UTF-8 bytes that stand for `byte`.
std::string_view byte_level_spelling(unsigned char byte);

// The byte that this character stands for, if any.
std::optional<unsigned char> byte_of_spelling(char32_t code);

// The bytes that a token stands for; nothing when it holds a character that stands for none.
std::optional<std::string> bytes_of_token(std::string_view token);

// The regular expression of GPT-2, which the ByteLevel pre-tokenizer uses.
inline constexpr std::string_view kGpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

}  // namespace headlight::tokenization
