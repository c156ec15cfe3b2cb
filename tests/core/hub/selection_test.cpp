#include "core/hub/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::message_of;
using Names = std::vector<std::string>;

Names selected(const Names& held) { return select_files(held, {.repository = "a/b"}); }

TEST(Pattern, StarIsAnyTextAndNothingElseIsSpecial) {
  EXPECT_TRUE(fits_pattern("model-Q4_K.gguf", "*Q4*.gguf"));
  EXPECT_TRUE(fits_pattern("a/b/c.json", "*.json"));
  EXPECT_TRUE(fits_pattern("abc", "a?c"));
  EXPECT_TRUE(fits_pattern("", "*"));
  EXPECT_TRUE(fits_pattern("aXbXc", "*X*c"));
  EXPECT_FALSE(fits_pattern("abc", "ab"));
  EXPECT_FALSE(fits_pattern("abc", "a.c"));
  EXPECT_FALSE(fits_pattern("model[1]", "model[1"));
  EXPECT_FALSE(fits_pattern(std::string(40, 'a') + "b", "*a*a*a*a*a*a*a*a*a*c"));
}

TEST(Selection, IsConfigTokenizerAndWeights) {
  EXPECT_THAT(selected({"README.md", "config.json", "merges.txt", "model.safetensors", "pytorch_model.bin", "sub/config.json", "tokenizer.json"}),
              ElementsAre("config.json", "tokenizer.json", "merges.txt", "model.safetensors"));
}

TEST(Selection, PrefersOneFileToShardsAsTheReaderDoes) {
  EXPECT_THAT(selected({"config.json", "model.safetensors", kShardIndex, "model-00001-of-00002.safetensors"}), ElementsAre("config.json", "model.safetensors"));
  EXPECT_THAT(selected({"config.json", kShardIndex, "model-00001-of-00002.safetensors"}), ElementsAre("config.json", kShardIndex));
}

TEST(Selection, RefusesWhatItCouldNotRead) {
  EXPECT_THAT(message_of([] { selected({"config.json", "pytorch_model-00001-of-00002.bin"}); }), HasSubstr("the weights are pickled (pytorch_model-00001-of-00002.bin)"));
  EXPECT_THAT(message_of([] { selected({"config.json", "b.gguf"}); }), HasSubstr("with --gguf FILE: b.gguf"));
  EXPECT_THAT(message_of([] { selected({}); }), HasSubstr("holds no weights that Headlight reads (neither model.safetensors nor model.safetensors.index.json), but none"));
}

TEST(Selection, ShardsAreThoseOfTheIndex) {
  EXPECT_THAT(shards_of(R"({"weight_map": {"a": "2.safetensors", "b": "1.safetensors", "c": "2.safetensors"}})"), ElementsAre("1.safetensors", "2.safetensors"));
  EXPECT_THAT(message_of([] { shards_of("{}"); }), HasSubstr("model.safetensors.index.json: "));
  EXPECT_THAT(message_of([] { shards_of("<html>"); }), HasSubstr("model.safetensors.index.json: "));
}

}  // namespace
}  // namespace headlight
