#include "core/tensor/gguf/parts.hpp"

#include <gtest/gtest.h>

namespace headlight::gguf {
namespace {

TEST(GgufPartName, HasTwoNumbersOfFiveDigits) {
  const auto part = part_name("models/llama-Q4_K-00002-of-00013.gguf");
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->number, 2);
  EXPECT_EQ(part->count, 13);
  EXPECT_EQ(part_path("models/llama-Q4_K-00002-of-00013.gguf", 11), "models/llama-Q4_K-00011-of-00013.gguf");
}

TEST(GgufPartName, IsNoneOfOtherNames) {
  for (const char* name : {"llama.gguf", "llama-00001-of-00003.bin", "llama-1-of-3.gguf", "llama-00004-of-00003.gguf", "llama-00000-of-00003.gguf",
                           "-00001-of-00003.gguf", "llama-0000x-of-00003.gguf", "llama_00001-of-00003.gguf"})
    EXPECT_FALSE(part_name(name).has_value()) << name;
}

}  // namespace
}  // namespace headlight::gguf
