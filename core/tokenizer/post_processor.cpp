#include "core/tokenizer/post_processor.hpp"

#include <algorithm>
#include <iterator>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/unicode.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

struct SpecialToken {
  std::vector<TokenId> ids;
  std::vector<std::string> tokens;  // [id]
};

TokenId id_in_vocabulary(const Json& id, int vocab_size) {
  const std::int64_t value = id.as_integer();
  if (value < 0 || value >= vocab_size) {
    throw Error(ErrorCode::corrupt,
                "the id " + std::to_string(value) + " is not in the vocabulary of " + std::to_string(vocab_size) + " ids");
  }
  return static_cast<TokenId>(value);
}

Encoding special_encoding(const SpecialToken& special) {
  return {.ids = special.ids, .tokens = special.tokens, .offsets = std::vector<TextSpan>(special.ids.size())};
}

// ["<s>", 1]
SpecialToken read_token_and_id(const Json& definition, int vocab_size) {
  const Json::Array& both = definition.as_array();
  if (both.size() != 2)
    throw Error(ErrorCode::bad_input, "expected a token and its id, found " + std::to_string(both.size()) + " values");
  return {.ids = {id_in_vocabulary(both[1], vocab_size)}, .tokens = {both[0].as_string()}};
}

class ByteLevelTrim : public PostProcessor {
 public:
  ByteLevelTrim(bool trims, bool add_prefix_space) : trims_(trims), add_prefix_space_(add_prefix_space) {}
  void apply(std::vector<Encoding>& parts, bool) const override {
    if (!trims_) return;
    for (Encoding& part : parts) trim_offsets(part, add_prefix_space_);
  }

 private:
  bool trims_, add_prefix_space_;
};

// Special tokens around the text, by the template for single texts.
class Template : public PostProcessor {
 public:
  Template(const Json& definition, int vocab_size) {
    const Json& special =
        read_member(definition, "special_tokens", [](const Json& tokens) -> const Json& { return tokens.as_object(), tokens; });
    const Json::Array& pieces = required_array(definition, "single");
    for (size_t i = 0; i < pieces.size(); ++i) {
      within("single[" + std::to_string(i) + "]", [&] { read_piece(pieces[i], special, vocab_size); });
    }
  }

  bool is_template() const override { return true; }

  void apply(std::vector<Encoding>& parts, bool add_special_tokens) const override {
    std::vector<Encoding> result;
    auto texts_left = std::count_if(pieces_.begin(), pieces_.end(), [](const auto& piece) { return !piece; });
    for (const std::optional<SpecialToken>& piece : pieces_) {
      if (piece) {
        if (add_special_tokens) result.push_back(special_encoding(*piece));
      } else if (--texts_left > 0) {
        result.insert(result.end(), parts.begin(), parts.end());
      } else {
        std::move(parts.begin(), parts.end(), std::back_inserter(result));
      }
    }
    parts = std::move(result);
  }

 private:
  void read_piece(const Json& piece, const Json& special, int vocab_size) {
    if (const Json* sequence = piece.find("Sequence")) {
      const std::string& id = required_string(*sequence, "id");
      if (id != "A")
        throw Error(ErrorCode::bad_input, "the template for single texts asks for the text \"" + id + "\"; there is only \"A\"");
      pieces_.emplace_back(std::nullopt);
      return;
    }
    const std::string& name =
        read_member(piece, "SpecialToken", [](const Json& token) -> const std::string& { return required_string(token, "id"); });
    pieces_.emplace_back(within("special_tokens", [&] {
      return read_member(special, name, [&](const Json& token) { return read_special(token, vocab_size); });
    }));
  }

  static SpecialToken read_special(const Json& definition, int vocab_size) {
    SpecialToken result;
    for (const Json& id : required_array(definition, "ids")) result.ids.push_back(id_in_vocabulary(id, vocab_size));
    for (const Json& token : required_array(definition, "tokens")) result.tokens.push_back(token.as_string());
    if (result.ids.size() != result.tokens.size()) {
      throw Error(ErrorCode::corrupt,
                  std::to_string(result.ids.size()) + " \"ids\" for " + std::to_string(result.tokens.size()) + " \"tokens\"");
    }
    return result;
  }

