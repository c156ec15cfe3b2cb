#include "core/tokenizer/aligned_text.hpp"

#include "core/base/error.hpp"

namespace headlight::tokenization {

ByteSpan AlignedText::origin(std::uint32_t begin, std::uint32_t end) const {
  if (!verbatim_) return {origins_[begin].begin, origins_[end - 1].end};
  while (begin > 0 && is_continuation(text_[begin])) --begin;
  while (end < text_.size() && is_continuation(text_[end])) ++end;
  return {base_ + begin, base_ + end};
}

AlignedText AlignedText::part(std::uint32_t begin, std::uint32_t end) const {
  AlignedText result;
  result.text_ = text_.substr(begin, end - begin);
  result.base_ = origin(begin, end).begin;
  result.original_size_ = original_size_;
  result.verbatim_ = verbatim_;
  if (!verbatim_) result.origins_.assign(origins_.begin() + begin, origins_.begin() + end);
  return result;
}

void check_rewriting(size_t size, size_t original_size) {
  if (size <= longest_rewriting(original_size)) return;
  throw Error(ErrorCode::bad_input, "the tokenizer's steps make more than " + std::to_string(longest_rewriting(original_size)) +
                                        " bytes of a text of " + std::to_string(original_size) + ": they repeat themselves?");
}

TextRewrite::TextRewrite(const AlignedText& source) : source_(source) {
  text_.reserve(source.text_.size() + source.text_.size() / 4);
  origins_.reserve(text_.capacity());
}

void TextRewrite::append(std::string_view text, ByteSpan origin) {
  check_rewriting(text_.size() + text.size(), source_.original_size_);
  text_.append(text);
  for (size_t i = 0; i < text.size(); ++i) origins_.push_back(origin);
}

void TextRewrite::keep(size_t begin, size_t end) {
  check_rewriting(text_.size() + end - begin, source_.original_size_);
  text_.append(source_.text_, begin, end - begin);
  if (!source_.verbatim_) {
    origins_.insert(origins_.end(), source_.origins_.begin() + begin, source_.origins_.begin() + end);
    return;
  }
  size_t at = origins_.size();
  origins_.resize(at + end - begin);
  for (size_t i = begin; i < end;) {
    const auto length = static_cast<std::uint32_t>(code_point_length(source_.text_[i]));
    const auto start = source_.base_ + static_cast<std::uint32_t>(i);
    for (std::uint32_t byte = 0; byte < length; ++byte) origins_[at++] = {start, start + length};
    i += length;
  }
}

void TextRewrite::put(std::string_view text, size_t begin, size_t end) {
  append(text, source_.origin(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)));
}

void TextRewrite::insert_behind(std::string_view text, size_t position) {
  const auto at = static_cast<std::uint32_t>(position);
  append(text, position == 0 ? ByteSpan{source_.base_, source_.base_} : source_.origin(at - 1, at));
}

AlignedText TextRewrite::finish() && {
  AlignedText result;
  result.text_ = std::move(text_);
  result.origins_ = std::move(origins_);
  result.base_ = source_.base_;
  result.original_size_ = source_.original_size_;
  result.verbatim_ = false;
  return result;
}

}  // namespace headlight::tokenization
