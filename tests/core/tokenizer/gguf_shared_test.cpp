// Real vocabularies beside the repository, turned into GGUF metadata and read back.
#include <gtest/gtest.h>

#include "tests/core/tokenizer/gguf_of.hpp"
#include "tests/core/tokenizer/golden.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

const fs::path kSharedVocabularies = HEADLIGHT_SOURCE_DIR "/../shared";

TEST(SharedVocabulariesAsGguf, GiveTheSameIds) {
  int n_models = 0;
  for (const auto& [folder, way] : {std::pair("gpt-2", "gpt-2"), {"falcon", "falcon"}, {"qwen2", "qwen2"}, {"llama-spm", "llama"}}) {
    const fs::path place = kSharedVocabularies / "tokenizers" / folder;
    if (!fs::exists(place / "tests.json")) continue;
    ++n_models;
    const bool is_pieces = fs::exists(place / "tokenizer.model");
    const Tokenizer tokenizer = open_gguf(is_pieces ? gguf_of(tokenization::parse_sentencepiece(read_file(place / "tokenizer.model")))
                                                    : gguf_of(parse_json_file((place / "tokenizer.json").string()), way));
    const Json cases = parse_json_file((place / "tests.json").string());
    for (const Json& expected : cases.as_array())
      EXPECT_EQ(tokenizer.encode(expected["text"].as_string(), false).ids, ids_of(expected["ids"])) << folder << ": " << expected["text"].as_string();
  }
  if (n_models == 0) GTEST_SKIP() << "no ../shared/tokenizers beside the repository";
}

TEST(SharedFixturesAsGguf, GiveTheReferencesIdsAndTexts) {
  int n_models = 0;
  for (const auto& [folder, way] : {std::pair("gpt2", "gpt-2"), {"llama3", "llama-bpe"}, {"qwen2", "qwen2"}}) {
    const fs::path place = kSharedVocabularies / "fixtures" / "tokenizers" / folder;
    if (!fs::exists(place / "cases.jsonl")) continue;
    ++n_models;
    testing_support::GgufBytes bytes = gguf_of(parse_json_file((place / "tokenizer.json").string()), way);
    if (std::string_view(folder) == "llama3") bytes.value("tokenizer.ggml.bos_token_id", 0u);
    const Tokenizer tokenizer = open_gguf(bytes);
    for (const Json& expected : json_lines(place / "cases.jsonl")) {
      const auto ids = ids_of(expected["ids"]);
      EXPECT_EQ(tokenizer.encode(expected["text"].as_string(), expected["special"].as_bool()).ids, ids) << folder << ": " << expected["text"].as_string();
      EXPECT_EQ(tokenizer.decode(ids, true), expected["decoded_skip"].as_string());
    }
  }
  if (n_models == 0) GTEST_SKIP() << "no ../shared/fixtures beside the repository";
}

}  // namespace
}  // namespace headlight
