#include <map>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/json.hpp"
#include "core/tokenizer/pipeline.hpp"
#include "core/tokenizer/sentencepiece_tokenizer.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "tests/fuzz/input_files.hpp"
#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {
namespace {

const std::string kGolden = HEADLIGHT_SOURCE_DIR "/tests/core/tokenizer/golden/";

// What goes through a tokenizer that was read.
constexpr std::string_view kTexts[] = {"", " a  ab abc\n", "Hello, World! It's 12345.67 <s>", "日本 é e\u0301 ﬁ \U0001F469\u200D\U0001F469"};

// A tokenizer.json whose vocabulary is a handful of tokens and those that are added, so that an input is small and quick.
Json with_small_model(Json definition) {
  Json model = definition["model"];
  const std::string type = model.value_or("type", "BPE"), prefix = model.value_or("continuing_subword_prefix", "");
  std::map<std::int64_t, std::string> tokens;  // by id
  if (definition["added_tokens"].is_array())
    for (const Json& token : definition["added_tokens"].as_array()) tokens[token["id"].as_integer()] = token["content"].as_string();
  std::int64_t next = 0;
  const std::vector<std::string> few = {"a", "b", "ab", "Ġ", "▁", "<unk>", "<0x61>", "[UNK]", "##b", prefix.empty() ? "c" : prefix + "b"};
  for (const std::string& token : few) {
    while (tokens.contains(next)) ++next;
    tokens[next] = token;
  }
  Json vocab = Json::object(), scored = Json::array();
  for (const auto& [id, token] : tokens) {
    if (!vocab.contains(token)) vocab.set(token, id);
    scored.push(Json(Json::Array{token, -1.5}));
  }
  if (type == "BPE") model.set("merges", Json(Json::Array{"a " + prefix + "b"}));
  if (type == "Unigram") model.set("unk_id", 0);
  model.set("vocab", type == "Unigram" ? scored : vocab);
  definition.set("model", std::move(model));
  return definition;
}

InputFolder& tokenizer_folder() {
  static InputFolder kFolder{"tokenizer_config.json", "vocab.json", "merges.txt", "special_tokens_map.json", "added_tokens.json", "config.json", "tokenizer.model"};
  return kFolder;
}

void read_tokenizer_json(std::string_view input) {
  const Tokenizer tokenizer = Tokenizer::from_json(parse_json(input));
  for (const std::string_view text : kTexts) tokenizer.decode(tokenizer.encode(text).ids);
}

std::vector<std::string> tokenizer_json_seeds() {
  std::vector<std::string> seeds;
  const Json definitions = parse_json_file(kGolden + "tokenizers.json");
  for (const auto& [name, definition] : definitions.as_object())
    try {
      const Json small = with_small_model(definition);
      Tokenizer::from_json(small);
      seeds.push_back(to_text(small));
    } catch (const Error&) {  // its stages name tokens that are not there now
    }
  return seeds;
}

void read_tokenizer_model(std::string_view input) {
  const tokenization::SentencePieceFile file = tokenization::parse_sentencepiece(input);
  tokenization::TokenizerFiles files = tokenization::sentencepiece_tokenizer(file, {.adds_bos = file.bos_id >= 0}, Json::array());
  const tokenization::Pipeline pipeline(files.definition, std::move(files.model), std::move(files.normalizer));
  for (const std::string_view text : kTexts) pipeline.decode(pipeline.encode(text, true).ids, false);
}

std::vector<std::string> tokenizer_model_seeds() {
  std::vector<std::string> seeds;
  for (const char* name : {"bpe", "bpe-no-prefix", "bpe-user-defined", "unigram-rules", "unigram-user-defined"})
    seeds.push_back(read_file(kGolden + name + ".model"));
  return seeds;
}

void read_tokenizer_files(std::string_view input) {
  const Tokenizer tokenizer = Tokenizer::open(tokenizer_folder().with(input));
  for (const std::string_view text : kTexts) tokenizer.decode(tokenizer.encode(text).ids);
}

std::vector<std::string> tokenizer_files_seeds() {
  const std::string next(InputFolder::kNextFile), vocab = R"({"a": 0, "b": 1, "ab": 2, "Ġ": 3, "<s>": 4, "</s>": 5, "<unk>": 6, "<|endoftext|>": 7})";
  const std::string merges = "#version: 0.2\na b\n";
  std::vector<std::string> seeds;
  for (const char* config : {R"({"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true, "add_bos_token": true, "added_tokens_decoder": {"8": {"content": "[x]",
        "single_word": false, "lstrip": true, "rstrip": false, "normalized": false, "special": true}}})",
                             R"({"tokenizer_class": "Qwen2Tokenizer", "additional_special_tokens": ["[y]", "[z]"]})",
                             R"({"tokenizer_class": "RobertaTokenizerFast", "trim_offsets": true})"})
    seeds.push_back(config + next + vocab + next + merges + next + R"({"bos_token": "<s>", "pad_token": {"content": "[pad]", "lstrip": true}})" + next + R"({"[x]": 8})");
  seeds.push_back(next + vocab + next + merges + next + next + next + R"({"model_type": "gpt2"})");
  for (const char* config : {R"({"tokenizer_class": "LlamaTokenizer", "legacy": false})", R"({"tokenizer_class": "T5Tokenizer", "add_bos_token": true})"})
    seeds.push_back(config + next + next + next + next + next + next + read_file(kGolden + "unigram-rules.model"));
  return seeds;
}

}  // namespace

const Target tokenizer_json_target{.name = "tokenizer-json", .read = read_tokenizer_json, .max_input = 4096, .seeds = tokenizer_json_seeds, .fixed_mb = 8};
const Target tokenizer_model_target{.name = "tokenizer-model", .read = read_tokenizer_model, .max_input = 8192, .seeds = tokenizer_model_seeds, .fixed_mb = 8};
const Target tokenizer_files_target{.name = "tokenizer-files", .read = read_tokenizer_files, .max_input = 4096, .seeds = tokenizer_files_seeds, .fixed_mb = 8};

}  // namespace headlight::fuzz
