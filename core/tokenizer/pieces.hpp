// A text and the pieces that it is cut into: what pre-tokenizers refine and models tokenize.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/tokenizer/aligned_text.hpp"
#include "core/tokenizer/regex.hpp"

namespace headlight::tokenization {

struct Piece {
  std::uint32_t begin = 0, end = 0;  // bytes of the text
  std::uint32_t base = 0;            // the byte of the original where the piece begins
};

struct Pieces {
  AlignedText text;
  std::vector<Piece> pieces;

  std::string_view text_of(const Piece& piece) const { return text.text().substr(piece.begin, piece.end - piece.begin); }
};

// What becomes of a delimiter, by the names of tokenizer.json.
enum class SplitBehavior { removed, isolated, merged_with_previous, merged_with_next, contiguous };

// Throws Error{unsupported} for another word ("MergedWithNext", ...).
SplitBehavior split_behavior(std::string_view name);

// A part of a piece that is or is not a delimiter; the parts of a piece follow each other without gaps.
struct Part {
  std::uint32_t begin = 0, end = 0;  // bytes of the piece
  bool is_delimiter = false;
};

// Joins and drops parts as the behavior says; what is left are the new pieces.
void apply_behavior(SplitBehavior behavior, std::vector<Part>& parts);

// Cuts every piece by `find_parts(text of the piece, std::vector<Part>&)`.
template <typename FindParts>
void split_pieces(Pieces& all, SplitBehavior behavior, FindParts find_parts) {
  std::vector<Piece> cut;
  cut.reserve(all.text.text().size() / 4 + all.pieces.size());
  std::vector<Part> parts;
  for (const Piece& piece : all.pieces) {
    parts.clear();
    find_parts(all.text_of(piece), parts);
    apply_behavior(behavior, parts);
    for (const Part& part : parts) {
      if (part.begin == part.end) continue;
      const std::uint32_t begin = piece.begin + part.begin, end = piece.begin + part.end;
      cut.push_back({begin, end, all.text.origin(begin, end).begin});
    }
  }
  all.pieces = std::move(cut);
}

// Matches are delimiters, or, inverted, what lies between them.
void find_regex_parts(const Regex& regex, bool invert, std::string_view text, std::vector<Part>& parts);

// Delimiters are those that `next_delimiter(text, from)` finds; an empty one at the end of the text says that there is none.
template <typename NextDelimiter>
void find_delimited_parts(NextDelimiter next_delimiter, std::string_view text, std::vector<Part>& parts) {
  for (std::uint32_t last = 0; last < text.size();) {
    const ByteSpan delimiter = next_delimiter(text, last);
    if (last < delimiter.begin) parts.push_back({last, delimiter.begin, false});
    if (delimiter.begin < delimiter.end) parts.push_back({delimiter.begin, delimiter.end, true});
    last = delimiter.end;
  }
}

}  // namespace headlight::tokenization
