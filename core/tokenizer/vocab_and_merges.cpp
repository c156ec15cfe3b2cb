// vocab.json with merges.txt: the files of GPT-2's tokenizer and its relatives, before tokenizer.json.
#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <unordered_map>

#include "core/base/files.hpp"
#include "core/base/hash.hpp"
#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/tokenizer_files.hpp"
#include "core/tokenizer/vocabulary.hpp"

namespace headlight::tokenization {
namespace {

Json read_merges_file(const std::filesystem::path& path) {
  Json merges = Json::array();
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.starts_with("#version") && !line.empty()) merges.push(line);
  }
  return merges;
}

// What a class of transformers adds to the two files.
struct Rules {
  std::string_view cuts;                        // "gpt2" or "qwen2"
  bool composes;                                // characters first, by NFC
  bool encloses;                                // texts in cls_token and sep_token, as RoBERTa
  std::string_view bos, eos, unk, pad, sep, cls, mask;  // special tokens where the files name none
};
constexpr std::string_view kEnd = "<|endoftext|>";
constexpr Rules kGpt2{.cuts = "gpt2", .composes = false, .encloses = false, .bos = kEnd, .eos = kEnd, .unk = kEnd, .pad = "", .sep = "", .cls = "", .mask = ""};
constexpr Rules kNeox{.cuts = "gpt2", .composes = true, .encloses = false, .bos = kEnd, .eos = kEnd, .unk = kEnd, .pad = "<|padding|>", .sep = "", .cls = "", .mask = ""};
constexpr Rules kQwen2{.cuts = "qwen2", .composes = true, .encloses = false, .bos = "", .eos = kEnd, .unk = kEnd, .pad = kEnd, .sep = "", .cls = "", .mask = ""};
constexpr Rules kRoberta{
    .cuts = "gpt2", .composes = false, .encloses = true, .bos = "<s>", .eos = "</s>", .unk = "<unk>", .pad = "<pad>", .sep = "</s>", .cls = "<s>", .mask = "<mask>"};

using NamedRules = std::pair<std::string_view, const Rules*>;
constexpr std::array kClasses{
    NamedRules{"GPT2Tokenizer", &kGpt2},      NamedRules{"CodeGenTokenizer", &kGpt2},       NamedRules{"Qwen2Tokenizer", &kQwen2},
    NamedRules{"RobertaTokenizer", &kRoberta}, NamedRules{"BartTokenizer", &kRoberta},       NamedRules{"LongformerTokenizer", &kRoberta},
    NamedRules{"LEDTokenizer", &kRoberta},     NamedRules{"MvpTokenizer", &kRoberta},       NamedRules{"GPTNeoXTokenizer", &kNeox},
};
constexpr std::array kModelTypes{
    NamedRules{"gpt2", &kGpt2},       NamedRules{"gpt_neo", &kGpt2},    NamedRules{"gptj", &kGpt2},         NamedRules{"opt", &kGpt2},
    NamedRules{"codegen", &kGpt2},    NamedRules{"phi", &kGpt2},        NamedRules{"qwen2", &kQwen2},       NamedRules{"qwen2_moe", &kQwen2},
    NamedRules{"qwen3", &kQwen2},     NamedRules{"qwen3_moe", &kQwen2}, NamedRules{"roberta", &kRoberta},   NamedRules{"bart", &kRoberta},
    NamedRules{"longformer", &kRoberta}, NamedRules{"led", &kRoberta},  NamedRules{"gpt_neox", &kNeox},
};

const Rules* rules_named(std::span<const NamedRules> all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const NamedRules& rules) { return rules.first == name; });
  return found == all.end() ? nullptr : found->second;
}

[[noreturn]] void refuse_rules_of(const std::filesystem::path& folder, const std::string& name) {
  throw Error(ErrorCode::unsupported, folder.string() + ": vocab.json and merges.txt do not say how text is cut, and the rules of " + name +
                                          " are not known here; save the tokenizer as tokenizer.json with transformers' AutoTokenizer");
}

