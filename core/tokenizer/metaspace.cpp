// Metaspace: SentencePiece's way, in which "▁" stands for the space.
#include "core/tokenizer/metaspace.hpp"

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/pre_tokenizer.hpp"

namespace headlight::tokenization {

Metaspace read_metaspace_options(const Json& definition) {
  Metaspace options;
  const std::u32string replacement = to_code_points(required_string(definition, "replacement"));
  if (replacement.size() != 1) {
    throw Error(ErrorCode::bad_input, "\"replacement\": expected one character, found " + std::to_string(replacement.size()));
  }
  options.replacement = replacement[0];
  const std::string scheme = definition.value_or("prepend_scheme", "always");
  if (scheme == "always") {
    options.prepend = Metaspace::Prepend::always;
  } else if (scheme == "first") {
    options.prepend = Metaspace::Prepend::first;
  } else if (scheme == "never") {
    options.prepend = Metaspace::Prepend::never;
  } else {
    refuse("\"prepend_scheme\": \"" + scheme + "\"");
  }
  if (!definition.value_or("add_prefix_space", true) && options.prepend != Metaspace::Prepend::never) {
    throw Error(ErrorCode::bad_input,
                "\"add_prefix_space\" is false, but \"prepend_scheme\" is \"" + scheme + "\" and not \"never\"");
  }
  options.split = definition.value_or("split", true);
  return options;
}

namespace {

class MetaspaceSplit : public PreTokenizer {
 public:
  explicit MetaspaceSplit(const Metaspace& options) : options_(options) { append_utf8(mark_, options.replacement); }

  void apply(Pieces& all) const override {
    rewrite_spaces(all);
    if (!options_.split) return;
    split_pieces(all, SplitBehavior::merged_with_next, [&](std::string_view text, std::vector<Part>& parts) {
      find_delimited_parts([&](std::string_view where, size_t from) { return next_mark(where, from); }, text, parts);
    });
  }

 private:
  ByteSpan next_mark(std::string_view text, size_t from) const {
    const size_t begin = std::min(text.find(mark_, from), text.size()), end = std::min(begin + mark_.size(), text.size());
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void rewrite_spaces(Pieces& all) const {
    const std::string_view text = all.text.text();
    TextRewrite rewrite(all.text);
    for (Piece& piece : all.pieces) {
      const auto begin = static_cast<std::uint32_t>(rewrite.size());
      if (wants_mark(piece, all.text_of(piece))) rewrite.put(mark_, piece.begin);
      for (size_t i = piece.begin; i < piece.end;) {
        const size_t space = std::min<size_t>(text.find(' ', i), piece.end);
        rewrite.keep(i, space);
        if (space < piece.end) rewrite.put(mark_, space);
        i = space + 1;
      }
      piece = {begin, static_cast<std::uint32_t>(rewrite.size()), piece.base};
    }
    all.text = std::move(rewrite).finish();
  }

  bool wants_mark(const Piece& piece, std::string_view text) const {
    if (text.starts_with(' ') || text.starts_with(mark_)) return false;
    return options_.prepend == Metaspace::Prepend::always || (options_.prepend == Metaspace::Prepend::first && piece.base == 0);
  }

  Metaspace options_;
  std::string mark_;
};

}  // namespace

std::unique_ptr<PreTokenizer> read_metaspace(const Json& definition) {
  return std::make_unique<MetaspaceSplit>(read_metaspace_options(definition));
}

}  // namespace headlight::tokenization
