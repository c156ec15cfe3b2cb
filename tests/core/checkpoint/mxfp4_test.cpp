// GPT-OSS as it is published: packed experts, which become the numbers that transformers makes of them (tests/golden/make_golden.py).
#include "core/checkpoint/mxfp4.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/checkpoint/checkpoint.hpp"
#include "core/checkpoint/weight_values.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::TinyModel;

const std::filesystem::path kGolden = HEADLIGHT_SOURCE_DIR "/tests/golden/data/gpt_oss-mxfp4";

struct Expected {
  explicit Expected(const TensorEntry& tensor) : shape(tensor.shape), numbers(static_cast<std::size_t>(n_elements(tensor.shape))) {
    widen(tensor.bytes.data(), tensor.dtype, numbers.size(), numbers.data());
  }
  float at(std::int64_t expert, std::int64_t in, std::int64_t out) const {
    return numbers[static_cast<std::size_t>((expert * shape[1] + in) * shape[2] + out)];
  }

  Shape shape;  // [expert, in, out]
  std::vector<float> numbers;
};

TEST(Mxfp4Checkpoint, HasTheNumbersOfTransformersBitForBit) {
  const Checkpoint checkpoint = open_checkpoint(kGolden);
  const SafetensorsFile file(kGolden / "expected.safetensors");
  const Expected gate_up(file.at("experts.0.gate_up_proj")), down(file.at("experts.0.down_proj"));
  const std::vector<ExpertWeights>& experts = checkpoint.weights.layers[0].experts;
  ASSERT_EQ(static_cast<std::int64_t>(experts.size()), gate_up.shape[0]);
  for (std::int64_t e = 0; e < gate_up.shape[0]; ++e) {
    const ExpertWeights& expert = experts[static_cast<std::size_t>(e)];
    for (std::int64_t in = 0; in < gate_up.shape[1]; ++in)
      for (std::int64_t out = 0; out < gate_up.shape[2]; ++out)
        ASSERT_EQ(weight_value<float>(out % 2 == 0 ? expert.gate->matrix : expert.up.matrix, in, out / 2), gate_up.at(e, in, out));
    for (std::int64_t in = 0; in < down.shape[1]; ++in)
      for (std::int64_t out = 0; out < down.shape[2]; ++out)
        ASSERT_EQ(weight_value<float>(expert.down.matrix, in, out), down.at(e, in, out));
  }
}

TEST(Mxfp4Checkpoint, SaysWhatItWidened) {
  const Checkpoint checkpoint = open_checkpoint(kGolden);
  EXPECT_EQ(checkpoint.dtype, DType::bf16);
  EXPECT_THAT(checkpoint.notes, Contains("4 tensors in MXFP4 were widened to BF16, 1 MiB of memory"));
}

struct Packed {
  Shape blocks{2, 33, 1, 16}, scales{2, 33, 1};
  DType dtype = DType::u8;

  TensorStore open() const {
    TinyModel model;
    const auto add = [&](const std::string& name, const Shape& shape) {
      model.tensors[name] = {.shape = shape, .dtype = dtype, .bytes = std::vector<std::byte>(static_cast<std::size_t>(n_elements(shape)) * size_of(dtype), std::byte{0x7f})};
    };
    add("experts.down_blocks", blocks);
    if (!scales.empty()) add("experts.down_scales", scales);
    model.add("norm.weight", {3});
    const TemporaryFolder folder;
    model.write(folder.path());
    return with_mxfp4_widened(TensorStore::open(folder.path()));
  }
};

TEST(Mxfp4Store, HasOneTensorForEachPairAndTheOthersAsTheyAre) {
  const TensorStore store = Packed().open();
  ASSERT_EQ(store.tensors().size(), 2u);
  EXPECT_NE(store.find("norm.weight"), nullptr);
  const TensorEntry& down = *store.find("experts.down");
  EXPECT_EQ(down.dtype, DType::bf16);
  EXPECT_EQ(down.shape, Shape({2, 32, 33}));  // 33 outputs: more than a tile
  std::vector<float> numbers(2 * 32 * 33);
  widen(down.bytes.data(), down.dtype, numbers.size(), numbers.data());
  for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i / 33 % 2 == 0 ? -6 : 6) << i;  // 0x7f: -6, then 6
}

TEST(Mxfp4Store, RefusesPairsThatDoNotFitTogether) {
  const auto refusal = [](const Packed& packed) { return message_of([&] { packed.open(); }); };
  EXPECT_THAT(refusal({.scales = {}}), HasSubstr("the tensor \"experts.down_scales\", the scales of \"experts.down_blocks\", is missing"));
  EXPECT_THAT(refusal({.scales = {2, 32, 1}}), HasSubstr("U8 of shape [2, 33, 1, 16], and \"experts.down_scales\", U8 of shape [2, 32, 1], are no MXFP4"));
  EXPECT_THAT(refusal({.blocks = {2, 33, 1, 8}}), HasSubstr("are no MXFP4"));
  EXPECT_THAT(refusal({.blocks = {2, 33, 16}, .scales = {2, 33}}), HasSubstr("are no MXFP4"));
  EXPECT_THAT(refusal({.blocks = {1'000'000'000'000, 0, 1, 16}, .scales = {1'000'000'000'000, 0, 1}}),
              HasSubstr("the tensor \"experts.down_blocks\" of shape [1000000000000, 0, 1, 16] has no numbers"));
  EXPECT_THAT(refusal({.dtype = DType::i32}), HasSubstr("I32 of shape [2, 33, 1, 16]"));
}

}  // namespace
}  // namespace headlight
