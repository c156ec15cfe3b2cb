// Tokenizers as folders: tokenizer.json, tokenizer.model, vocab.json with merges.txt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/files.hpp"
#include "core/base/random.hpp"
#include "tests/core/tokenizer/golden.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A folder of its own for each test, gone with it.
class TokenizerFolder : public testing::Test {
 protected:
  TokenizerFolder() { fs::create_directories(path_); }
  ~TokenizerFolder() override { fs::remove_all(path_); }

  void write(std::string_view name, std::string_view content) const { write_file(path_ / name, content); }
  Tokenizer open() const { return Tokenizer::open(path_); }
  std::string problem() const {
    return message_of([&] { open(); });
  }
  void write_gpt2_files() const {
    const Json& model = golden_tokenizers().at("gpt2")["model"];
    write("vocab.json", to_text(model["vocab"]));
    std::string merges = "#version: 0.2\n";
    for (const Json& pair : model["merges"].as_array()) merges += pair[0].as_string() + " " + pair[1].as_string() + "\n";
    write("merges.txt", merges);
  }

  const fs::path path_ = fs::path(HEADLIGHT_BINARY_DIR) /
                         ("tokenizer_folder_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(TokenizerFolder, SaysWhatItLacks) { EXPECT_THAT(problem(), HasSubstr("no tokenizer.json, no tokenizer.model")); }

TEST_F(TokenizerFolder, ReadsTokenizerJson) {
  write("tokenizer.json", to_text(golden_tokenizers().at("gpt2")));
  EXPECT_EQ(open().encode("the dog").ids, Tokenizer::from_json(golden_tokenizers().at("gpt2")).encode("the dog").ids);
  EXPECT_EQ(open().content_hash(), Tokenizer::from_json(golden_tokenizers().at("gpt2")).content_hash());
}

TEST_F(TokenizerFolder, NamesTheFileThatIsBroken) {
  write("tokenizer.json", R"({"model": )");
  EXPECT_THAT(problem(), HasSubstr("tokenizer.json: not valid JSON"));
  write("tokenizer.json", "{}");
  EXPECT_THAT(problem(), HasSubstr("tokenizer.json: the field \"model\" is missing"));
}

TEST_F(TokenizerFolder, ReadsVocabAndMergesOfGpt2) {
  write_gpt2_files();
  write("config.json", R"({"model_type": "gpt2"})");
  const Tokenizer ours = open(), expected = Tokenizer::from_json(golden_tokenizers().at("gpt2"));
  for (const Json& golden : json_lines(kGolden / "cases.jsonl")) {
    if (golden["tokenizer"] != Json("gpt2")) continue;
    const std::string& text = golden["text"].as_string();
    EXPECT_EQ(ours.encode(text).ids, expected.encode(text).ids);
    EXPECT_EQ(ours.decode(ours.encode(text).ids), text);
  }
}

TEST_F(TokenizerFolder, AddsTheTokensOfTokenizerConfig) {
  write_gpt2_files();
  const int n = Tokenizer::from_json(golden_tokenizers().at("gpt2")).vocab_size();
  const Json token = parse_json(
      R"({"content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true})");
  write("tokenizer_config.json", to_text(Json::object({{"tokenizer_class", "GPT2TokenizerFast"},
                                                       {"added_tokens_decoder", Json::object({{std::to_string(n), token}})},
                                                       {"bos_token", "<s>"},
                                                       {"add_bos_token", true}})));
  EXPECT_EQ(open().encode("a").ids[0], n);
  EXPECT_EQ(open().encode("a", false).ids.size(), 1U);
  EXPECT_TRUE(open().is_special(n));
}

TEST_F(TokenizerFolder, ReadsVocabAndMergesAloneAsGpt2sWhereBytesAreSpelled) {
  write_gpt2_files();
  EXPECT_EQ(open().encode("the dog's\n").ids, Tokenizer::from_json(golden_tokenizers().at("gpt2")).encode("the dog's\n").ids);
  write("vocab.json", R"({"▁": 0, "a": 1})");
  EXPECT_THAT(problem(), HasSubstr("do not say how text is cut, and the rules of a vocabulary that has no \"Ġ\" for the space"));
}

TEST_F(TokenizerFolder, ComposesCharactersWhereTheClassDoes) {
  write_gpt2_files();
  EXPECT_NE(open().encode("e\u0301").ids, open().encode("\u00e9").ids);
  write("tokenizer_config.json", R"({"tokenizer_class": "GPTNeoXTokenizer"})");
  EXPECT_EQ(open().encode("e\u0301").ids, open().encode("\u00e9").ids);
}

TEST_F(TokenizerFolder, TakesSpecialTokensFromTheirMap) {
  write_gpt2_files();
  const int n = Tokenizer::from_json(golden_tokenizers().at("gpt2")).vocab_size();
  write("added_tokens.json", R"({"<pad>": )" + std::to_string(n) + "}");
  write("special_tokens_map.json", R"({"pad_token": "<pad>", "mask_token": {"content": "<mask>", "lstrip": true}, "additional_special_tokens": ["<x>"]})");
  const Tokenizer tokenizer = open();
  const Encoding encoding = tokenizer.encode("<pad> <mask><x>");
  EXPECT_EQ(encoding.ids, (std::vector<TokenId>{n, n + 1, n + 2}));
  EXPECT_EQ(encoding.offsets[1], (TextSpan{5, 12}));  // with the space before it
  EXPECT_EQ(tokenizer.decode(encoding.ids, true), "");
}

TEST_F(TokenizerFolder, EnclosesTextsAsRoberta) {
  write_gpt2_files();
  write("tokenizer_config.json", R"({"tokenizer_class": "RobertaTokenizer", "cls_token": "a", "sep_token": "b", "mask_token": "<mask>"})");
  const Encoding encoding = open().encode(" dog");
  EXPECT_EQ(encoding.tokens.front(), "a");
  EXPECT_EQ(encoding.tokens.back(), "b");
  EXPECT_EQ(encoding.offsets[1].begin, 1);  // spaces are trimmed
  write("tokenizer_config.json", R"({"tokenizer_class": "RobertaTokenizer"})");
  EXPECT_THAT(problem(), HasSubstr("texts are to have their \"cls_token\", but \"\" is not in the vocabulary"));
}

TEST_F(TokenizerFolder, RefusesIdsThatAreNone) {
  write_gpt2_files();
  write("added_tokens.json", R"({"<pad>": 4294967296})");
  EXPECT_THAT(problem(), HasSubstr("added_tokens.json: the token \"<pad>\" has the id 4294967296; ids up to"));
  write("added_tokens.json", "{}");
  write("vocab.json", R"({"Ġ": 9223372036854775807})");
  EXPECT_THAT(problem(), HasSubstr("vocab.json: the token \"Ġ\" has the id 9223372036854775807; ids up to"));
}

TEST_F(TokenizerFolder, RefusesVocabAndMergesOfAnUnknownClass) {
  write_gpt2_files();
  write("tokenizer_config.json", R"({"tokenizer_class": "MagicTokenizer"})");
  EXPECT_THAT(problem(), HasSubstr("the rules of \"MagicTokenizer\" are not known here"));
}

TEST_F(TokenizerFolder, CutsSentencePieceModelsAsSentencePieceDoes) {
  const std::vector<Json> cases = json_lines(kGolden / "sentencepiece.jsonl");
  EXPECT_GT(cases.size(), 50U);
  for (const Json& expected : cases) {
    write("tokenizer.model", read_file(kGolden / (expected["model"].as_string() + ".model")));
    EXPECT_EQ(open().encode(expected["text"].as_string(), false).ids, ids_of(expected["ids"])) << to_text(expected);
  }
}

TEST_F(TokenizerFolder, BeginsSentencePieceTextsAsTheirConfigurationSays) {
  write("tokenizer.model", read_file(kGolden / "bpe-bytes.model"));
  EXPECT_EQ(open().encode("a").ids[0], *open().id_of("<s>"));
  EXPECT_EQ(open().decode(open().encode("the dog").ids, true), "the dog");
  write("tokenizer_config.json", R"({"tokenizer_class": "LlamaTokenizer", "add_bos_token": false, "add_eos_token": true})");
  EXPECT_NE(open().encode("a").ids[0], *open().id_of("<s>"));
  EXPECT_EQ(open().encode("a").ids.back(), *open().id_of("</s>"));
  write("tokenizer_config.json", R"({"tokenizer_class": "MagicTokenizer"})");
  EXPECT_THAT(problem(), HasSubstr("\"MagicTokenizer\""));
}

TEST_F(TokenizerFolder, RefusesATextInThePlaceOfASentencePieceModel) {
  write("tokenizer.model", "IQ== 0\nIg== 1\n");  // the format of tiktoken
  EXPECT_THAT(problem(), HasSubstr("tokenizer.model: "));
}

TEST_F(TokenizerFolder, NeverCrashesOnABrokenSentencePieceModel) {
  const std::string whole = read_file(kGolden / "unigram-rules.model");
  Random random(3);
  int n_refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string broken = whole.substr(0, round < 200 ? random.below(whole.size()) : whole.size());
    for (int i = round < 200 ? 2 : 0; i < 3 && !broken.empty(); ++i)
      broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    write("tokenizer.model", broken);
    try {
      const Tokenizer tokenizer = open();
      tokenizer.decode(tokenizer.encode(" Hello  Wörld ÉAB\u3000ﬁ <s>").ids);
    } catch (const Error&) {
      ++n_refused;
    }
  }
  EXPECT_GT(n_refused, 100);
}

}  // namespace
}  // namespace headlight
