// The tokenizer in a GGUF file's metadata: "gpt2" is a byte-level BPE with merges, "llama" a SentencePiece BPE with scores, "t5" a
// SentencePiece unigram model. Where the file brings a whole tokenizer.json ("tokenizer.huggingface.json"), that counts.
#include <cmath>

#include "core/base/hash.hpp"
#include "core/tensor/gguf/file.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/gguf_pre_tokenizer.hpp"
#include "core/tokenizer/sentencepiece_tokenizer.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

using Type = SentencePieceFile::Type;  // GGUF's token types have the same numbers

struct Tokens {
  std::vector<std::string_view> texts;  // [id]
  std::vector<Type> types;              // [id]
};

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::corrupt, message); }

std::vector<std::string_view> texts_of(const gguf::Value& value) { return value.texts(); }
std::vector<std::int64_t> whole_numbers(const gguf::Value& value) { return value.integers(); }
std::vector<double> numbers(const gguf::Value& value) { return value.numbers(); }

// The array of this key, with an entry for each token.
template <typename Read>
auto array_of(const gguf::File& file, std::string_view key, std::size_t size, Read read) {
  auto values = file.value(key, read);
  if (values && values->size() != size)
    fail("\"" + std::string(key) + "\" has " + std::to_string(values->size()) + " entries for " + std::to_string(size) + " tokens");
  return values;
}

Tokens read_tokens(const gguf::File& file) {
  constexpr std::string_view kKey = "tokenizer.ggml.tokens";
  auto texts = file.value(kKey, texts_of);
  if (!texts || texts->empty()) fail("\"" + std::string(kKey) + "\" is missing or empty");
  if (texts->size() > static_cast<std::size_t>(kMaxVocabulary))
    fail("there are " + std::to_string(texts->size()) + " tokens; up to " + std::to_string(kMaxVocabulary) + " are understood");
  Tokens tokens{.texts = std::move(*texts), .types = {}};
  tokens.types.assign(tokens.texts.size(), Type::normal);
  for (std::size_t id = 0; id < tokens.texts.size(); ++id)
    if (tokens.texts[id].empty() || find_invalid_utf8(tokens.texts[id]) != std::string_view::npos)
      fail("the token " + std::to_string(id) + " is empty or no UTF-8");
  const auto types = array_of(file, "tokenizer.ggml.token_type", tokens.texts.size(), whole_numbers);
  for (std::size_t id = 0; types && id < types->size(); ++id) {
    const std::int64_t type = (*types)[id];
    if (type < 1 || type > 6)
      fail("the token " + std::to_string(id) + " has the type " + std::to_string(type) + ", which is none of 1 to 6");
    tokens.types[id] = static_cast<Type>(type);
  }
  return tokens;
}

// The id that a key names; `fallback` when it is missing, negative for none.
int special_id(const gguf::File& file, std::string_view key, int fallback, const Tokens& tokens) {
  const std::int64_t id = file.integer(key).value_or(fallback);
  if (id >= static_cast<std::int64_t>(tokens.texts.size())) {
    if (!file.find(key)) return -1;
    fail("\"" + std::string(key) + "\" is " + std::to_string(id) + ", but there are " + std::to_string(tokens.texts.size()) +
         " tokens");
  }
  return id < 0 ? -1 : static_cast<int>(id);
}

// Control tokens and unknown ones are special; user-defined ones are found in texts too, and kept when special ones are left out.
Json added_tokens(const Tokens& tokens) {
  Json::Array added;
  for (std::size_t id = 0; id < tokens.texts.size(); ++id) {
    const Type type = tokens.types[id];
    if (type == Type::control || type == Type::unknown || type == Type::user_defined)
      added.push_back(added_token(static_cast<TokenId>(id), tokens.texts[id], type != Type::user_defined));
  }
  return Json(std::move(added));
}

std::optional<TokenAndId> token_at(const Tokens& tokens, int id, bool is_wanted, const char* name) {
  if (!is_wanted) return std::nullopt;
  if (id < 0)
    throw Error(ErrorCode::bad_input,
                std::string(name) + " is to be added to every text, and the file does not say which token it is");
  return TokenAndId{std::string(tokens.texts[static_cast<std::size_t>(id)]), id};
}

TokenizerFiles byte_level_bpe(const gguf::File& file) {
  const Tokens tokens = read_tokens(file);
  const GgufPreTokenization way = gguf_pre_tokenization(file.text("tokenizer.ggml.pre").value_or(""));
  Json::Object vocab;
  for (std::size_t id = 0; id < tokens.texts.size(); ++id)
    vocab.emplace_back(std::string(tokens.texts[id]), static_cast<std::int64_t>(id));
  Json::Array merges;
  const auto lines = file.value("tokenizer.ggml.merges", texts_of);
  if (!lines) fail("\"tokenizer.ggml.merges\" is missing");
  for (const std::string_view line : *lines) merges.emplace_back(line);

  const int bos = special_id(file, "tokenizer.ggml.bos_token_id", -1, tokens);
  const int eos = special_id(file, "tokenizer.ggml.eos_token_id", -1, tokens);
  const bool adds_bos = file.flag("tokenizer.ggml.add_bos_token").value_or(way.adds_bos && bos >= 0);
  const bool adds_eos = file.flag("tokenizer.ggml.add_eos_token").value_or(false);
  TokenizerFiles files;
  files.definition = Json::object(
      {{"added_tokens", added_tokens(tokens)},
       {"normalizer", way.normalizer},
       {"pre_tokenizer", way.pre_tokenizer},
       {"post_processor", enclosing_template(token_at(tokens, bos, adds_bos, "BOS"), token_at(tokens, eos, adds_eos, "EOS"))},
       {"decoder",
        Json::object({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}})},
       {"model", Json::object({{"type", "BPE"},
                               {"ignore_merges", way.ignore_merges},
                               {"vocab", Json(std::move(vocab))},
                               {"merges", Json(std::move(merges))}})}});
  return files;
}

