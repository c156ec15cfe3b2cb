// The pre-tokenizers that cut at characters or matches and leave the text as it is.
#include <array>

#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/pattern.hpp"
#include "core/tokenizer/pre_tokenizer.hpp"
#include "core/tokenizer/unicode.hpp"

namespace headlight::tokenization {
namespace {

class RegexSplit : public PreTokenizer {
 public:
  RegexSplit(Regex regex, SplitBehavior behavior, bool invert) : regex_(std::move(regex)), behavior_(behavior), invert_(invert) {}

  void apply(Pieces& pieces) const override {
    if (!invert_ && !regex_.may_match(pieces.text.text())) return;
    split_pieces(pieces, behavior_,
                 [&](std::string_view text, std::vector<Part>& parts) { find_regex_parts(regex_, invert_, text, parts); });
  }
  bool only_cuts() const override { return true; }
  bool minds(std::string_view character) const override { return invert_ || regex_.may_match(character); }

 private:
  Regex regex_;
  SplitBehavior behavior_;
  bool invert_;
};

template <typename Predicate>
class CharacterSplit : public PreTokenizer {
 public:
  CharacterSplit(Predicate is_delimiter, SplitBehavior behavior) : is_delimiter_(is_delimiter), behavior_(behavior) {
    for (char32_t code = 0; code < 128; ++code) plain_[code] = !is_delimiter(code);
  }

  void apply(Pieces& pieces) const override {
    if (next_delimiter(pieces.text.text(), 0).begin == pieces.text.text().size()) return;
    split_pieces(pieces, behavior_, [this](std::string_view text, std::vector<Part>& parts) {
      find_delimited_parts([this](std::string_view where, size_t from) { return next_delimiter(where, from); }, text, parts);
    });
  }
  bool only_cuts() const override { return true; }
  bool minds(std::string_view character) const override { return next_delimiter(character, 0).begin == 0; }

 private:
  // The first from byte `i` on; empty, at the end, when there is none.
  ByteSpan next_delimiter(std::string_view text, size_t i) const {
    while (i < text.size()) {
      if (plain_[static_cast<unsigned char>(text[i])]) {
        ++i;
        continue;
      }
      const auto begin = static_cast<std::uint32_t>(i);
      if (is_delimiter_(next_code_point(text, i))) return {begin, static_cast<std::uint32_t>(i)};
    }
    return {static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(text.size())};
  }

  Predicate is_delimiter_;
  std::array<bool, 256> plain_{};  // [byte]: ASCII that is no delimiter
  SplitBehavior behavior_;
};

template <typename Predicate>
std::unique_ptr<PreTokenizer> character_split(Predicate is_delimiter, SplitBehavior behavior) {
  return std::make_unique<CharacterSplit<Predicate>>(is_delimiter, behavior);
}

// Runs of word characters and runs of what is neither word nor white space: \w+|[^\w\s]+
class WordSplit : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override { split_pieces(pieces, SplitBehavior::removed, find_parts); }

 private:
  enum class Kind { word, other, space };
  static Kind kind_of(char32_t code) { return is_word(code) ? Kind::word : is_white_space(code) ? Kind::space : Kind::other; }

  static void find_parts(std::string_view text, std::vector<Part>& parts) {
    std::uint32_t begin = 0;
    for (size_t i = 0; i < text.size();) {
      const Kind kind = kind_of(next_code_point(text, i));
      while (i < text.size()) {
        size_t next = i;
        if (kind_of(next_code_point(text, next)) != kind) break;
        i = next;
      }
      const auto end = static_cast<std::uint32_t>(i);
      parts.push_back({begin, end, kind == Kind::space});
      begin = end;
    }
  }
};

class BytePrefix : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override {
    const auto lacks_space = [&](const Piece& piece) { return pieces.text.text()[piece.begin] != ' '; };
    for (const Piece& piece : pieces.pieces) {
      if (lacks_space(piece)) return prepend_to_pieces(pieces, " ", lacks_space);
    }
  }
};

class ByteLevelSplit : public PreTokenizer {
 public:
  ByteLevelSplit(bool add_prefix_space, bool use_regex) : add_prefix_space_(add_prefix_space) {
    if (use_regex)
      split_ = std::make_unique<RegexSplit>(Regex(kGpt2Pattern, Regex::Kind::oniguruma), SplitBehavior::isolated, false);
  }
  void apply(Pieces& pieces) const override {
    if (add_prefix_space_) BytePrefix().apply(pieces);
    if (split_) split_->apply(pieces);
  }

