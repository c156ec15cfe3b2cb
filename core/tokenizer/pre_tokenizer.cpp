#include "core/tokenizer/pre_tokenizer.hpp"

#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {
namespace {

// The byte spelling that an inner ByteLevel leaves for the steps behind it.
class ByteSpelling : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override { spell_bytes(pieces); }
};

void read_into(PreTokenization& result, const Json& definition);

void read_byte_level(PreTokenization& result, const Json& definition) {
  const bool add_prefix_space = required_bool(definition, "add_prefix_space");
  required_bool(definition, "trim_offsets");  // of use to the post-processor only
  const bool use_regex = definition.value_or("use_regex", true);
  if (add_prefix_space || use_regex) result.steps.push_back(byte_level_split(add_prefix_space, use_regex));
  result.ends_in_byte_spelling = true;
}

void read_into(PreTokenization& result, const Json& definition) {
  const std::string& type = stage_type(definition);
  if (type == "Sequence") {
    const Json::Array& inner = required_array(definition, "pretokenizers");
    for (size_t i = 0; i < inner.size(); ++i) {
      within("pretokenizers[" + std::to_string(i) + "]", [&] { read_into(result, inner[i]); });
    }
    return;
  }
  if (std::exchange(result.ends_in_byte_spelling, false)) result.steps.push_back(std::make_unique<ByteSpelling>());
  if (type == "ByteLevel") return read_byte_level(result, definition);
  std::unique_ptr<PreTokenizer> step;
  if (type == "Split") {
    step = read_split(definition);
  } else if (type == "Metaspace") {
    step = read_metaspace(definition);
  } else {
    step = read_character_split(definition);
  }
  if (step == nullptr) refuse("the type \"" + type + "\"");
  result.steps.push_back(std::move(step));
}

}  // namespace

void PreTokenization::apply(Pieces& pieces) const {
  for (const auto& step : steps) step->apply(pieces);
}

PreTokenization read_pre_tokenizer(const Json& definition) {
  PreTokenization result;
  if (!definition.is_null()) within("pre_tokenizer", [&] { read_into(result, definition); });
  return result;
}

void spell_bytes(Pieces& all) {
  TextRewrite rewrite(all.text);
  const std::string_view text = all.text.text();
  for (Piece& piece : all.pieces) {
    const auto begin = static_cast<std::uint32_t>(rewrite.size());
    for (std::uint32_t i = piece.begin; i < piece.end;) {
      std::uint32_t printable_end = i;
      while (printable_end < piece.end && text[printable_end] > ' ' && text[printable_end] < 0x7f) ++printable_end;
      if (printable_end > i) rewrite.keep(i, printable_end);
      if ((i = printable_end) == piece.end) break;
      rewrite.put(byte_level_spelling(static_cast<unsigned char>(text[i])), i);
      ++i;
    }
    piece = {begin, static_cast<std::uint32_t>(rewrite.size()), piece.base};
  }
  all.text = std::move(rewrite).finish();
}

}  // namespace headlight::tokenization
