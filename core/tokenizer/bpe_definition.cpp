// Reading a BPE model from its definition.
#include "core/tokenizer/bpe_model.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

struct Pair {
  std::string_view left, right;
};

// "a b" or ["a", "b"].
Pair read_pair(const Json& entry) {
  if (entry.is_array()) {
    const Json::Array& both = entry.as_array();
    if (both.size() != 2) throw Error(ErrorCode::corrupt, "expected two tokens, found " + std::to_string(both.size()));
    return {both[0].as_string(), both[1].as_string()};
  }
  const std::string_view line = entry.as_string();
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
    throw Error(ErrorCode::corrupt,
                "expected two tokens with a space between them, found \"" + std::string(shortened(line, 80)) + "\"");
  }
  return {line.substr(0, space), line.substr(space + 1)};
}

void put_merge(MergeTable& merges, const Vocabulary& tokens, const Pair& pair, size_t prefix_size, std::uint32_t rank) {
  const auto id_of = [&](std::string_view token) {
    const auto id = tokens.id_of(token);
    if (!id) throw Error(ErrorCode::corrupt, "the token \"" + std::string(shortened(token, 80)) + "\" is not in the vocabulary");
    return *id;
  };
  const TokenId left = id_of(pair.left), right = id_of(pair.right);
  if (pair.right.size() < prefix_size) {
    throw Error(ErrorCode::corrupt,
                "the token \"" + std::string(pair.right) + "\" is shorter than \"continuing_subword_prefix\"");
  }
  merges.put(left, right, {rank, id_of(std::string(pair.left) + std::string(pair.right.substr(prefix_size)))});
}

MergeTable read_merges(const Json& definition, const Vocabulary& tokens, size_t prefix_size) {
  const Json::Array& entries = definition.as_array();
  MergeTable merges(entries.size());
  std::uint32_t rank = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].is_string() && entries[i].as_string().starts_with("#version")) continue;
    try {
      put_merge(merges, tokens, read_pair(entries[i]), prefix_size, rank++);
    } catch (const Error& error) {
      throw error.at("[" + std::to_string(i) + "]");
    }
  }
  return merges;
}

}  // namespace

std::unique_ptr<Model> read_bpe(const Json& definition) {
  if (definition.value_or("dropout", 0.0) != 0.0) refuse("\"dropout\", which makes tokens random,");
  BpeOptions options;
  options.unk_token = optional_string(definition, "unk_token");
  options.continuing_subword_prefix = optional_string(definition, "continuing_subword_prefix");
  options.end_of_word_suffix = optional_string(definition, "end_of_word_suffix");
  options.fuse_unk = definition.value_or("fuse_unk", false);
  options.byte_fallback = definition.value_or("byte_fallback", false);
  options.ignore_merges = definition.value_or("ignore_merges", false);
  Vocabulary tokens = read_member(definition, "vocab", Vocabulary::read);
  const size_t prefix_size = options.continuing_subword_prefix.size();
  MergeTable merges =
      read_member(definition, "merges", [&](const Json& entries) { return read_merges(entries, tokens, prefix_size); });
  return std::make_unique<BpeModel>(std::move(tokens), std::move(merges), std::move(options));
}

}  // namespace headlight::tokenization
