#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/tokenizer/gguf_of.hpp"
#include "tests/core/tokenizer/golden.hpp"

namespace headlight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::GgufBytes;
using testing_support::TemporaryFolder;

const std::vector<std::pair<std::string, std::string>> kWays = {
    {"gpt2", "gpt-2"}, {"llama3", "llama-bpe"}, {"o200k", "gpt-4o"}, {"falcon", "falcon"}, {"starcoder", "starcoder"}};

TEST(GgufTokenizer, CutsTextAsTheTokenizerItWasMadeFrom) {
  int n_cases = 0;
  for (const auto& [name, way] : kWays) {
    const Tokenizer tokenizer = open_gguf(gguf_of(golden_tokenizers().at(name), way));
    const Tokenizer original = Tokenizer::from_json(golden_tokenizers().at(name));
    for (const Json& expected : json_lines(kGolden / "cases.jsonl")) {
      const std::string& text = expected["text"].as_string();
      const Encoding encoding = tokenizer.encode(text, false);
      EXPECT_EQ(encoding.ids, original.encode(text, false).ids) << name << ": " << text;
      EXPECT_EQ(tokenizer.decode(encoding.ids), original.decode(encoding.ids));
      ++n_cases;
    }
  }
  EXPECT_GT(n_cases, 1000);
}

TEST(GgufTokenizer, MergesPiecesByTheirScores) {
  int n_bpe = 0;
  for (const char* name : {"bpe-bytes", "bpe", "bpe-no-prefix", "unigram-rules"}) {
    const tokenization::SentencePieceFile file = tokenization::parse_sentencepiece(read_file(kGolden / (std::string(name) + ".model")));
    if (file.kind == tokenization::SentencePieceFile::Kind::bpe && file.remove_extra_whitespaces) continue;  // Llama's keep spaces
    n_bpe += file.kind == tokenization::SentencePieceFile::Kind::bpe;
    const Tokenizer tokenizer = open_gguf(gguf_of(file));
    int n_cases = 0;
    for (const Json& expected : json_lines(kGolden / "sentencepiece.jsonl")) {
      if (expected["model"].as_string() != name) continue;
      ++n_cases;
      EXPECT_EQ(tokenizer.encode(expected["text"].as_string(), false).ids, ids_of(expected["ids"])) << name << ": " << expected["text"].as_string();
    }
    EXPECT_GT(n_cases, 10) << name;
  }
  EXPECT_GE(n_bpe, 1);
}

