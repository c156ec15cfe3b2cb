// A text that remembers which bytes of the original each of its bytes comes from, through every normalization.
// While it is a verbatim part of the original, it stores no alignment at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {

struct ByteSpan {
  std::uint32_t begin = 0, end = 0;  // bytes, end exclusive
  bool operator==(const ByteSpan&) const = default;
};

class AlignedText {
 public:
  AlignedText() = default;
  // The part of the original that begins at byte `base`.
  AlignedText(std::string_view text, std::uint32_t base) : text_(text), base_(base), original_size_(text.size()) {}

  std::string_view text() const { return text_; }
  std::uint32_t base() const { return base_; }  // the byte of the original where the text was taken

  // The bytes of the original that the non-empty range [begin, end) stands for; whole code points of the original.
  ByteSpan origin(std::uint32_t begin, std::uint32_t end) const;

  // A text of its own from the non-empty range [begin, end). REQUIRES code point boundaries.
  AlignedText part(std::uint32_t begin, std::uint32_t end) const;

 private:
  friend class TextRewrite;
  std::string text_;
  std::vector<ByteSpan> origins_;  // [byte of text_]; empty while verbatim
  std::uint32_t base_ = 0;
  size_t original_size_ = 0;  // bytes, before anything was rewritten
  bool verbatim_ = true;
};

// As long as a text of `original_size` bytes may become by rewriting it, however many steps a tokenizer has: steps that each double a text
// would fill the memory otherwise.
constexpr size_t longest_rewriting(size_t original_size) { return 64 * (original_size + 1024); }
// Throws Error{bad_input} for a longer one.
void check_rewriting(size_t size, size_t original_size);

// Builds the successor of a text, code point by code point. The alignment rules are those of Hugging Face tokenizers. Throws
// Error{bad_input} when it becomes longer than longest_rewriting().
class TextRewrite {
 public:
  explicit TextRewrite(const AlignedText& source);

  size_t size() const { return text_.size(); }

  // Copies bytes [begin, end) of the source. REQUIRES code point boundaries.
  void keep(size_t begin, size_t end);
  // Writes `text` in the place of the code point at byte `position` of the source, or of its bytes [begin, end).
  void put(std::string_view text, size_t position) { put(text, position, position + 1); }
  void put(std::string_view text, size_t begin, size_t end);
  // Writes `text` as new, aligned with what ends at byte `position` of the source; at its very begin, where nothing
  // does, with the empty place before it.
  void insert_behind(std::string_view text, size_t position);

  AlignedText finish() &&;

 private:
  void append(std::string_view text, ByteSpan origin);

  const AlignedText& source_;
  std::string text_;
  std::vector<ByteSpan> origins_;
};

}  // namespace headlight::tokenization
