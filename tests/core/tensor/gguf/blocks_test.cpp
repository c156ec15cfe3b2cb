// Blocks of every type with the numbers that Python's `gguf` package reads from them; tests/golden/make_gguf.py wrote the file.
#include <gtest/gtest.h>

#include <cstring>

#include "core/tensor/gguf/file.hpp"

namespace headlight::gguf {
namespace {

const std::string kFile = HEADLIGHT_SOURCE_DIR "/tests/core/tensor/gguf/blocks.gguf";

TEST(GgufBlocks, MeanTheNumbersOfTheReferenceBitForBit) {
  const File file(kFile);
  int n_types = 0;
  for (const auto& [name, tensor] : file.content().tensors) {
    const Tensor* expected = file.find_tensor(name + ".expected");
    if (!expected) continue;
    ++n_types;
    EXPECT_EQ(layout_of(tensor.type).name, name);
    std::vector<float> numbers(static_cast<std::size_t>(tensor.n_numbers()));
    dequantize(tensor.bytes.data(), tensor.type, numbers.size(), numbers.data());
    ASSERT_EQ(expected->bytes.size(), numbers.size() * sizeof(float));
    EXPECT_EQ(std::memcmp(numbers.data(), expected->bytes.data(), expected->bytes.size()), 0) << name;
  }
  EXPECT_EQ(n_types, 13);
}

TEST(GgufBlocks, MayLieAtAnyAddress) {
  const File file(kFile);
  const Tensor& tensor = *file.find_tensor("Q4_K");
  std::vector<std::byte> shifted(tensor.bytes.size() + 1);
  std::memcpy(shifted.data() + 1, tensor.bytes.data(), tensor.bytes.size());
  std::vector<float> numbers(1024), same(1024);
  dequantize(tensor.bytes.data(), tensor.type, numbers.size(), numbers.data());
  dequantize(shifted.data() + 1, tensor.type, same.size(), same.data());
  EXPECT_EQ(numbers, same);
}

}  // namespace
}  // namespace headlight::gguf