GgufBytes small_bpe() {
  GgufBytes bytes;
  bytes.value("tokenizer.ggml.model", "gpt2").value("tokenizer.ggml.pre", "gpt-2");
  bytes.value("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b", "ab", "<s>", "[x]", "Ġ"});
  bytes.value("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1, 1, 3, 4, 1});
  bytes.value("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
  return bytes;
}

TEST(GgufTokenizer, AddsTheTokensThatTheFileAsksFor) {
  const auto ids = [](GgufBytes bytes) { return open_gguf(bytes).encode("ab").ids; };
  EXPECT_THAT(ids(small_bpe()), ElementsAre(2));
  EXPECT_THAT(ids(small_bpe().value("tokenizer.ggml.bos_token_id", 3u)), ElementsAre(2));
  EXPECT_THAT(ids(small_bpe().value("tokenizer.ggml.bos_token_id", 3u).value("tokenizer.ggml.add_bos_token", true)), ElementsAre(3, 2));
  EXPECT_THAT(ids(small_bpe().value("tokenizer.ggml.eos_token_id", 3u).value("tokenizer.ggml.add_eos_token", true)), ElementsAre(2, 3));
}

TEST(GgufTokenizer, FindsControlAndUserDefinedTokensInTexts) {
  const Tokenizer tokenizer = open_gguf(small_bpe());
  const std::vector<TokenId> ids = tokenizer.encode("a<s>[x]ab").ids;
  EXPECT_THAT(ids, ElementsAre(0, 3, 4, 2));
  EXPECT_TRUE(tokenizer.is_special(3));
  EXPECT_FALSE(tokenizer.is_special(4));
  EXPECT_EQ(tokenizer.decode(ids, true), "a[x]ab");
}

TEST(GgufTokenizer, MayBeAWholeTokenizerJson) {
  const Json& definition = golden_tokenizers().at("llama3");
  const Tokenizer tokenizer = open_gguf(GgufBytes().value("tokenizer.huggingface.json", to_text(definition)));
  EXPECT_EQ(tokenizer.content_hash(), Tokenizer::from_json(definition).content_hash());
}

TEST(GgufTokenizer, IsReadFromTheOnlyFileOfAFolder) {
  const TemporaryFolder folder;
  write_file(folder / "model.gguf", small_bpe().file());
  EXPECT_THAT(Tokenizer::open(folder.path()).encode("ab").ids, ElementsAre(2));
  write_file(folder / "other.gguf", small_bpe().file());
  EXPECT_THAT(message_of([&] { Tokenizer::open(folder.path()); }), HasSubstr("holds 2 GGUF files (model.gguf, other.gguf)"));
}

TEST(GgufTokenizer, IsRefusedByWhatItLacks) {
  const auto refusal = [](const GgufBytes& bytes) { return message_of([&] { open_gguf(bytes); }); };
  const auto model = [](const char* name) { return GgufBytes().value("tokenizer.ggml.model", name); };
  const std::vector<std::string> tokens{"a", "b"};
  EXPECT_THAT(refusal(GgufBytes()), HasSubstr("model.gguf: it brings no tokenizer"));
  EXPECT_THAT(refusal(model("bert")), HasSubstr("\"tokenizer.ggml.model\" is \"bert\", which Headlight does not read; it reads gpt2, llama and t5"));
  EXPECT_THAT(refusal(model("gpt2")), HasSubstr("\"tokenizer.ggml.tokens\" is missing or empty"));
  EXPECT_THAT(refusal(model("gpt2").value("tokenizer.ggml.tokens", tokens).value("tokenizer.ggml.pre", "nimbus")),
              HasSubstr("\"tokenizer.ggml.pre\" is \"nimbus\", a way of cutting text that Headlight does not know; it knows falcon, gpt-2"));
  EXPECT_THAT(refusal(model("gpt2").value("tokenizer.ggml.tokens", tokens)), HasSubstr("\"tokenizer.ggml.merges\" is missing"));
  EXPECT_THAT(refusal(model("gpt2").value("tokenizer.ggml.tokens", tokens).value("tokenizer.ggml.merges", std::vector<std::string>{"a c"})),
              HasSubstr("merges: [0]: the token \"c\" is not in the vocabulary"));
  EXPECT_THAT(refusal(model("llama").value("tokenizer.ggml.tokens", tokens)), HasSubstr("\"tokenizer.ggml.scores\" is missing"));
  EXPECT_THAT(refusal(model("llama").value("tokenizer.ggml.tokens", tokens).value("tokenizer.ggml.scores", std::vector<float>{1})),
              HasSubstr("\"tokenizer.ggml.scores\" has 1 entries for 2 tokens"));
  EXPECT_THAT(refusal(model("llama").value("tokenizer.ggml.tokens", tokens).value("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 7})),
              HasSubstr("the token 1 has the type 7, which is none of 1 to 6"));
  EXPECT_THAT(refusal(model("llama").value("tokenizer.ggml.tokens", std::vector<std::string>{"a", "\xff"})), HasSubstr("the token 1 is empty or no UTF-8"));
  EXPECT_THAT(refusal(small_bpe().value("tokenizer.ggml.bos_token_id", 6u)), HasSubstr("\"tokenizer.ggml.bos_token_id\" is 6, but there are 6 tokens"));
  const std::string beyond_32_bits("\x05\0\0\0\xfe\xff\xff\xff", 8);  // -8589934587, whose lower half is 5
  EXPECT_THAT(refusal(small_bpe().raw_value("tokenizer.ggml.bos_token_id", 11, beyond_32_bits).value("tokenizer.ggml.add_bos_token", true)),
              HasSubstr("BOS is to be added to every text, and the file does not say"));
  EXPECT_THAT(refusal(model("llama").value("tokenizer.ggml.tokens", tokens).raw_value("tokenizer.ggml.scores", 9, std::string("\x0c\0\0\0\2\0\0\0\0\0\0\0", 12) +
                          std::string("\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xef\x7f", 16))),  // 0 and the largest of 64 bits
              HasSubstr("the score of the token 1 is no finite number of 32 bits"));
  EXPECT_THAT(refusal(small_bpe().value("tokenizer.ggml.add_bos_token", true)), HasSubstr("BOS is to be added to every text, and the file does not say"));
}

}  // namespace
}  // namespace headlight
