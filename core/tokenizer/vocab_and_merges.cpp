// vocab.json with merges.txt: the files of GPT-2's tokenizer and its relatives, before tokenizer.json.
#include <sstream>

#include "core/base/files.hpp"
#include "core/base/hash.hpp"
#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/tokenizer_files.hpp"

namespace headlight::tokenization {
namespace {

Json read_merges(const std::filesystem::path& path) {
  Json merges = Json::array();
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.starts_with("#version") && !line.empty()) merges.push(line);
  }
  return merges;
}

// The name of the class that made the files, from either configuration; without its "Fast".
std::string tokenizer_class(const std::filesystem::path& folder, const Json& config) {
  std::string name = config.value_or("tokenizer_class", "");
  if (name.ends_with("Fast")) name.resize(name.size() - 4);
  if (!name.empty()) return name;
  const std::filesystem::path model_config = folder / "config.json";
  if (!std::filesystem::exists(model_config)) return name;
  const std::string type = parse_json_file(model_config.string()).value_or("model_type", "");
  if (type == "gpt2" || type == "gpt_neo" || type == "gptj") return "GPT2Tokenizer";
  return type == "qwen2" ? "Qwen2Tokenizer" : "";
}

// The text of a token that tokenizer_config.json or special_tokens_map.json names: "<s>" or {"content": "<s>"}.
std::string special_text(const Json& token) {
  return token.is_object() ? token.value_or("content", "") : token.is_string() ? token.as_string() : "";
}

Json byte_level(bool add_prefix_space, bool use_regex) {
  return Json::object(
      {{"type", "ByteLevel"}, {"add_prefix_space", add_prefix_space}, {"trim_offsets", true}, {"use_regex", use_regex}});
}

Json pre_tokenizer_of(const std::string& name, bool add_prefix_space) {
  if (name == "GPT2Tokenizer") return byte_level(add_prefix_space, true);
  const Json split = Json::object({{"type", "Split"},
                                   {"pattern", Json::object({{"Regex", Json(kQwen2Pattern)}})},
                                   {"behavior", "Isolated"},
                                   {"invert", false}});
  return Json::object({{"type", "Sequence"}, {"pretokenizers", Json(Json::Array{split, byte_level(add_prefix_space, false)})}});
}

std::optional<TokenAndId> named_token(const Json& config, std::string_view name, const Json& vocab, const Json& added) {
  const std::string token = special_text(config[name]);
  if (const Json* id = vocab.find(token)) return TokenAndId{token, static_cast<TokenId>(id->as_integer())};
  for (const Json& entry : added.as_array()) {
    if (entry["content"] == Json(token)) return TokenAndId{token, static_cast<TokenId>(entry["id"].as_integer())};
  }
  throw Error(ErrorCode::bad_input,
              "tokenizer_config.json adds \"" + std::string(name) + "\", but \"" + token + "\" is not in the vocabulary");
}

}  // namespace

TokenizerFiles read_vocab_and_merges(const std::filesystem::path& folder, const Json& config) {
  TokenizerFiles files;
  files.path = folder / "vocab.json";
  const std::string name = tokenizer_class(folder, config);
  if (name != "GPT2Tokenizer" && name != "Qwen2Tokenizer") {
    throw Error(ErrorCode::unsupported,
                folder.string() + ": vocab.json and merges.txt do not say how text is cut, and " +
                    (name.empty() ? "neither tokenizer_config.json nor config.json names the tokenizer's class"
                                  : "the rules of \"" + name + "\" are not known here") +
                    "; save the tokenizer as tokenizer.json with transformers' AutoTokenizer");
  }
  Json vocab = parse_json_file(files.path.string());
  Json added = Json::array();
  if (const Json* id = vocab.find("<|endoftext|>"))
    added.push(added_token(static_cast<TokenId>(id->as_integer()), "<|endoftext|>", true));
  take_added_tokens(folder, config, added);
  const bool adds_bos = config.value_or("add_bos_token", false), adds_eos = config.value_or("add_eos_token", false);
  const auto before = adds_bos ? named_token(config, "bos_token", vocab, added) : std::nullopt;
  const auto behind = adds_eos ? named_token(config, "eos_token", vocab, added) : std::nullopt;
  files.definition = Json::object(
      {{"added_tokens", added},
       {"normalizer", name == "Qwen2Tokenizer" ? Json::object({{"type", "NFC"}}) : Json()},
       {"pre_tokenizer", pre_tokenizer_of(name, config.value_or("add_prefix_space", false))},
       {"post_processor", enclosing_template(before, behind)},
       {"decoder", byte_level(false, true)},
       {"model", Json::object({{"type", "BPE"}, {"vocab", std::move(vocab)}, {"merges", read_merges(folder / "merges.txt")}})}});
  files.content_hash = content_hash(to_text(files.definition));
  return files;
}

}  // namespace headlight::tokenization