// By the class that tokenizer_config.json names, else by the model's type in config.json, else those of GPT-2 if the vocabulary spells bytes as it does.
const Rules& rules_of(const std::filesystem::path& folder, const Json& config, const Json& vocab) {
  std::string name = config.value_or("tokenizer_class", "");
  if (name.ends_with("Fast")) name.resize(name.size() - 4);
  if (!name.empty() && name != "PreTrainedTokenizer") {
    if (const Rules* rules = rules_named(kClasses, name)) return *rules;
    refuse_rules_of(folder, "\"" + name + "\"");
  }
  const std::filesystem::path model_config = folder / "config.json";
  const Json model = std::filesystem::exists(model_config) ? parse_json_file(model_config.string()) : Json();
  if (const Rules* rules = rules_named(kModelTypes, model.value_or("model_type", ""))) return *rules;
  if (vocab.find(byte_level_spelling(' ')) == nullptr) refuse_rules_of(folder, "a vocabulary that has no \"Ġ\" for the space");
  return kGpt2;
}

// The text of a token that tokenizer_config.json or special_tokens_map.json names: "<s>" or {"content": "<s>"}.
std::string special_text(const Json& token) {
  return token.is_object() ? token.value_or("content", "") : token.is_string() ? token.as_string() : "";
}

Json byte_level(bool add_prefix_space, bool use_regex) {
  return Json::object(
      {{"type", "ByteLevel"}, {"add_prefix_space", add_prefix_space}, {"trim_offsets", true}, {"use_regex", use_regex}});
}

Json pre_tokenizer_of(const Rules& rules, bool add_prefix_space) {
  if (rules.cuts == "gpt2") return byte_level(add_prefix_space, true);
  const Json split = Json::object({{"type", "Split"},
                                   {"pattern", Json::object({{"Regex", Json(kQwen2Pattern)}})},
                                   {"behavior", "Isolated"},
                                   {"invert", false}});
  return Json::object({{"type", "Sequence"}, {"pretokenizers", Json(Json::Array{split, byte_level(add_prefix_space, false)})}});
}

// The configuration with the special tokens of special_tokens_map.json, and then those of the class, where it names none itself.
Json with_special_tokens(const std::filesystem::path& folder, Json config, const Rules& rules, const Json& vocab) {
  if (!config.is_object()) config = Json::object();
  const std::filesystem::path path = folder / "special_tokens_map.json";
  const Json map = std::filesystem::exists(path) ? parse_json_file(path.string()) : Json();
  for (const auto& [name, usual] : {std::pair{"bos_token", rules.bos}, {"eos_token", rules.eos}, {"unk_token", rules.unk}, {"sep_token", rules.sep},
                                    {"pad_token", rules.pad}, {"cls_token", rules.cls}, {"mask_token", rules.mask}}) {
    if (!special_text(config[name]).empty()) continue;
    if (!special_text(map[name]).empty()) {
      config.set(name, map[name]);
    } else if (vocab.find(usual) != nullptr) {
      config.set(name, Json(usual));
    }
  }
  if (!config["additional_special_tokens"].is_array()) config.set("additional_special_tokens", map["additional_special_tokens"]);
  return config;
}

