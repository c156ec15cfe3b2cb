// Tokenizers made by hand, as tokenizer.json has them: byte-level BPE, SentencePiece-style BPE and single characters.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/tokenizer/tokenizer.hpp"

namespace headlight::testing_tokenizers {

// The words of a text, each with the space before it: "When Mary" is "When", " Mary".
inline std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const char c : text) {
    if (words.empty() || c == ' ') words.emplace_back();
    words.back() += c;
  }
  return words;
}

// A BPE model in which every word comes out as one token: each merge adds one character to the start of a word.
inline Json bpe_model(const std::vector<std::string>& words, const std::string& space,
                      const std::vector<std::string>& first_tokens) {
  Json vocab = Json::object(), merges = Json::array();
  const auto add = [&](const std::string& token) {
    if (!vocab.contains(token)) vocab.set(token, static_cast<int>(vocab.size()));
  };
  for (const std::string& token : first_tokens) add(token);
  add(space);
  for (char c = '!'; c <= '~'; ++c) add(std::string(1, c));
  std::set<std::string> known;
  for (const std::string& word : words) {
    std::string start;
    for (const char c : word) {
      const std::string letter = c == ' ' ? space : std::string(1, c);
      if (!start.empty() && known.insert(start + letter).second) {
        merges.push(Json::Array{start, letter});
        add(start + letter);
      }
      start += letter;
    }
  }
  return Json::object({{"type", "BPE"}, {"vocab", vocab}, {"merges", merges}});
}

inline Json special_token(int id, const char* content) {
  return Json::object({{"id", id},
                       {"content", content},
                       {"single_word", false},
                       {"lstrip", false},
                       {"rstrip", false},
                       {"normalized", false},
                       {"special", true}});
}

// GPT-2's pipeline: words with their leading space; id 0 is <|endoftext|>.
inline Tokenizer byte_level(const std::vector<std::string>& words) {
  const Json pre =
      Json::object({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", true}});
  return Tokenizer::from_json(Json::object({{"version", "1.0"},
                                            {"added_tokens", Json::Array{special_token(0, "<|endoftext|>")}},
                                            {"normalizer", nullptr},
                                            {"pre_tokenizer", pre},
                                            {"post_processor", nullptr},
                                            {"decoder", pre},
                                            {"model", bpe_model(words, "Ġ", {"<|endoftext|>"})}}));
}

// Llama 2's pipeline: "▁" for spaces and before the text, <unk> for what the vocabulary lacks; ids 0, 1, 2 are special.
inline Tokenizer sentence_piece(const std::vector<std::string>& words) {
  const auto pattern = [](const char* text) { return Json::object({{"String", text}}); };
  Json model = bpe_model(words, "▁", {"<unk>", "<s>", "</s>"});
  model.set("unk_token", "<unk>").set("fuse_unk", true).set("byte_fallback", false);
  const Json normalizer = Json::object(
      {{"type", "Sequence"},
       {"normalizers", Json::Array{Json::object({{"type", "Prepend"}, {"prepend", "▁"}}),
                                   Json::object({{"type", "Replace"}, {"pattern", pattern(" ")}, {"content", "▁"}})}}});
  const Json decoder =
      Json::object({{"type", "Sequence"},
                    {"decoders", Json::Array{Json::object({{"type", "Replace"}, {"pattern", pattern("▁")}, {"content", " "}}),
                                             Json::object({{"type", "Fuse"}}),
                                             Json::object({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}})}}});
  return Tokenizer::from_json(
      Json::object({{"version", "1.0"},
                    {"added_tokens", Json::Array{special_token(0, "<unk>"), special_token(1, "<s>"), special_token(2, "</s>")}},
                    {"normalizer", normalizer},
                    {"pre_tokenizer", nullptr},
                    {"post_processor", nullptr},
                    {"decoder", decoder},
                    {"model", model}}));
}

// One token for each character.
inline Tokenizer characters() { return sentence_piece({}); }

}  // namespace headlight::testing_tokenizers
