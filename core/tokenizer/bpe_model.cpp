#include "core/tokenizer/bpe_model.hpp"

#include "core/base/error.hpp"
#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {

namespace {
constexpr std::string_view kSpaceMark = "▁";  // SentencePiece's space
}

struct BpeModel::Scratch : ModelScratch {
  MergeScratch merge;
  std::vector<Symbol> symbols;
};

BpeModel::BpeModel(Vocabulary tokens, MergeTable merges, BpeOptions options)
    : Model(std::move(tokens)),
      merges_(std::move(merges)),
      options_(std::move(options)),
      unk_id_(vocabulary().id_of(options_.unk_token)),
      fallback_ids_(byte_fallback_ids(vocabulary())) {
  byte_ids_.fill(-1);
  std::vector<TokenTrie::Entry> whole;
  for (const TokenId id : options_.whole_tokens) whole.emplace_back(vocabulary().token(id), id);
  if (!whole.empty()) whole_tokens_ = TokenTrie(std::move(whole));
  if (marks_only_begin_words()) word_mark_ = kSpaceMark;
}

// No token joins a "▁" to another character before it, so no merge does; and every character has some token, so that
// nothing but merges ties neighbours together.
bool BpeModel::marks_only_begin_words() const {
  const bool is_plain =
      options_.continuing_subword_prefix.empty() && options_.end_of_word_suffix.empty() && !options_.ignore_merges;
  if (!is_plain || !unk_id_ || !vocabulary().id_of(kSpaceMark)) return false;
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    const std::string_view token = vocabulary().token(id);
    for (size_t i = token.find(kSpaceMark, 1); i != std::string_view::npos; i = token.find(kSpaceMark, i + 1)) {
      if (!token.substr(0, i).ends_with(kSpaceMark)) return false;
    }
  }
  return true;
}

std::unique_ptr<ModelScratch> BpeModel::new_scratch() const { return std::make_unique<Scratch>(); }

bool BpeModel::use_raw_bytes() {
  if (!options_.continuing_subword_prefix.empty() || !options_.end_of_word_suffix.empty()) return false;
  for (unsigned byte = 0; byte < 256; ++byte)
    byte_ids_[byte] = vocabulary().id_of(byte_level_spelling(static_cast<unsigned char>(byte))).value_or(-1);
  raw_bytes_ = true;
  if (!options_.ignore_merges) return true;
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    if (vocabulary().id_of(vocabulary().token(id)) != id) continue;
    if (auto bytes = bytes_of_token(vocabulary().token(id))) raw_vocabulary_.emplace(*std::move(bytes), id);
  }
  return true;
}

std::optional<TokenId> BpeModel::whole_piece(std::string_view piece) const {
  if (!raw_bytes_) return vocabulary().id_of(piece);
  const auto found = raw_vocabulary_.find(std::string(piece));
  if (found == raw_vocabulary_.end()) return std::nullopt;
  return found->second;
}

void BpeModel::tokenize(std::string_view piece, ModelScratch* scratch, std::vector<ModelToken>& tokens) const {
  if (const auto id = options_.ignore_merges ? whole_piece(piece) : std::nullopt) {
    tokens.push_back({.id = *id, .begin = 0, .end = static_cast<std::uint32_t>(piece.size())});
    return;
  }
  auto& memory = static_cast<Scratch&>(*scratch);
  if (!raw_bytes_) return tokenize_characters(piece, memory, tokens);
  memory.symbols.clear();
  if (!split_bytes(piece, memory.symbols)) return tokenize_spelling(piece, memory, tokens);
  append_merged(memory, tokens);
}

void BpeModel::tokenize_characters(std::string_view piece, Scratch& memory, std::vector<ModelToken>& tokens) const {
  memory.symbols.clear();
  split_characters(piece, memory.symbols);
  append_merged(memory, tokens);
}

void BpeModel::tokenize_spelling(std::string_view piece, Scratch& memory, std::vector<ModelToken>& tokens) const {
  std::string spelling;
  std::vector<std::uint32_t> bytes;  // [byte of the spelling]: the byte of the piece that it is of
  for (std::uint32_t i = 0; i < piece.size(); ++i) {
    spelling += byte_level_spelling(static_cast<unsigned char>(piece[i]));
    bytes.resize(spelling.size(), i);
  }
  const size_t first = tokens.size();
  tokenize_characters(spelling, memory, tokens);
  for (size_t i = first; i < tokens.size(); ++i) {
    tokens[i].begin = bytes[tokens[i].begin];
    tokens[i].end = bytes[tokens[i].end - 1] + 1;
  }
}

void BpeModel::append_merged(Scratch& memory, std::vector<ModelToken>& tokens) const {
  merge_symbols(merges_, memory.symbols, memory.merge);
  std::uint32_t begin = 0;
  for (const Symbol& symbol : memory.symbols) {
    tokens.push_back({.id = symbol.id, .begin = begin, .end = begin + symbol.length});
    begin += symbol.length;
  }
}

bool BpeModel::split_bytes(std::string_view piece, std::vector<Symbol>& symbols) const {
  for (const char byte : piece) {
    const TokenId id = byte_ids_[static_cast<unsigned char>(byte)];
    if (id < 0) return false;
    symbols.push_back({id, 1});
  }
  return true;
}

void BpeModel::split_characters(std::string_view piece, std::vector<Symbol>& symbols) const {
  Symbol unknown;  // a length of 0: none is waiting
  const auto flush = [&] {
    if (unknown.length > 0) symbols.push_back(std::exchange(unknown, Symbol{}));
  };
  std::string with_affixes;
  for (size_t i = 0; i < piece.size();) {
    const size_t begin = i;
    if (const auto whole = whole_tokens_.longest_at(piece, begin)) {
      flush();
      i = whole->end;
      symbols.push_back({static_cast<TokenId>(whole->value), static_cast<std::uint32_t>(i - begin)});
      continue;
    }
    i += code_point_length(piece[i]);
    std::string_view character = piece.substr(begin, i - begin);
    const auto length = static_cast<std::uint32_t>(character.size());
    const bool has_prefix = begin > 0 && !options_.continuing_subword_prefix.empty();
    const bool has_suffix = i == piece.size() && !options_.end_of_word_suffix.empty();
    if (has_prefix || has_suffix) {
      with_affixes = (has_prefix ? options_.continuing_subword_prefix : "") + std::string(character) +
                     (has_suffix ? options_.end_of_word_suffix : "");
      character = with_affixes;
    }
    if (const auto id = vocabulary().id_of(character)) {
      flush();
      symbols.push_back({*id, length});
    } else if (!options_.byte_fallback || !fall_back_to_bytes(character, symbols)) {
      if (options_.unk_token.empty()) continue;
      if (!options_.fuse_unk) flush();
      unknown = {unknown_id(character), unknown.length + length};
    }
  }
  flush();
}

bool BpeModel::fall_back_to_bytes(std::string_view character, std::vector<Symbol>& symbols) const {
  for (const char byte : character) {
    if (fallback_ids_[static_cast<unsigned char>(byte)] < 0) return false;
  }
  for (const char byte : character) symbols.push_back({fallback_ids_[static_cast<unsigned char>(byte)], 1});
  return true;
}

TokenId BpeModel::unknown_id(std::string_view character) const {
  if (unk_id_) return *unk_id_;
  throw Error(ErrorCode::bad_input, "the character \"" + std::string(character) +
                                        "\" has no token, and the tokenizer's \"unk_token\" \"" + options_.unk_token +
                                        "\" is not in the vocabulary");
}

}  // namespace headlight::tokenization