// A piece that no merge may make: control, or found in the text before anything is merged, or only there to fill the table.
bool is_apart(Type type) { return type == Type::control || type == Type::user_defined || type == Type::unused; }

TokenizerFiles sentencepiece(const gguf::File& file, SentencePieceFile::Kind kind) {
  const Tokens tokens = read_tokens(file);
  const auto scores = array_of(file, "tokenizer.ggml.scores", tokens.texts.size(), numbers);
  if (!scores) fail("\"tokenizer.ggml.scores\" is missing");
  const bool is_bpe = kind == SentencePieceFile::Kind::bpe;
  SentencePieceFile pieces;
  pieces.kind = kind;
  for (std::size_t id = 0; id < tokens.texts.size(); ++id) {
    const auto score = static_cast<float>((*scores)[id]);
    if (!std::isfinite(score)) fail("the score of the token " + std::to_string(id) + " is no finite number of 32 bits");
    const Type type = tokens.types[id];
    pieces.pieces.push_back(
        {std::string(tokens.texts[id]), score, is_apart(type) ? Type::control : type});
    pieces.byte_fallback |= type == Type::byte;
  }
  pieces.unk_id = special_id(file, "tokenizer.ggml.unknown_token_id", is_bpe ? 0 : 2, tokens);
  pieces.bos_id = special_id(file, "tokenizer.ggml.bos_token_id", is_bpe ? 1 : -1, tokens);
  pieces.eos_id = special_id(file, "tokenizer.ggml.eos_token_id", is_bpe ? 2 : 1, tokens);
  if (pieces.unk_id < 0) fail("it does not say which token is the unknown one (\"tokenizer.ggml.unknown_token_id\")");
  pieces.add_dummy_prefix = file.flag("tokenizer.ggml.add_space_prefix").value_or(true);
  pieces.remove_extra_whitespaces = file.flag("tokenizer.ggml.remove_extra_whitespaces").value_or(false);
  if (const auto map = file.value("tokenizer.ggml.precompiled_charsmap", whole_numbers))
    for (const std::int64_t byte : *map) pieces.character_map.push_back(static_cast<char>(byte));
  const SentencePieceConventions conventions{.adds_bos = file.flag("tokenizer.ggml.add_bos_token").value_or(is_bpe),
                                             .adds_eos = file.flag("tokenizer.ggml.add_eos_token").value_or(!is_bpe),
                                             .keeps_spaces = is_bpe};
  TokenizerFiles files = sentencepiece_tokenizer(pieces, conventions, added_tokens(tokens));
  Json hashed = Json::array();
  for (const SentencePieceFile::Piece& piece : pieces.pieces) hashed.push(piece.text).push(static_cast<double>(piece.score));
  files.content_hash = Hasher().add(to_text(hashed)).add(pieces.character_map).add(to_text(files.definition)).digest();
  return files;
}

TokenizerFiles read(const gguf::File& file) {
  if (const auto whole = file.text("tokenizer.huggingface.json")) {
    TokenizerFiles files;
    files.definition = within("tokenizer.huggingface.json", [&] { return parse_json(*whole); });
    return files;
  }
  const auto model = file.text("tokenizer.ggml.model");
  if (!model || *model == "none" || *model == "no_vocab")
    throw Error(ErrorCode::not_found, "it brings no tokenizer (\"tokenizer.ggml.model\")");
  if (*model == "gpt2") return byte_level_bpe(file);
  if (*model == "llama") return sentencepiece(file, SentencePieceFile::Kind::bpe);
  if (*model == "t5") return sentencepiece(file, SentencePieceFile::Kind::unigram);
  throw Error(ErrorCode::unsupported, "\"tokenizer.ggml.model\" is \"" + std::string(shortened(*model, 80)) +
                                          "\", which Headlight does not read; it reads gpt2, llama and t5");
}

}  // namespace

TokenizerFiles read_gguf_tokenizer(const std::filesystem::path& path) {
  const gguf::File file(path);
  try {
    TokenizerFiles files = read(file);
    files.path = path;
    if (files.content_hash.empty()) files.content_hash = content_hash(to_text(files.definition));
    return files;
  } catch (const Error& error) {
    throw error.at(path.string());
  }
}

}  // namespace headlight::tokenization
