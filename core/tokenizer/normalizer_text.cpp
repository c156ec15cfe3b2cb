// The normalizers that go through the text once, character by character.
#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/pattern.hpp"
#include "core/tokenizer/text_changes.hpp"
#include "core/tokenizer/unicode.hpp"

namespace headlight::tokenization {
namespace {

class Prepend : public Normalizer {
 public:
  explicit Prepend(std::string prefix) : prefix_(std::move(prefix)) {}
  void apply(AlignedText& text) const override {
    if (text.text().empty() || prefix_.empty()) return;
    TextRewrite rewrite(text);
    rewrite.put(prefix_, 0);
    rewrite.keep(0, text.text().size());
    text = std::move(rewrite).finish();
  }

 private:
  std::string prefix_;
};

class Replace : public Normalizer {
 public:
  Replace(Regex pattern, std::string content) : pattern_(std::move(pattern)), content_(std::move(content)) {}
  void apply(AlignedText& text) const override { replace_all(pattern_, content_, text); }

 private:
  Regex pattern_;
  std::string content_;
};

class Strip : public Normalizer {
 public:
  Strip(bool left, bool right) : left_(left), right_(right) {}
  void apply(AlignedText& text) const override {
    const std::string_view source = text.text();
    size_t begin = 0, end = source.size();
    for (size_t next = begin; left_ && begin < end; begin = next) {
      if (!is_white_space(next_code_point(source, next))) break;
    }
    while (right_ && end > begin) {
      size_t last = end - 1;
      while (is_continuation(source[last])) --last;
      size_t next = last;
      if (!is_white_space(next_code_point(source, next))) break;
      end = last;
    }
    if (begin == 0 && end == source.size()) return;
    TextRewrite rewrite(text);
    rewrite.keep(begin, end);
    text = std::move(rewrite).finish();
  }

 private:
  bool left_, right_;
};

class StripAccents : public Normalizer {
 public:
  void apply(AlignedText& text) const override {
    rewrite_characters(
        text, [](char32_t code, std::string_view as_it_is) { return std::string(is_combining_mark(code) ? "" : as_it_is); });
  }
};

class Lowercase : public Normalizer {
 public:
  void apply(AlignedText& text) const override {
    rewrite_characters(text, [](char32_t code, std::string_view) { return lower_case(code); });
  }
};

// The control characters and spaces that SentencePiece's NMT rules drop and unify.
class Nmt : public Normalizer {
 public:
  void apply(AlignedText& text) const override {
    rewrite_characters(text, [](char32_t code, std::string_view as_it_is) {
      if (is_dropped(code)) return std::string();
      return std::string(is_space(code) ? " " : as_it_is);
    });
  }

 private:
  static bool is_dropped(char32_t code) {
    return (code >= 1 && code <= 8) || code == 0xb || (code >= 0xe && code <= 0x1f) || code == 0x7f || code == 0x8f ||
           code == 0x9f;
  }
  static bool is_space(char32_t code) {
    return code == 9 || code == 0xa || code == 0xc || code == 0xd || code == 0x1680 || (code >= 0x200b && code <= 0x200f) ||
           code == 0x2028 || code == 0x2029 || code == 0x2581 || code == 0xfeff || code == 0xfffd;
  }
};

class ByteLevelNormalizer : public Normalizer {
 public:
  void apply(AlignedText& text) const override {
    rewrite_characters(text, [](char32_t, std::string_view as_it_is) {
      std::string spelled;
      for (const char byte : as_it_is) spelled += byte_level_spelling(static_cast<unsigned char>(byte));
      return spelled;
    });
  }
};

}  // namespace

std::unique_ptr<Normalizer> read_text_normalizer(const Json& definition) {
  const std::string& type = stage_type(definition);
  if (type == "Prepend") return std::make_unique<Prepend>(required_string(definition, "prepend"));
  if (type == "Replace") {
    Regex pattern = read_member(definition, "pattern", read_pattern);
    return std::make_unique<Replace>(std::move(pattern), required_string(definition, "content"));
  }
  if (type == "Strip")
    return std::make_unique<Strip>(required_bool(definition, "strip_left"), required_bool(definition, "strip_right"));
  if (type == "StripAccents") return std::make_unique<StripAccents>();
  if (type == "Lowercase") return std::make_unique<Lowercase>();
  if (type == "Nmt") return std::make_unique<Nmt>();
  if (type == "ByteLevel") return std::make_unique<ByteLevelNormalizer>();
  return nullptr;
}

}  // namespace headlight::tokenization