  std::vector<std::optional<SpecialToken>> pieces_;  // nothing: the text itself
};

// BERT's and RoBERTa's: one token before the text and one behind.
class Enclosing : public PostProcessor {
 public:
  Enclosing(const Json& definition, int vocab_size)
      : before_(read_member(definition, "cls", [&](const Json& both) { return read_token_and_id(both, vocab_size); })),
        behind_(read_member(definition, "sep", [&](const Json& both) { return read_token_and_id(both, vocab_size); })),
        trim_(definition.value_or("trim_offsets", false), definition.value_or("add_prefix_space", false)) {}

  bool is_template() const override { return true; }

  void apply(std::vector<Encoding>& parts, bool add_special_tokens) const override {
    trim_.apply(parts, add_special_tokens);
    if (!add_special_tokens) return;
    parts.insert(parts.begin(), special_encoding(before_));
    parts.push_back(special_encoding(behind_));
  }

 private:
  SpecialToken before_, behind_;
  ByteLevelTrim trim_;
};

std::unique_ptr<PostProcessor> read_post_processor_stage(const Json& definition, int vocab_size);

class PostProcessorSequence : public PostProcessor {
 public:
  PostProcessorSequence(const Json::Array& inner, int vocab_size) {
    for (size_t i = 0; i < inner.size(); ++i) {
      within("processors[" + std::to_string(i) + "]", [&] {
        if (auto step = read_post_processor_stage(inner[i], vocab_size)) {
          if (step->is_template() && is_template()) refuse("a second processor that adds tokens");
          steps_.push_back(std::move(step));
        }
      });
    }
  }
  bool is_template() const override {
    return std::any_of(steps_.begin(), steps_.end(), [](const auto& step) { return step->is_template(); });
  }
  void apply(std::vector<Encoding>& parts, bool add_special_tokens) const override {
    for (const auto& step : steps_) step->apply(parts, add_special_tokens);
  }

 private:
  std::vector<std::unique_ptr<PostProcessor>> steps_;
};

std::unique_ptr<PostProcessor> read_post_processor_stage(const Json& definition, int vocab_size) {
  const std::string& type = stage_type(definition);
  if (type == "Sequence") return std::make_unique<PostProcessorSequence>(required_array(definition, "processors"), vocab_size);
  if (type == "TemplateProcessing") return std::make_unique<Template>(definition, vocab_size);
  if (type == "ByteLevel") {
    return std::make_unique<ByteLevelTrim>(required_bool(definition, "trim_offsets"),
                                           required_bool(definition, "add_prefix_space"));
  }
  if (type == "BertProcessing" || type == "RobertaProcessing") return std::make_unique<Enclosing>(definition, vocab_size);
  refuse("the type \"" + type + "\"");
}

bool is_space_mark(char32_t code) { return code == U'Ġ' || is_white_space(code); }

}  // namespace

void trim_offsets(Encoding& encoding, bool add_prefix_space) {
  for (size_t i = 0; i < encoding.ids.size(); ++i) {
    const std::u32string token = to_code_points(encoding.tokens[i]);
    int leading = static_cast<int>(std::find_if_not(token.begin(), token.end(), is_space_mark) - token.begin());
    const int trailing = static_cast<int>(std::find_if_not(token.rbegin(), token.rend(), is_space_mark) - token.rbegin());
    TextSpan& span = encoding.offsets[i];
    if (leading > 0) {
      // One space at the front of the text may be the one that was added and has no place in the original.
      if ((i == 0 || span.begin == 0) && add_prefix_space && leading == 1) leading = 0;
      span.begin = std::min(span.begin + leading, span.end);
    }
    if (trailing > 0 && span.end >= trailing) span.end = std::max(span.end - trailing, span.begin);
  }
}

std::unique_ptr<const PostProcessor> read_post_processor(const Json& definition, int vocab_size) {
  if (definition.is_null()) return nullptr;
  return within("post_processor", [&]() -> std::unique_ptr<const PostProcessor> { return read_post_processor_stage(definition, vocab_size); });
}

}  // namespace headlight::tokenization
