#include "core/tokenizer/tokenizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/core/tokenizer/golden.hpp"

namespace headlight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Tokenizer golden(std::string_view name) { return Tokenizer::from_json(golden_tokenizers().at(name)); }

TEST(Tokenizer, KnowsItsTokens) {
  const Tokenizer tokenizer = golden("added-tokens");
  const auto id = tokenizer.id_of("<|endoftext|>");
  ASSERT_TRUE(id);
  EXPECT_TRUE(tokenizer.is_special(*id));
  EXPECT_EQ(tokenizer.token(*id), "<|endoftext|>");
  EXPECT_EQ(tokenizer.token(*tokenizer.id_of("Ġthe")), "Ġthe");
  EXPECT_FALSE(tokenizer.is_special(*tokenizer.id_of("Ġthe")));
  EXPECT_FALSE(tokenizer.id_of("no such token"));
  EXPECT_EQ(tokenizer.token(-1), "");
  EXPECT_EQ(tokenizer.token(tokenizer.vocab_size()), "");
  EXPECT_NE(tokenizer.token(tokenizer.vocab_size() - 1), "");
}

TEST(Tokenizer, HashesItsDefinition) {
  EXPECT_EQ(golden("gpt2").content_hash(), golden("gpt2").content_hash());
  EXPECT_NE(golden("gpt2").content_hash(), golden("llama3").content_hash());
}

TEST(Tokenizer, CountsOffsetsInCodePoints) {
  const Encoding encoding = golden("normalizer-prepend").encode("é—a");
  EXPECT_THAT(encoding.offsets, ElementsAre(TextSpan{0, 1}, TextSpan{0, 1}, TextSpan{0, 1}, TextSpan{1, 2}, TextSpan{2, 3}));
}

TEST(Tokenizer, RefusesTextThatIsNoUtf8) {
  EXPECT_THAT(message_of([] { golden("gpt2").encode("ab\xff"); }), HasSubstr("no UTF-8 at its byte 2 of 3"));
}

TEST(Tokenizer, RefusesToDecodeIdsThatItDoesNotHave) {
  const Tokenizer tokenizer = golden("gpt2");
  EXPECT_THAT(message_of([&] { tokenizer.decode(std::vector<TokenId>{1, 99999}); }), HasSubstr("the id 99999 is no token"));
  EXPECT_THAT(message_of([&] { tokenizer.decode(std::vector<TokenId>{-1}); }), HasSubstr("the id -1 is no token"));
}

TEST(Tokenizer, BringsByteLevelTextBackUnchanged) {
  const Tokenizer tokenizer = golden("gpt2");
  std::string text;
  for (char32_t code = 1; code < 0x3000; code += 7) text += code < 0x80 ? std::string(1, static_cast<char>(code)) : "é日😀\t ";
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(text).ids), text);
}

TEST(Tokenizer, EncodesLongTextsInAboutLinearTime) {
  std::string words;
  for (int i = 0; i < 40000; ++i) words += "word" + std::to_string(i % 97) + " ";
  for (const std::string_view name : {"gpt2", "sentence-piece-bpe", "unigram-whole"}) {
    const Tokenizer tokenizer = golden(name);
    EXPECT_GT(tokenizer.encode(words).ids.size(), 40000U);
    EXPECT_GT(tokenizer.encode(std::string(300000, 'a')).ids.size(), 1000U);  // one word without end
  }
}

TEST(Tokenizer, EncodesFromManyThreadsAtOnce) {
  const Tokenizer tokenizer = golden("llama3");
  const std::string text = "Hello, World! The dog didn't mind; it's used to that 12345 times.";
  const std::vector<TokenId> expected = tokenizer.encode(text).ids;
  std::vector<std::thread> threads;
  std::atomic<int> n_different = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 200; ++round) {
        n_different += tokenizer.encode(text).ids != expected;
        tokenizer.encode("text " + std::to_string(round * (i + 1)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(n_different, 0);
}

}  // namespace
}  // namespace headlight
