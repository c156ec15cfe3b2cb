#include "core/tokenizer/decoder.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "core/tokenizer/aligned_text.hpp"
#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/metaspace.hpp"
#include "core/tokenizer/pattern.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

std::string joined(const std::vector<std::string>& tokens) {
  std::string text;
  for (const std::string& token : tokens) text += token;
  return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  for (size_t i = 0; (i = text.find(from, i)) != std::string::npos; i += to.size()) text.replace(i, from.size(), to);
  return text;
}

class ByteLevelDecoder : public Decoder {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::string bytes;
    for (const std::string& token : tokens) bytes += bytes_of_token(token).value_or(token);
    tokens.assign(1, repair_utf8(bytes));
  }
};

class Fuse : public Decoder {
 public:
  void apply(std::vector<std::string>& tokens) const override { tokens.assign(1, joined(tokens)); }
};

// "<0xE2>" and its like become the bytes they name; a run of them that is no UTF-8 becomes one U+FFFD each.
class ByteFallback : public Decoder {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::vector<std::string> result;
    std::string run;
    const auto flush = [&] {
      if (run.empty()) return;
      if (find_invalid_utf8(run) == std::string::npos) {
        result.push_back(run);
      } else {
        result.insert(result.end(), run.size(), "\uFFFD");
      }
      run.clear();
    };
    for (std::string& token : tokens) {
      if (const int byte = byte_of(token); byte >= 0) {
        run.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
      } else {
        flush();
        result.push_back(std::move(token));
      }
    }
    flush();
    tokens = std::move(result);
  }

 private:
  static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }
  static int byte_of(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return -1;
    const int high = digit(token[3]), low = digit(token[4]);
    if (token[3] == '+' && low >= 0) return low;  // the reference reads a sign
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
};

// Up to `start` of the character at a token's begin and `stop` at its end are taken away.
class StripDecoder : public Decoder {
 public:
  StripDecoder(std::string character, std::int64_t start, std::int64_t stop)
      : character_(std::move(character)), start_(start), stop_(stop) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) {
      std::string_view left = token;
      for (std::int64_t i = 0; i < start_ && left.starts_with(character_); ++i) left.remove_prefix(character_.size());
      for (std::int64_t i = 0; i < stop_ && left.ends_with(character_); ++i) left.remove_suffix(character_.size());
      token = std::string(left);
    }
  }

 private:
  std::string character_;
  std::int64_t start_, stop_;
};

class ReplaceDecoder : public Decoder {
 public:
  ReplaceDecoder(Regex pattern, std::string content) : pattern_(std::move(pattern)), content_(std::move(content)) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) token = replace_all(pattern_, content_, token);
  }

 private:
  Regex pattern_;
  std::string content_;
};

class MetaspaceDecoder : public Decoder {
 public:
  explicit MetaspaceDecoder(const Metaspace& options) : drops_first_(options.prepend != Metaspace::Prepend::never) {
    append_utf8(mark_, options.replacement);
  }
  void apply(std::vector<std::string>& tokens) const override {
    for (size_t i = 0; i < tokens.size(); ++i)
      tokens[i] = replaced(std::move(tokens[i]), mark_, i == 0 && drops_first_ ? "" : " ");
  }

 private:
  std::string mark_;
  bool drops_first_;
};

// The spaces that tokenizing English puts where none belong.
std::string without_stray_spaces(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kRules{{{" .", "."},
                                                                                  {" ?", "?"},
                                                                                  {" !", "!"},
                                                                                  {" ,", ","},
                                                                                  {" ' ", "'"},
                                                                                  {" n't", "n't"},
                                                                                  {" 'm", "'m"},
                                                                                  {" do not", " don't"},
                                                                                  {" 's", "'s"},
                                                                                  {" 've", "'ve"},
                                                                                  {" 're", "'re"}}};
  for (const auto& [from, to] : kRules) text = replaced(std::move(text), from, to);
  return text;
}

class WordPieceDecoder : public Decoder {
 public:
  WordPieceDecoder(std::string prefix, bool cleanup) : prefix_(std::move(prefix)), cleanup_(cleanup) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0) tokens[i] = tokens[i].starts_with(prefix_) ? tokens[i].substr(prefix_.size()) : " " + tokens[i];
      if (cleanup_) tokens[i] = without_stray_spaces(std::move(tokens[i]));
    }
  }

 private:
  std::string prefix_;
  bool cleanup_;
};

