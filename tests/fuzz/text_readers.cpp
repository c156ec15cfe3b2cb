#include <map>
#include <stdexcept>

#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "core/base/json.hpp"
#include "core/tasks/task.hpp"
#include "core/tokenizer/pipeline.hpp"
#include "core/tokenizer/sentencepiece_tokenizer.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "tests/fuzz/readers.hpp"

namespace headlight::fuzz {
namespace {

const std::string kTop = HEADLIGHT_SOURCE_DIR;

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

// Every character of ASCII is a token, and every letter with a space before it.
Tokenizer letters() {
  Json vocab = Json::object({{"Ġ", 0}});
  Json merges = Json::array();
  for (char c = '!'; c <= '~'; ++c) vocab.set(std::string(1, c), c - ' ');
  for (char c = 'A'; c <= 'z'; ++c) {
    merges.push("Ġ " + std::string(1, c));
    vocab.set("Ġ" + std::string(1, c), 96 + c - 'A');
  }
  const Json bytes = Json::object({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", false}});
  const Json model = Json::object({{"type", "BPE"}, {"vocab", vocab}, {"merges", merges}});
  return Tokenizer::from_json(Json::object({{"pre_tokenizer", bytes}, {"decoder", bytes}, {"model", model}}));
}

}  // namespace

void read_json(std::string_view input) {
  const Json value = parse_json(input);
  if (const Json again = parse_json(to_text(value)); to_text(again) != to_text(value)) throw std::logic_error("what was written is not read back");
  parse_json(to_pretty_text(value));
}

std::vector<std::string> json_seeds() {
  return {R"({"a": [1, -2.5e3, true, null, "x\u00e9\n\ud83d\ude00"], "b": {"c": []}})", "[[[[]]]]", "-0.0", "1e400", "\"\""};
}

void read_tokenizer_json(std::string_view input) {
  const Tokenizer tokenizer = Tokenizer::from_json(parse_json(input));
  for (const std::string_view text : kTexts) tokenizer.decode(tokenizer.encode(text).ids);
}

std::vector<std::string> tokenizer_json_seeds() {
  std::vector<std::string> seeds;
  const Json definitions = parse_json_file(kTop + "/tests/core/tokenizer/golden/tokenizers.json");
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
    seeds.push_back(read_file(kTop + "/tests/core/tokenizer/golden/" + name + ".model"));
  return seeds;
}

void read_task(std::string_view input) {
  static const Tokenizer kLetters = letters();
  const Task task = parse_task(parse_json(input));
  make_prompts(task, {.tokenizer = &kLetters, .vocab_size = kLetters.vocab_size(), .n_ctx = 256, .bos = std::nullopt}, 4, 1);
}

std::vector<std::string> task_seeds() {
  std::vector<std::string> seeds;
  for (const char* name : {"ioi", "repeated-random", "stories"}) {
    std::string text = to_text(parse_json_file(kTop + "/plugins/tasks/" + name + ".json"));
    if (text.size() <= 4096) seeds.push_back(std::move(text));
  }
  seeds.push_back(R"({"id": "x", "version": "1.0.0", "title": "X", "summary": "Y.", "lists": {"n": ["A", "B", "C"]}, "slots": {"P": "n", "Q": "n"},
    "templates": ["{P} and {Q}: {P} gave it to"], "roles": {"p": "{P}#1", "end": "end"}, "answer": " {Q}", "wrong": " {P}", "answer_tokens": "first",
    "corrupted": {"exchange": ["P", "Q"]}, "metric": {"kind": "logit_difference", "over": "answer"}})");
  return seeds;
}

}  // namespace headlight::fuzz
