// Every kind of stage against the reference library's ids, tokens, offsets and decoded texts.
#include <gtest/gtest.h>

#include <map>

#include "tests/core/tokenizer/golden.hpp"

namespace headlight {

void PrintTo(const TextSpan& span, std::ostream* out) { *out << '(' << span.begin << ", " << span.end << ')'; }

namespace {

std::vector<std::string> vocabulary_tokens(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  std::vector<std::string> tokens;
  for (const TokenId id : ids) tokens.push_back(tokenizer.token(id));
  return tokens;
}

void expect_case(const Tokenizer& tokenizer, const Json& expected) {
  SCOPED_TRACE(expected["tokenizer"].as_string() + ": " + expected["text"].as_string());
  const Encoding encoding = tokenizer.encode(expected["text"].as_string(), expected["special"].as_bool());
  const auto ids = ids_of(expected["ids"]);
  EXPECT_EQ(encoding.ids, ids);
  EXPECT_EQ(encoding.tokens, expected.contains("tokens") ? texts_of(expected["tokens"]) : vocabulary_tokens(tokenizer, ids));
  EXPECT_EQ(encoding.offsets, spans_of(expected["offsets"]));
  const std::string& decoded = expected["decoded"].as_string();
  EXPECT_EQ(tokenizer.decode(ids), decoded);
  EXPECT_EQ(tokenizer.decode(ids, true), expected.contains("decoded_skip") ? expected["decoded_skip"].as_string() : decoded);
}

TEST(TokenizerGolden, EveryStageGivesTheReferencesIdsTokensOffsetsAndTexts) {
  std::map<std::string, Tokenizer> tokenizers;
  for (const auto& [name, definition] : golden_tokenizers().as_object()) {
    SCOPED_TRACE(name);
    ASSERT_NO_THROW(tokenizers.emplace(name, Tokenizer::from_json(definition)));
  }
  const std::vector<Json> cases = json_lines(kGolden / "cases.jsonl");
  EXPECT_GT(cases.size(), 500U);
  for (const Json& expected : cases) expect_case(tokenizers.at(expected["tokenizer"].as_string()), expected);
}

}  // namespace
}  // namespace headlight
