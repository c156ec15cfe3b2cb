// BERT's normalizer: control characters out, spaces around Chinese characters, accents off, lower case.
#include <optional>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/text_changes.hpp"
#include "core/tokenizer/unicode.hpp"

namespace headlight::tokenization {
namespace {

struct BertOptions {
  bool clean_text, handle_chinese_chars, strip_accents, lowercase;
};

// The blocks of CJK ideographs, without those that came later than BERT.
bool is_chinese(char32_t code) {
  constexpr std::pair<char32_t, char32_t> kBlocks[] = {{0x4e00, 0x9fff},   {0x3400, 0x4dbf},   {0x20000, 0x2a6df},
                                                       {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f}, {0x2b920, 0x2ceaf},
                                                       {0xf900, 0xfaff},   {0x2f800, 0x2fa1f}};
  for (const auto& [first, last] : kBlocks) {
    if (code >= first && code <= last) return true;
  }
  return false;
}

std::string cleaned(char32_t code, std::string_view as_it_is) {
  const bool is_line_space = code == '\t' || code == '\n' || code == '\r';
  if (is_line_space) return " ";
  if (code == 0 || code == 0xfffd || is_control(code)) return "";
  return std::string(is_white_space(code) ? " " : as_it_is);
}

class BertNormalizer : public Normalizer {
 public:
  explicit BertNormalizer(const BertOptions& options) : options_(options), decomposition_(unicode_normalizer("NFD")) {}

  void apply(AlignedText& text) const override {
    if (options_.clean_text) rewrite_characters(text, cleaned);
    if (options_.handle_chinese_chars) {
      rewrite_characters(text, [](char32_t code, std::string_view as_it_is) {
        return is_chinese(code) ? " " + std::string(as_it_is) + " " : std::string(as_it_is);
      });
    }
    if (options_.strip_accents) {
      decomposition_->apply(text);
      rewrite_characters(
          text, [](char32_t code, std::string_view as_it_is) { return std::string(is_nonspacing_mark(code) ? "" : as_it_is); });
    }
    if (options_.lowercase) rewrite_characters(text, [](char32_t code, std::string_view) { return lower_case(code); });
  }

 private:
  BertOptions options_;
  std::unique_ptr<Normalizer> decomposition_;
};

}  // namespace

std::unique_ptr<Normalizer> read_bert_normalizer(const Json& definition) {
  BertOptions options{};
  options.clean_text = required_bool(definition, "clean_text");
  options.handle_chinese_chars = required_bool(definition, "handle_chinese_chars");
  options.lowercase = required_bool(definition, "lowercase");
  options.strip_accents = definition.value_or("strip_accents", options.lowercase);
  return std::make_unique<BertNormalizer>(options);
}

}  // namespace headlight::tokenization
