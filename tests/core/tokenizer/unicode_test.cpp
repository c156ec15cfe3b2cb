// The classes of characters, and what normalizers do to each, are the reference's for every code point.
#include "core/tokenizer/unicode.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/pieces.hpp"
#include "tests/core/tokenizer/golden.hpp"

namespace headlight::tokenization {
namespace {

constexpr char32_t kEnd = 0x110000;

bool is_surrogate(char32_t code) { return code >= 0xd800 && code < 0xe000; }

const Json& golden_classes() {
  static const Json kClasses = parse_json_file((kGolden / "classes.json").string());
  return kClasses;
}

using Ranges = std::vector<std::pair<char32_t, char32_t>>;

Ranges golden_ranges(std::string_view name) {
  Ranges ranges;
  for (const Json& range : golden_classes()["ranges"].at(name).as_array()) {
    ranges.emplace_back(static_cast<char32_t>(range[0].as_integer()), static_cast<char32_t>(range[1].as_integer()));
  }
  return ranges;
}

Ranges ranges_of(const std::function<bool(char32_t)>& contains) {
  Ranges ranges;
  for (char32_t code = 1; code < kEnd; ++code) {
    if (is_surrogate(code) || !contains(code)) continue;
    if (!ranges.empty() && ranges.back().second == code - 1) {
      ranges.back().second = code;
    } else {
      ranges.emplace_back(code, code);
    }
  }
  return ranges;
}

TEST(UnicodeClasses, AreTheReferencesForEveryCodePoint) {
  EXPECT_EQ(ranges_of(is_white_space), golden_ranges("is_white_space"));
  EXPECT_EQ(ranges_of(is_punctuation), golden_ranges("is_punctuation"));
  EXPECT_EQ(ranges_of(is_numeric), golden_ranges("is_numeric"));
  EXPECT_EQ(ranges_of(is_word), golden_ranges("is_word"));
  EXPECT_EQ(ranges_of(is_combining_mark), golden_ranges("is_combining_mark"));
}

TEST(RegexClasses, AreOnigurumasForEveryCodePoint) {
  std::string all;
  for (char32_t code = 1; code < kEnd; ++code) {
    if (!is_surrogate(code)) append_utf8(all, code);
  }
  for (const auto& [name, unused] : golden_classes()["ranges"].as_object()) {
    if (!name.starts_with("regex ")) continue;
    const Regex regex(name.substr(6), Regex::Kind::oniguruma);
    std::vector<bool> matched(kEnd);
    Regex::Walk walk(regex, all);
    for (ByteSpan match; walk.next(match);) {
      size_t position = match.begin;
      matched[next_code_point(all, position)] = true;
    }
    EXPECT_EQ(ranges_of([&](char32_t code) { return matched[code]; }), golden_ranges(name)) << name;
  }
}

// A polynomial in 2^64 of all bytes; make_golden.py computes the same.
class Digest {
 public:
  void add(std::string_view text) {
    for (const char byte : text) add_byte(static_cast<unsigned char>(byte));
    add_byte('\n');
  }
  std::string text() const {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) digits += kDigits[value_ >> shift & 15];
    return digits;
  }

 private:
  void add_byte(unsigned byte) { value_ = value_ * 1000003 + byte + 1; }
  std::uint64_t value_ = 0;
};

TEST(Normalizers, TreatEveryCodePointAsTheReferenceDoes) {
  for (const Json& expected : golden_classes()["digests"].as_array()) {
    const auto normalizer = read_normalizer(expected["normalizer"]);
    Digest digest;
    for (char32_t code = 1; code < kEnd; ++code) {
      if (is_surrogate(code)) continue;
      std::string source = expected["before"].as_string();
      append_utf8(source, code);
      AlignedText text(source + expected["behind"].as_string(), 0);
      normalizer->apply(text);
      digest.add(text.text());
    }
    EXPECT_EQ(digest.text(), expected["digest"].as_string()) << to_text(expected);
  }
}

TEST(BertNormalizer, RemovesTheReferencesControlCharacters) {
  const auto normalizer = read_normalizer(parse_json(
      R"({"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": false, "strip_accents": false, "lowercase": false})"));
  const auto is_removed = [&](char32_t code) {
    std::string source = "a";
    append_utf8(source, code);
    AlignedText text(source, 0);
    normalizer->apply(text);
    return text.text() == "a";
  };
  EXPECT_EQ(ranges_of(is_removed), golden_ranges("removed by bert"));
}

}  // namespace
}  // namespace headlight::tokenization