// The suffix that ends a word becomes a space, at the very end nothing.
class BpeDecoder : public Decoder {
 public:
  explicit BpeDecoder(std::string suffix) : suffix_(std::move(suffix)) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (size_t i = 0; i < tokens.size(); ++i)
      tokens[i] = replaced(std::move(tokens[i]), suffix_, i + 1 == tokens.size() ? "" : " ");
  }

 private:
  std::string suffix_;
};

// Of a run of equal tokens one stays, and of that nothing that stands for silence.
class CtcDecoder : public Decoder {
 public:
  CtcDecoder(std::string pad, std::string word_delimiter, bool cleanup)
      : pad_(std::move(pad)), word_delimiter_(std::move(word_delimiter)), cleanup_(cleanup) {}
  void apply(std::vector<std::string>& tokens) const override {
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    for (std::string& token : tokens) {
      token = replaced(std::move(token), pad_, "");
      if (cleanup_) token = replaced(without_stray_spaces(std::move(token)), word_delimiter_, " ");
    }
    std::erase(tokens, "");
  }

 private:
  std::string pad_, word_delimiter_;
  bool cleanup_;
};

size_t total_size(const std::vector<std::string>& tokens) {
  return std::transform_reduce(tokens.begin(), tokens.end(), size_t{0}, std::plus(), [](const std::string& token) { return token.size(); });
}

std::unique_ptr<Decoder> read_decoder_stage(const Json& definition);

// Sequences within it are part of it, so that what they make of a text is limited together.
class DecoderSequence : public Decoder {
 public:
  explicit DecoderSequence(const Json::Array& inner) { add(inner); }
  void apply(std::vector<std::string>& tokens) const override {
    const size_t original_size = total_size(tokens);
    for (const auto& step : steps_) {
      step->apply(tokens);
      check_rewriting(total_size(tokens), original_size);
    }
  }

 private:
  void add(const Json::Array& inner) {
    for (size_t i = 0; i < inner.size(); ++i)
      within("decoders[" + std::to_string(i) + "]", [&] {
        if (stage_type(inner[i]) == "Sequence") return add(required_array(inner[i], "decoders"));
        steps_.push_back(read_decoder_stage(inner[i]));
      });
  }

  std::vector<std::unique_ptr<Decoder>> steps_;
};

std::unique_ptr<Decoder> read_strip(const Json& definition) {
  const std::string& character = required_string(definition, "content");
  if (count_code_points(character) != 1)
    throw Error(ErrorCode::bad_input, "\"content\": expected one character, found \"" + character + "\"");
  const auto count = [&](std::string_view name) {
    const std::int64_t value = required_integer(definition, name);
    if (value < 0) throw Error(ErrorCode::bad_input, "\"" + std::string(name) + "\" is negative: " + std::to_string(value));
    return value;
  };
  return std::make_unique<StripDecoder>(character, count("start"), count("stop"));
}

std::unique_ptr<Decoder> read_decoder_stage(const Json& definition) {
  const std::string& type = stage_type(definition);
  if (type == "Sequence") return std::make_unique<DecoderSequence>(required_array(definition, "decoders"));
  if (type == "ByteLevel") return std::make_unique<ByteLevelDecoder>();
  if (type == "ByteFallback") return std::make_unique<ByteFallback>();
  if (type == "Fuse") return std::make_unique<Fuse>();
  if (type == "Strip") return read_strip(definition);
  if (type == "Metaspace") return std::make_unique<MetaspaceDecoder>(read_metaspace_options(definition));
  if (type == "WordPiece")
    return std::make_unique<WordPieceDecoder>(required_string(definition, "prefix"), required_bool(definition, "cleanup"));
  if (type == "BPEDecoder") return std::make_unique<BpeDecoder>(required_string(definition, "suffix"));
  if (type == "CTC") {
    return std::make_unique<CtcDecoder>(required_string(definition, "pad_token"), required_string(definition, "word_delimiter_token"),
                                        required_bool(definition, "cleanup"));
  }
  if (type == "Replace") {
    Regex pattern = read_member(definition, "pattern", read_pattern);
    return std::make_unique<ReplaceDecoder>(std::move(pattern), required_string(definition, "content"));
  }
  refuse("the type \"" + type + "\"");
}

}  // namespace

std::unique_ptr<const Decoder> read_decoder(const Json& definition) {
  if (definition.is_null()) return nullptr;
  return within("decoder", [&]() -> std::unique_ptr<const Decoder> { return read_decoder_stage(definition); });
}

}  // namespace headlight::tokenization
