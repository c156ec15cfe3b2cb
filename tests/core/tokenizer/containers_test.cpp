// The trie, the word cache and UTF-8.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "core/tokenizer/precompiled_map.hpp"
#include "core/tokenizer/protobuf_reader.hpp"
#include "core/tokenizer/token_trie.hpp"
#include "core/tokenizer/utf8.hpp"
#include "core/tokenizer/word_cache.hpp"
#include "tests/core/tokenizer/golden.hpp"

namespace headlight::tokenization {
namespace {

TEST(TokenTrie, FindsTheLongestStringAtAPlace) {
  const TokenTrie trie({{"a", 0}, {"ab", 1}, {"abcd", 2}, {"b", 3}});
  ASSERT_TRUE(trie.longest_at("xabcx", 1));
  EXPECT_EQ(trie.longest_at("xabcx", 1)->end, 3U);
  EXPECT_EQ(trie.longest_at("xabcx", 1)->value, 1U);
  EXPECT_EQ(trie.longest_at("abcd", 0)->value, 2U);
  EXPECT_FALSE(trie.longest_at("xabcx", 0));
  EXPECT_EQ(trie.next_candidate("xxxb", 0), 3U);
  EXPECT_EQ(trie.next_candidate("xxx", 0), 3U);
}

TEST(TokenTrie, GivesAllStringsShortestFirst) {
  const TokenTrie trie({{"abc", 2}, {"a", 0}, {"ab", 1}});
  std::vector<std::uint32_t> values;
  trie.for_each_at("abcd", 0, [&](size_t end, std::uint32_t value) {
    EXPECT_EQ(end, value + 1);
    values.push_back(value);
  });
  EXPECT_THAT(values, testing::ElementsAre(0, 1, 2));
}

TEST(TokenTrie, KeepsTheLastOfEqualStrings) { EXPECT_EQ(TokenTrie({{"a", 1}, {"a", 2}}).longest_at("a", 0)->value, 2U); }

TEST(TokenTrie, FindsNothingWhenItIsEmpty) { EXPECT_FALSE(TokenTrie().longest_at("a", 0)); }

TEST(WordCache, RemembersWordsThroughItsGrowth) {
  WordCache cache;
  const auto tokens_of = [](int i) { return std::vector<ModelToken>(1 + i % 3, ModelToken{.id = i}); };
  constexpr int kWords = 20000;
  for (int i = 0; i < kWords; ++i) {
    ASSERT_FALSE(cache.find("word" + std::to_string(i)));
    cache.put("word" + std::to_string(i), tokens_of(i));
  }
  for (int i = 0; i < kWords; ++i) {
    const auto tokens = cache.find("word" + std::to_string(i));
    ASSERT_TRUE(tokens);
    ASSERT_EQ(tokens->size(), tokens_of(i).size());
    EXPECT_EQ((*tokens)[0].id, i);
  }
}

TEST(WordCache, ForgetsEverythingRatherThanGrowWithoutEnd) {
  WordCache cache;
  for (int i = 0; i < 200000; ++i) cache.put("word" + std::to_string(i), {});
  EXPECT_FALSE(cache.find("word0"));
  EXPECT_TRUE(cache.find("word199999"));
}

TEST(WordCache, HoldsNoMoreTokensOfLongWordsThanOfShortOnes) {
  WordCache cache;
  const std::vector<ModelToken> by_bytes(WordCache::kLongestWord);
  for (int i = 0; i < 20000; ++i) {
    std::string word = std::to_string(i);
    word.resize(WordCache::kLongestWord, '-');
    cache.put(word, by_bytes);
    ASSERT_LE(cache.n_tokens(), WordCache::kMostTokens);
    ASSERT_TRUE(cache.find(word));
  }
}

TEST(Utf8, FindsWhatIsIllFormed) {
  for (const std::string_view text :
       {"\x80", "a\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_NE(find_invalid_utf8(text), std::string_view::npos);
  }
  EXPECT_EQ(find_invalid_utf8("aé€😀\U0010ffff"), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("abcdefgh\xff"), 8U);
}

TEST(Utf8, RepairsEachMaximalIllFormedPartOnce) {
  EXPECT_EQ(repair_utf8("a\xf0\x9f\x98"
                        "b\xe2\x82"
                        "c\xff\xfe"),
            "a\uFFFDb\uFFFDc\uFFFD\uFFFD");
  EXPECT_EQ(repair_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
}

TEST(CodePointIndex, CountsCodePointsBeforeEachByte) {
  const CodePointIndex index("aé€b");
  EXPECT_EQ(index.at(0), 0);
  EXPECT_EQ(index.at(2), 1);
  EXPECT_EQ(index.at(5), 2);
  EXPECT_EQ(index.at(6), 3);
}

TEST(PrecompiledMap, RefusesAStringThatEndsAmidACharacter) {
  std::vector<std::uint32_t> units(0xc4);  // [node]: the root's children are at their labels
  units[0xc3] = 0xc3 | 1 << 8 | 1 << 10;   // the first byte of "é", which ends a string whose value is beside it
  units[0xc2] = 0x80000000;
  std::string bytes(4, '\0');
  const auto size = static_cast<std::uint32_t>(units.size() * 4);
  std::memcpy(bytes.data(), &size, 4);
  bytes.append(reinterpret_cast<const char*>(units.data()), size).append("x\0", 2);
  const PrecompiledMap map(bytes);
  EXPECT_FALSE(map.longest("a"));
  EXPECT_THROW(map.longest("é"), Error);
  EXPECT_THROW(map.shortest("é"), Error);
}

TEST(PrecompiledMap, RefusesSizesThatContradictEachOther) {
  using namespace std::string_literals;
  for (const std::string& bytes : {""s, "ab"s, "\x04\0\0\0ab"s,
                                   "\xff\xff\xff\xff"
                                   "abcdefgh"s,
                                   "\x03\0\0\0abcd"s, "\0\0\0\0"s}) {
    EXPECT_THROW(PrecompiledMap map(bytes), Error);
  }
  EXPECT_THROW(decode_base64("a!b="), Error);
  EXPECT_EQ(decode_base64("aGVsbG8="), "hello");
}

TEST(ProtobufReader, RefusesMessagesThatBreakOff) {
  for (const std::string_view bytes :
       {"\x0a",
        "\x0a\x05"
        "abc",
        "\x08", "\x08\xff", "\x0d\x01\x02", "\x0b", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    EXPECT_THROW(
        {
          ProtobufReader reader(bytes);
          while (reader.next()) {
          }
        },
        Error);
  }
}

TEST(ProtobufReader, RefusesAValueOfAnotherType) {
  ProtobufReader reader("\x08\x05");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field(), 1);
  EXPECT_EQ(reader.integer(), 5U);
  EXPECT_THROW(reader.bytes(), Error);
  EXPECT_THROW(reader.real(), Error);
}

}  // namespace
}  // namespace headlight::tokenization
