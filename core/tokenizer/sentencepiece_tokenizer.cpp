// A tokenizer.model as a whole tokenizer, with what tokenizer_config.json says of it.
#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "core/base/files.hpp"
#include "core/base/hash.hpp"
#include "core/tokenizer/bpe_model.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/normalizer_sentencepiece.hpp"
#include "core/tokenizer/sentencepiece_tokenizer.hpp"
#include "core/tokenizer/tokenizer_files.hpp"
#include "core/tokenizer/unigram_model.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

using File = SentencePieceFile;
using Type = SentencePieceFile::Type;

Vocabulary vocabulary_of(const File& file) {
  std::vector<std::string> tokens;
  for (const File::Piece& piece : file.pieces) tokens.push_back(piece.text);
  Vocabulary result = Vocabulary::from_list(std::move(tokens));
  if (result.n_tokens() != file.pieces.size()) throw Error(ErrorCode::corrupt, "two pieces have the same text");
  return result;
}

std::vector<TokenId> ids_of(const File& file, Type type) {
  std::vector<TokenId> ids;
  for (size_t id = 0; id < file.pieces.size(); ++id) {
    if (file.pieces[id].type == type) ids.push_back(static_cast<TokenId>(id));
  }
  return ids;
}

// SentencePiece merges the neighbours that make the piece of the highest score: its place among the scores is the rank.
MergeTable merges_of(const File& file, const Vocabulary& vocabulary) {
  const auto normal_id = [&](std::string_view text) -> std::optional<TokenId> {
    const auto id = vocabulary.id_of(text);
    return id && file.pieces[*id].type == Type::normal ? id : std::nullopt;
  };
  std::map<float, std::uint32_t, std::greater<>> ranks;  // by score
  for (const TokenId id : ids_of(file, Type::normal)) ranks[file.pieces[id].score] = 0;
  std::uint32_t next_rank = 0;
  for (auto& [score, rank] : ranks) rank = next_rank++;
  struct Entry {
    TokenId left, right;
    MergeTable::Merge merge;
  };
  std::vector<Entry> entries;
  for (const TokenId id : ids_of(file, Type::normal)) {
    const std::string_view text = file.pieces[id].text;
    for (size_t cut = code_point_length(text[0]); cut < text.size(); cut += code_point_length(text[cut])) {
      const auto left = normal_id(text.substr(0, cut)), right = normal_id(text.substr(cut));
      if (left && right) entries.push_back({*left, *right, {ranks[file.pieces[id].score], id}});
    }
  }
  MergeTable merges(entries.size());
  for (const Entry& entry : entries) merges.put(entry.left, entry.right, entry.merge);
  return merges;
}

// Merging ids instead of texts needs an id for every character that a piece is made of.
void check_characters(const File& file, const Vocabulary& vocabulary) {
  for (const TokenId id : ids_of(file, Type::normal)) {
    const std::string_view text = file.pieces[id].text;
    for (size_t i = 0; i < text.size(); i += code_point_length(text[i])) {
      const auto character = text.substr(i, code_point_length(text[i]));
      if (!vocabulary.id_of(character)) {
        refuse("the piece \"" + std::string(text) + "\" with the character \"" + std::string(character) +
               "\", which is no piece itself,");
      }
    }
  }
}

std::unique_ptr<Model> bpe_of(const File& file) {
  Vocabulary vocabulary = vocabulary_of(file);
  if (!ids_of(file, Type::unused).empty()) refuse("a piece of the type UNUSED in a BPE model");
  check_characters(file, vocabulary);
  MergeTable merges = merges_of(file, vocabulary);
  BpeOptions options;
  options.unk_token = file.pieces[file.unk_id].text;
  options.fuse_unk = true;
  options.byte_fallback = file.byte_fallback;
  options.whole_tokens = ids_of(file, Type::user_defined);
  return std::make_unique<BpeModel>(std::move(vocabulary), std::move(merges), std::move(options));
}

std::unique_ptr<Model> unigram_of(const File& file) {
  Vocabulary vocabulary = vocabulary_of(file);
  float lowest = std::numeric_limits<float>::max(), highest = std::numeric_limits<float>::min();  // sic: SentencePiece's start
  for (const TokenId id : ids_of(file, Type::normal)) {
    lowest = std::min(lowest, file.pieces[id].score);
    highest = std::max(highest, file.pieces[id].score);
  }
  UnigramOptions options;
  options.unk_id = file.unk_id;
  options.byte_fallback = file.byte_fallback;
  options.unk_score = lowest - 10.0F;
  options.rounds_to_float = true;
  std::vector<double> scores;
  for (const File::Piece& piece : file.pieces) {
    const bool is_user_defined = piece.type == Type::user_defined;  // always better than what it could be cut into
    scores.push_back(is_user_defined ? static_cast<float>(piece.text.size()) * highest - 0.1 : piece.score);
    options.is_hidden.push_back(piece.type != Type::normal && !is_user_defined);
  }
  return std::make_unique<UnigramModel>(std::move(vocabulary), std::move(scores), std::move(options));
}