// Puts the special tokens into `added`, those that have no id yet behind all others.
void take_special_tokens(const Json& config, const Json& vocab, Json& added) {
  std::int64_t next_id = 0;
  std::unordered_map<std::string_view, TokenId> ids;  // of the vocabulary
  within("vocab.json", [&] {
    for (const Json::Member& token : vocab.as_object()) {
      const TokenId id = checked_id(token);
      ids.emplace(token.first, id);
      next_id = std::max<std::int64_t>(next_id, id + 1);
    }
  });
  std::unordered_map<std::string, size_t> places;  // of the added tokens, by content
  for (size_t i = 0; i < added.size(); ++i)
    if (added[i]["content"].is_string()) places.try_emplace(added[i]["content"].as_string(), i);
  for (const Json& entry : added.as_array()) next_id = std::max(next_id, entry["id"].as_integer() + 1);
  const auto take = [&](const Json& token) {
    const std::string text = special_text(token);
    if (text.empty()) return;
    const auto [place, is_new] = places.try_emplace(text, added.size());
    if (!is_new) return void(added.as_array()[place->second].set("special", true));
    const auto known = ids.find(text);
    Json entry = added_token(known != ids.end() ? known->second : static_cast<TokenId>(next_id++), text, true);
    for (const char* flag : {"single_word", "lstrip", "rstrip", "normalized"}) {
      if (token.is_object()) entry.set(flag, token.value_or(flag, false));
    }
    added.push(std::move(entry));
  };
  for (const char* name : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}) take(config[name]);
  if (const Json& more = config["additional_special_tokens"]; more.is_array()) {
    for (const Json& token : more.as_array()) take(token);
  }
  std::stable_sort(added.as_array().begin(), added.as_array().end(),
                   [](const Json& a, const Json& b) { return a["id"].as_integer() < b["id"].as_integer(); });
}

std::optional<TokenAndId> named_token(const Json& config, std::string_view name, const Json& vocab, const Json& added) {
  const std::string token = special_text(config[name]);
  if (const Json* id = vocab.find(token)) return TokenAndId{token, static_cast<TokenId>(id->as_integer())};
  for (const Json& entry : added.as_array()) {
    if (entry["content"] == Json(token)) return TokenAndId{token, static_cast<TokenId>(entry["id"].as_integer())};
  }
  throw Error(ErrorCode::bad_input,
              "texts are to have their \"" + std::string(name) + "\", but \"" + token + "\" is not in the vocabulary");
}

Json post_processor_of(const Rules& rules, const Json& config, const Json& vocab, const Json& added) {
  if (!rules.encloses) {
    const bool adds_bos = config.value_or("add_bos_token", false), adds_eos = config.value_or("add_eos_token", false);
    return enclosing_template(adds_bos ? named_token(config, "bos_token", vocab, added) : std::nullopt,
                              adds_eos ? named_token(config, "eos_token", vocab, added) : std::nullopt);
  }
  const auto both = [&](std::string_view name) {
    const auto token = named_token(config, name, vocab, added);
    return Json(Json::Array{Json(token->token), Json(token->id)});
  };
  return Json::object({{"type", "RobertaProcessing"},
                       {"cls", both("cls_token")},
                       {"sep", both("sep_token")},
                       {"trim_offsets", config.value_or("trim_offsets", true)},
                       {"add_prefix_space", config.value_or("add_prefix_space", false)}});
}

}  // namespace

TokenizerFiles read_vocab_and_merges(const std::filesystem::path& folder, const Json& given_config) {
  TokenizerFiles files;
  files.path = folder / "vocab.json";
  Json vocab = parse_json_file(files.path.string());
  const Rules& rules = rules_of(folder, given_config, vocab);
  const Json config = with_special_tokens(folder, given_config, rules, vocab);
  Json added = Json::array();
  take_added_tokens(folder, config, added);
  take_special_tokens(config, vocab, added);
  const bool add_prefix_space = config.value_or("add_prefix_space", false);
  files.definition = Json::object(
      {{"added_tokens", added},
       {"normalizer", rules.composes ? Json::object({{"type", "NFC"}}) : Json()},
       {"pre_tokenizer", pre_tokenizer_of(rules, add_prefix_space)},
       {"post_processor", post_processor_of(rules, config, vocab, added)},
       {"decoder", byte_level(false, true)},
       {"model", Json::object({{"type", "BPE"}, {"vocab", std::move(vocab)}, {"merges", read_merges_file(folder / "merges.txt")}})}});
  files.content_hash = content_hash(to_text(files.definition));
  return files;
}

}  // namespace headlight::tokenization
