// The real vocabularies, fixtures and models of ../shared: ids, tokens, offsets and decoded text of the reference library.
#include <gtest/gtest.h>

#include "tests/core/tokenizer/golden.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;

const fs::path kShared = HEADLIGHT_SOURCE_DIR "/../shared";

std::vector<fs::path> folders_with(const fs::path& parent, std::string_view file) {
  std::vector<fs::path> folders;
  if (!fs::exists(parent)) return folders;
  for (const auto& entry : fs::recursive_directory_iterator(parent)) {
    if (entry.path().filename() == file) folders.push_back(entry.path().parent_path());
  }
  return folders;
}

void expect_case(const Tokenizer& tokenizer, const Json& expected) {
  const Encoding encoding = tokenizer.encode(expected["text"].as_string(), expected["special"].as_bool());
  const auto ids = ids_of(expected["ids"]);
  EXPECT_EQ(encoding.ids, ids) << expected["text"].as_string();
  EXPECT_EQ(encoding.tokens, texts_of(expected["tokens"])) << expected["text"].as_string();
  EXPECT_TRUE(encoding.offsets == spans_of(expected["offsets"])) << expected["text"].as_string();
  EXPECT_EQ(tokenizer.decode(ids), expected["decoded"].as_string());
  EXPECT_EQ(tokenizer.decode(ids, true), expected["decoded_skip"].as_string());
}

TEST(SharedFixtures, GiveTheReferencesIdsTokensOffsetsAndTexts) {
  const auto folders = folders_with(kShared / "fixtures" / "tokenizers", "cases.jsonl");
  if (folders.empty()) GTEST_SKIP() << "no ../shared/fixtures beside the repository";
  for (const fs::path& folder : folders) {
    SCOPED_TRACE(folder);
    const Tokenizer tokenizer = Tokenizer::open(folder);
    std::ifstream cases(folder / "cases.jsonl");
    int n_cases = 0;
    for (std::string line; std::getline(cases, line); ++n_cases) expect_case(tokenizer, parse_json(line));
    EXPECT_GT(n_cases, 0);
  }
}

TEST(SharedVocabularies, GiveTheExpectedIdsOfHardStrings) {
  const auto folders = folders_with(kShared / "tokenizers", "tests.json");
  if (folders.empty()) GTEST_SKIP() << "no ../shared/tokenizers beside the repository";
  for (const fs::path& folder : folders) {
    SCOPED_TRACE(folder);
    const Tokenizer tokenizer = Tokenizer::open(folder);
    const Json cases = parse_json_file(folder / "tests.json");
    EXPECT_GT(cases.size(), 0U);
    for (const Json& expected : cases.as_array()) {
      EXPECT_EQ(tokenizer.encode(expected["text"].as_string(), false).ids, ids_of(expected["ids"]))
          << expected["text"].as_string();
    }
  }
}

TEST(SharedModels, GiveTheIdsOfTheirTestsAndReferences) {
  const auto folders = folders_with(kShared / "models", "tokenizer.json");
  if (folders.empty()) GTEST_SKIP() << "no ../shared/models beside the repository";
  for (const fs::path& folder : folders) {
    SCOPED_TRACE(folder);
    const Tokenizer tokenizer = Tokenizer::open(folder);
    EXPECT_GT(tokenizer.vocab_size(), 0);
    if (fs::exists(folder / "tests.json")) {
      const Json tests = parse_json_file(folder / "tests.json");
      for (const Json& expected : tests.as_array()) {
        EXPECT_EQ(tokenizer.encode(expected["text"].as_string()).ids, ids_of(expected["ids_with_bos"]));
      }
    }
    if (!fs::exists(folder / "reference.json")) continue;
    const Json reference = parse_json_file(folder / "reference.json");
    for (const Json& expected : reference["cases"].as_array()) {
      std::vector<TokenId> ids = ids_of(expected["ids"]);
      const std::vector<TokenId> encoded = tokenizer.encode(expected["text"].as_string()).ids;
      if (ids.size() == encoded.size() + 1) ids.erase(ids.begin());  // a first token that the model's user puts there
      EXPECT_EQ(encoded, ids) << expected["text"].as_string();
    }
  }
}

}  // namespace
}  // namespace headlight
