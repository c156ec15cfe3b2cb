#include "core/tokenizer/pre_tokenizer.hpp"

#include <algorithm>
#include <iterator>

#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {
namespace {

// Spells every byte of the pieces as its byte-level character.
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

class ByteSpelling : public PreTokenizer {
 public:
  void apply(Pieces& pieces) const override { spell_bytes(pieces); }
};

void read_into(PreTokenization& result, const Json& definition);

void read_byte_level(PreTokenization& result, const Json& definition) {
  const bool add_prefix_space = required_bool(definition, "add_prefix_space");
  required_bool(definition, "trim_offsets");  // of use to the post-processor only
  const bool use_regex = definition.value_or("use_regex", true);
  if (add_prefix_space || use_regex) result.add(byte_level_split(add_prefix_space, use_regex));
  result.add_byte_spelling();
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
  result.add(std::move(step));
}

}  // namespace

void PreTokenization::add(std::unique_ptr<const PreTokenizer> step) {
  if (!step->only_cuts()) make_spelling_a_step();
  if (spells_bytes_) {
    for (unsigned byte = 0; byte < minded_bytes_.size(); ++byte)
      minded_bytes_[byte] |= step->minds(byte_level_spelling(static_cast<unsigned char>(byte)));
  }
  (spells_bytes_ ? cuts_of_spelling_ : steps_).push_back(std::move(step));
}

void PreTokenization::add_byte_spelling() {
  make_spelling_a_step();
  spells_bytes_ = true;
}

void PreTokenization::make_spelling_a_step() {
  if (!std::exchange(spells_bytes_, false)) return;
  steps_.push_back(std::make_unique<ByteSpelling>());
  std::move(cuts_of_spelling_.begin(), cuts_of_spelling_.end(), std::back_inserter(steps_));
  cuts_of_spelling_.clear();
  minded_bytes_.fill(false);
}

void PreTokenization::apply(Pieces& pieces) const {
  for (const auto& step : steps_) step->apply(pieces);
  if (spells_bytes_) spell_bytes(pieces);
  for (const auto& cut : cuts_of_spelling_) cut->apply(pieces);
}

void PreTokenization::apply_to_bytes(Pieces& pieces) const {
  for (const auto& step : steps_) step->apply(pieces);
  const std::string_view text = pieces.text.text();
  if (std::any_of(text.begin(), text.end(), [&](char c) { return minded_bytes_[static_cast<unsigned char>(c)]; }))
    cut_as_spelled(pieces);
}

void PreTokenization::cut_as_spelled(Pieces& pieces) const {
  std::vector<std::uint32_t> bytes;  // [byte of the spelling]: the byte of the text that it is of
  for (const Piece& piece : pieces.pieces) {
    for (std::uint32_t i = piece.begin; i < piece.end; ++i)
      bytes.insert(bytes.end(), byte_level_spelling(static_cast<unsigned char>(pieces.text.text()[i])).size(), i);
  }
  Pieces spelled = pieces;
  spell_bytes(spelled);
  for (const auto& cut : cuts_of_spelling_) cut->apply(spelled);
  pieces.pieces.clear();
  for (const Piece& cut : spelled.pieces) pieces.pieces.push_back({bytes[cut.begin], bytes[cut.end - 1] + 1, cut.base});
}

PreTokenization read_pre_tokenizer(const Json& definition) {
  PreTokenization result;
  if (!definition.is_null()) within("pre_tokenizer", [&] { read_into(result, definition); });
  return result;
}

}  // namespace headlight::tokenization