 private:
  bool add_prefix_space_;
  std::unique_ptr<RegexSplit> split_;
};

class FixedLengthSplit : public PreTokenizer {
 public:
  explicit FixedLengthSplit(std::int64_t length) : length_(length) {}
  void apply(Pieces& pieces) const override {
    split_pieces(pieces, SplitBehavior::isolated, [&](std::string_view text, std::vector<Part>& parts) {
      for (size_t i = 0; i < text.size();) {
        const auto begin = static_cast<std::uint32_t>(i);
        for (std::int64_t n = 0; n < length_ && i < text.size(); ++n) i += code_point_length(text[i]);
        parts.push_back({begin, static_cast<std::uint32_t>(i), false});
      }
    });
  }

 private:
  std::int64_t length_;
};

// Cuts where the script changes; what goes with any script stays with what stands before it, and at the very front is dropped.
class ScriptSplit : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override { split_pieces(pieces, SplitBehavior::removed, find_parts); }

 private:
  static void find_parts(std::string_view text, std::vector<Part>& parts) {
    std::uint32_t begin = 0;
    std::optional<int> last;  // nothing before the first script
    for (size_t i = 0; i < text.size();) {
      const auto here = static_cast<std::uint32_t>(i);
      const std::optional<int> script = script_of(next_code_point(text, i));
      if (!script) continue;
      if (script != last) {
        parts.push_back({begin, here, !last});
        begin = here;
      }
      last = script;
    }
    parts.push_back({begin, static_cast<std::uint32_t>(text.size()), !last});
  }
};

// BERT's: white space is dropped, then punctuation stands alone.
class BertSplit : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override {
    character_split(is_white_space, SplitBehavior::removed)->apply(pieces);
    character_split(is_punctuation, SplitBehavior::isolated)->apply(pieces);
  }
};

std::unique_ptr<PreTokenizer> read_delimiter(const Json& definition) {
  const std::u32string delimiter = to_code_points(required_string(definition, "delimiter"));
  if (delimiter.size() != 1)
    throw Error(ErrorCode::bad_input, "\"delimiter\": expected one character, found " + std::to_string(delimiter.size()));
  return character_split([wanted = delimiter[0]](char32_t code) { return code == wanted; }, SplitBehavior::removed);
}

}  // namespace

std::unique_ptr<PreTokenizer> read_split(const Json& definition) {
  Regex regex = read_member(definition, "pattern", read_pattern);
  const SplitBehavior behavior = split_behavior(required_string(definition, "behavior"));
  return std::make_unique<RegexSplit>(std::move(regex), behavior, required_bool(definition, "invert"));
}

std::unique_ptr<PreTokenizer> byte_level_split(bool add_prefix_space, bool use_regex) {
  return std::make_unique<ByteLevelSplit>(add_prefix_space, use_regex);
}

std::unique_ptr<PreTokenizer> read_character_split(const Json& definition) {
  const std::string& type = stage_type(definition);
  if (type == "Digits") {
    const bool individual = required_bool(definition, "individual_digits");
    return character_split(is_numeric, individual ? SplitBehavior::isolated : SplitBehavior::contiguous);
  }
  if (type == "Punctuation") return character_split(is_punctuation, split_behavior(definition.value_or("behavior", "Isolated")));
  if (type == "WhitespaceSplit") return character_split(is_white_space, SplitBehavior::removed);
  if (type == "Whitespace") return std::make_unique<WordSplit>();
  if (type == "CharDelimiterSplit") return read_delimiter(definition);
  if (type == "BertPreTokenizer") return std::make_unique<BertSplit>();
  if (type == "UnicodeScripts") return std::make_unique<ScriptSplit>();
  if (type == "FixedLength") {
    const std::int64_t length = definition.value_or("length", 5);
    if (length < 1) throw Error(ErrorCode::bad_input, "\"length\": expected at least 1, found " + std::to_string(length));
    return std::make_unique<FixedLengthSplit>(length);
  }
  return nullptr;
}

}  // namespace headlight::tokenization