SentencePieceConventions conventions_of(const File& file, const Json& config) {
  std::string name = config.value_or("tokenizer_class", "");
  if (name.ends_with("Fast")) name.resize(name.size() - 4);
  const bool is_llama = name == "LlamaTokenizer" || name == "CodeLlamaTokenizer" || name == "GemmaTokenizer";
  SentencePieceConventions result;
  if (is_llama || name.empty()) {
    result.adds_bos = file.bos_id >= 0;
  } else if (name == "T5Tokenizer") {
    result.adds_eos = true;
  } else if (!config.contains("add_bos_token")) {
    refuse("\"tokenizer_class\": \"" + name + "\" of tokenizer_config.json, which does not say \"add_bos_token\" either,");
  }
  result.adds_bos = config.value_or("add_bos_token", result.adds_bos);
  result.adds_eos = config.value_or("add_eos_token", result.adds_eos);
  result.keeps_spaces = is_llama;
  result.only_first_prefix = is_llama && !config.value_or("legacy", true);
  return result;
}

std::optional<TokenAndId> piece_at(const File& file, int id, bool is_wanted, const char* name) {
  if (!is_wanted) return std::nullopt;
  if (id < 0)
    throw Error(ErrorCode::bad_input,
                "the token of " + std::string(name) + " is to be added, and the file does not have one");
  return TokenAndId{file.pieces[id].text, id};
}

Json decoder_of(bool add_dummy_prefix) {
  Json steps = parse_json(
      R"([{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}])");
  if (add_dummy_prefix) steps.push(parse_json(R"({"type": "Strip", "content": " ", "start": 1, "stop": 0})"));
  return Json::object({{"type", "Sequence"}, {"decoders", steps}});
}

std::unique_ptr<const Normalizer> normalizer_of(const File& file, const SentencePieceConventions& conventions) {
  SentencePieceNormalization options;
  if (!file.character_map.empty()) options.map = PrecompiledMap(file.character_map);
  options.remove_extra_whitespaces = file.remove_extra_whitespaces && !conventions.keeps_spaces;
  options.add_dummy_prefix = file.add_dummy_prefix;
  options.only_first_prefix = conventions.only_first_prefix;
  for (const TokenId id : ids_of(file, Type::user_defined)) options.kept.push_back(file.pieces[id].text);
  return sentencepiece_normalizer(std::move(options));
}

}  // namespace

TokenizerFiles sentencepiece_tokenizer(const File& file, const SentencePieceConventions& conventions, Json added) {
  TokenizerFiles files;
  files.definition = Json::object({{"added_tokens", std::move(added)},
                                   {"post_processor", enclosing_template(piece_at(file, file.bos_id, conventions.adds_bos, "bos_id"),
                                                                         piece_at(file, file.eos_id, conventions.adds_eos, "eos_id"))},
                                   {"decoder", decoder_of(file.add_dummy_prefix)}});
  files.model = file.kind == File::Kind::bpe ? bpe_of(file) : unigram_of(file);
  files.normalizer = normalizer_of(file, conventions);
  return files;
}

TokenizerFiles read_sentencepiece_files(const std::filesystem::path& folder, const Json& config) {
  TokenizerFiles files;
  const std::filesystem::path path = folder / "tokenizer.model";
  const std::string bytes = read_file(path);
  try {
    const File file = parse_sentencepiece(bytes);
    const SentencePieceConventions conventions = conventions_of(file, config);
    Json added = Json::array();
    for (size_t id = 0; id < file.pieces.size(); ++id) {
      const Type type = file.pieces[id].type;
      if (type == Type::unknown || type == Type::control)
        added.push(added_token(static_cast<TokenId>(id), file.pieces[id].text, true));
    }
    take_added_tokens(folder, config, added);
    files = sentencepiece_tokenizer(file, conventions, std::move(added));
    files.path = path;
    files.content_hash = Hasher().add(bytes).add(to_text(files.definition)).digest();
  } catch (const Error& error) {
    throw error.at(path.string());
  }
  return files;
}

}  // namespace headlight::tokenization
