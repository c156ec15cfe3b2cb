#include "core/tokenizer/normalizer_sentencepiece.hpp"

#include <algorithm>

#include "core/tokenizer/token_trie.hpp"

namespace headlight::tokenization {
namespace {

constexpr std::string_view kMark = "▁";

class SentencePieceNormalizer : public Normalizer {
 public:
  explicit SentencePieceNormalizer(SentencePieceNormalization options) : options_(std::move(options)) {
    std::vector<TokenTrie::Entry> entries;
    for (const std::string& kept : options_.kept) entries.emplace_back(kept, 0);
    if (!entries.empty()) kept_ = TokenTrie(std::move(entries));
  }

  void apply(AlignedText& text) const override {
    std::vector<Part> parts = normalized_parts(text.text());
    if (options_.remove_extra_whitespaces) strip(parts);
    TextRewrite rewrite(text);
    const bool has_prefix = options_.add_dummy_prefix && (!options_.only_first_prefix || text.base() == 0);
    if (has_prefix && !parts.empty()) rewrite.put(kMark, parts[0].begin, parts[0].end);
    bool was_space = options_.remove_extra_whitespaces;
    for (const Part& part : parts) {
      std::string_view put = part.text;
      while (was_space && put.starts_with(' ')) put.remove_prefix(1);
      if (put.empty()) continue;
      rewrite.put(marked(put), part.begin, part.end);
      was_space = options_.remove_extra_whitespaces && put.ends_with(' ');
    }
    text = std::move(rewrite).finish();
  }

 private:
  struct Part {
    std::string_view text;  // what stands in the place of
    size_t begin, end;      // these bytes of the source
  };

  std::vector<Part> normalized_parts(std::string_view text) const {
    std::vector<Part> parts;
    for (size_t begin = 0; begin < text.size();) {
      Part part{{}, begin, begin + code_point_length(text[begin])};
      part.text = text.substr(begin, part.end - begin);
      if (const auto kept = kept_.longest_at(text, begin)) {
        part.end = kept->end;
        part.text = text.substr(begin, part.end - begin);
      } else if (const auto match = options_.map ? options_.map->longest(text.substr(begin)) : std::nullopt) {
        part.end = begin + match->size;
        part.text = match->result;
      }
      begin = part.end;
      parts.push_back(part);
    }
    return parts;
  }

  static void strip(std::vector<Part>& parts) {
    const auto is_space = [](const Part& part) { return part.text == " "; };
    parts.erase(parts.begin(), std::find_if_not(parts.begin(), parts.end(), is_space));
    while (!parts.empty()) {
      std::string_view& last = parts.back().text;
      while (last.ends_with(' ') || last.ends_with(kMark)) last.remove_suffix(last.ends_with(' ') ? 1 : kMark.size());
      if (!last.empty()) break;
      parts.pop_back();
    }
  }

  static std::string marked(std::string_view text) {
    std::string result;
    for (const char c : text) c == ' ' ? result += kMark : result += c;
    return result;
  }

  SentencePieceNormalization options_;
  TokenTrie kept_;
};

}  // namespace

std::unique_ptr<const Normalizer> sentencepiece_normalizer(SentencePieceNormalization options) {
  return std::make_unique<SentencePieceNormalizer>(std::move(options));
}

}  // namespace headlight::tokenization
