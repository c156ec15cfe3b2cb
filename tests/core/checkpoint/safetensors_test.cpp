#include "core/checkpoint/safetensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;
using testing_support::code_of;
using testing_support::message_of;
using testing_support::TemporaryFolder;

// A file with this header and `n_bytes` bytes 0, 1, 2, ... after it.
std::vector<std::byte> file_with(const std::string& header, std::size_t n_bytes) {
  std::vector<std::byte> file(8 + header.size() + n_bytes);
  const std::uint64_t length = header.size();
  std::memcpy(file.data(), &length, 8);
  std::memcpy(file.data() + 8, header.data(), header.size());
  for (std::size_t i = 0; i < n_bytes; ++i) file[8 + header.size() + i] = static_cast<std::byte>(i);
  return file;
}

std::string refusal(const std::string& header, std::size_t n_bytes) {
  return message_of([&] { parse_safetensors(file_with(header, n_bytes)); });
}

TEST(SafetensorsHeader, GivesNamesFormatsShapesAndBytesByName) {
  const auto file = file_with(R"({"b": {"dtype": "U8", "shape": [2], "data_offsets": [4, 6]},
                                  "a": {"dtype": "F16", "shape": [1, 2], "data_offsets": [0, 4]},
                                  "__metadata__": {"format": "pt"}})", 6);
  const SafetensorsContent content = parse_safetensors(file);
  ASSERT_EQ(content.tensors.size(), 2u);
  EXPECT_EQ(content.tensors[0].name, "a");
  EXPECT_EQ(content.tensors[0].dtype, DType::f16);
  EXPECT_EQ(content.tensors[0].shape, (Shape{1, 2}));
  EXPECT_EQ(content.tensors[1].bytes[1], std::byte{5});
  EXPECT_EQ(content.metadata.at("format"), "pt");
}

TEST(SafetensorsHeader, AllowsScalarsAndEmptyTensors) {
  const auto file = file_with(R"({"s": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
                                  "e": {"dtype": "F32", "shape": [0, 7], "data_offsets": [4, 4]}})", 4);
  const SafetensorsContent content = parse_safetensors(file);
  EXPECT_TRUE(content.tensors[0].bytes.empty());
  EXPECT_EQ(content.tensors[1].bytes.size(), 4u);
}

TEST(SafetensorsHeader, AllowsTensorsThatAreNotAligned) {
  const auto file = file_with(R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
                                  "f": {"dtype": "F32", "shape": [1], "data_offsets": [1, 5]}})", 5);
  EXPECT_EQ(parse_safetensors(file).tensors[1].bytes.size(), 4u);
}

TEST(SafetensorsHeader, AllowsPaddingBehindTheJson) { EXPECT_TRUE(parse_safetensors(file_with("{}      ", 0)).tensors.empty()); }

TEST(SafetensorsHeader, RefusesAFileShorterThanTheLength) {
  const std::vector<std::byte> file(5);
  EXPECT_EQ(message_of([&] { parse_safetensors(file); }),
            "the file is 5 bytes long and a safetensors file at least 8: an incomplete download?");
}

TEST(SafetensorsHeader, RefusesALengthBeyondTheFile) {
  auto file = file_with(std::string(640, ' '), 0);
  const std::uint64_t length = 912;
  std::memcpy(file.data(), &length, 8);
  EXPECT_EQ(message_of([&] { parse_safetensors(file); }),
            "The JSON header is 912 bytes long but the file has only 640: an incomplete download?");
}

TEST(SafetensorsHeader, RefusesAnAbsurdLength) {
  auto file = file_with("{}", 0);
  std::memset(file.data(), 0xff, 8);
  EXPECT_THAT(message_of([&] { parse_safetensors(file); }),
              HasSubstr("would be 18446744073709551615 bytes long and the format allows 100000000"));
}

TEST(SafetensorsHeader, KnowsAGitLfsPointer) {
  const std::string text = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n";
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  EXPECT_THAT(message_of([&] { parse_safetensors(bytes); }), HasSubstr("git lfs pull"));
}

TEST(SafetensorsHeader, RefusesWhatIsNotJson) {
  EXPECT_THAT(refusal("{\"a\": ", 0), HasSubstr("the JSON header: not valid JSON at line 1"));
}

TEST(SafetensorsHeader, RefusesWhatIsNotAnObject) {
  EXPECT_EQ(refusal("[1]", 0), "the JSON header: expected an object, found an array");
}

TEST(SafetensorsHeader, RefusesANameThatStandsTwice) {
  EXPECT_THAT(refusal(R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
                          "a": {"dtype": "U8", "shape": [1], "data_offsets": [1, 2]}})", 2),
              HasSubstr("\"a\" stands twice"));
}

TEST(SafetensorsHeader, RefusesAMissingField) {
  EXPECT_EQ(refusal(R"({"w": {"shape": [1], "data_offsets": [0, 4]}})", 4),
            "the JSON header: tensor \"w\": the field \"dtype\" is missing");
  EXPECT_THAT(refusal(R"({"w": {"dtype": "F32", "data_offsets": [0, 4]}})", 4), HasSubstr("\"shape\" is missing"));
  EXPECT_THAT(refusal(R"({"w": {"dtype": "F32", "shape": [1]}})", 4), HasSubstr("\"data_offsets\" is missing"));
}

TEST(SafetensorsHeader, RefusesAFormatThatIsNotRead) {
  const std::string header = R"({"w": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}})";
  EXPECT_EQ(refusal(header, 1), "the JSON header: tensor \"w\": the dtype \"F8_E4M3\" is not one that Headlight reads: "
                                "F32, F16, BF16, F64, I64, I32, U8, BOOL");
  EXPECT_EQ(code_of([&] { parse_safetensors(file_with(header, 1)); }), ErrorCode::unsupported);
}

TEST(SafetensorsHeader, RefusesANegativeSize) {
  EXPECT_THAT(refusal(R"({"w": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}})", 4), HasSubstr("negative size, -1"));
}

TEST(SafetensorsHeader, RefusesAShapeThatOverflows) {
  EXPECT_THAT(refusal(R"({"w": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 0]}})", 0),
              HasSubstr("[4294967296,4294967296] has more elements than can be addressed"));
  EXPECT_THAT(refusal(R"({"w": {"dtype": "F64", "shape": [2305843009213693952], "data_offsets": [0, 0]}})", 0),
              HasSubstr("more elements than can be addressed"));
  EXPECT_THAT(refusal(R"({"w": {"dtype": "F32", "shape": [0, 4294967296, 4294967296], "data_offsets": [0, 0]}})", 0),
              HasSubstr("more elements than can be addressed"));
}

TEST(SafetensorsHeader, RefusesOffsetsThatAreNotTwo) {
  EXPECT_THAT(refusal(R"({"w": {"dtype": "U8", "shape": [1], "data_offsets": [0]}})", 1), HasSubstr("1 numbers instead of 2"));
}

TEST(SafetensorsHeader, RefusesANegativeOffset) {
  EXPECT_THAT(refusal(R"({"w": {"dtype": "U8", "shape": [1], "data_offsets": [-1, 0]}})", 1), HasSubstr("is negative, -1"));
}

TEST(SafetensorsHeader, RefusesAnEndBeforeTheBegin) {
  EXPECT_THAT(refusal(R"({"w": {"dtype": "U8", "shape": [1], "data_offsets": [3, 2]}})", 4),
              HasSubstr("begins at byte 3 and ends before that, at 2"));
}

TEST(SafetensorsHeader, RefusesAnOffsetBeyondTheFile) {
  EXPECT_EQ(
      refusal(R"({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}})", 6),
      "the JSON header: tensor \"w\": it ends at byte 8 of the tensors' bytes but the file has only 6: an incomplete download?");
}

TEST(SafetensorsHeader, RefusesOffsetsThatContradictTheShape) {
  EXPECT_THAT(refusal(R"({"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 20]}})", 20),
              HasSubstr("its shape [2, 3] of F32 needs 24 bytes but its offsets give 20"));
}

TEST(SafetensorsHeader, RefusesTensorsThatOverlap) {
  EXPECT_EQ(refusal(R"({"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
                        "b": {"dtype": "U8", "shape": [4], "data_offsets": [2, 6]}})", 6),
            "the tensors \"a\" and \"b\" overlap: one ends at byte 4, the other begins at 2");
}

TEST(SafetensorsHeader, RefusesAGap) {
  EXPECT_EQ(refusal(R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
                        "b": {"dtype": "U8", "shape": [1], "data_offsets": [3, 4]}})", 4),
            "no tensor holds the bytes 1 to 3, before \"b\"");
}

TEST(SafetensorsHeader, RefusesBytesBehindTheLastTensor) {
  EXPECT_EQ(refusal(R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}})", 9),
            "8 bytes follow the last tensor, which ends at byte 1");
}

TEST(SafetensorsHeader, RefusesMetadataThatIsNotText) {
  EXPECT_THAT(refusal(R"({"__metadata__": {"step": 3}})", 0), HasSubstr("expected a string, found an integer"));
}

// Whatever stands in a file, the answer is tensors that lie within it, or an Error.
TEST(SafetensorsHeader, SurvivesEveryChangedByteAndEveryCut) {
  const auto intact = file_with(R"({"a": {"dtype": "F16", "shape": [1, 2], "data_offsets": [0, 4]}, "b":)"
                                R"( {"dtype": "U8", "shape": [2], "data_offsets": [4, 6]}, "__metadata__": {"k": "v"}})", 6);
  const auto expect_answer = [](std::span<const std::byte> file) {
    try {
      for (const TensorEntry& tensor : parse_safetensors(file).tensors) {
        EXPECT_GE(tensor.bytes.data(), file.data());
        EXPECT_LE(tensor.bytes.data() + tensor.bytes.size(), file.data() + file.size());
      }
    } catch (const Error& error) {
      EXPECT_STRNE(error.what(), "");
    }
  };
  for (std::size_t i = 0; i < intact.size(); ++i) {
    expect_answer(std::span(intact).first(i));
    for (const char value : std::string("\0\1\t-09\"{}[],:\x7f\xff", 15)) {
      auto changed = intact;
      changed[i] = static_cast<std::byte>(value);
      expect_answer(changed);
    }
  }
}

TEST(SafetensorsFile, NamesItselfInErrors) {
  const TemporaryFolder folder;
  write_file(folder / "x.safetensors", "abc");
  EXPECT_THAT(message_of([&] { SafetensorsFile(folder / "x.safetensors"); }),
              HasSubstr("x.safetensors: the file is 3 bytes long"));
}

TEST(SafetensorsFile, SaysWhatItHasInsteadOfAMissingTensor) {
  const TemporaryFolder folder;
  const std::vector<float> numbers{1, 2};
  SafetensorsWriter writer;
  writer.add("ids", {2}, std::span<const float>(numbers));
  writer.write(folder / "x.safetensors");
  const SafetensorsFile file(folder / "x.safetensors");
  EXPECT_EQ(file.find("input_ids"), nullptr);
  EXPECT_THAT(message_of([&] { file.at("input_ids"); }), HasSubstr("has no tensor \"input_ids\"; it has ids"));
}

TEST(SafetensorsWriter, IsReadBack) {
  const TemporaryFolder folder;
  const std::vector<float> logits{1.5f, -2.f, 0.f, 3.f, 4.f, 5.f};
  const std::vector<std::int64_t> ids{7, 8};
  SafetensorsWriter writer;
  writer.add("logits", {2, 3}, std::span<const float>(logits));
  writer.add("input_ids", {1, 2}, std::span<const std::int64_t>(ids));
  writer.set_metadata("by", "a \"test\"");
  writer.write(folder / "out.safetensors");

  const SafetensorsFile file(folder / "out.safetensors");
  EXPECT_EQ(file.metadata().at("by"), "a \"test\"");
  EXPECT_EQ(file.at("logits").shape, (Shape{2, 3}));
  EXPECT_EQ(std::memcmp(file.at("logits").bytes.data(), logits.data(), 24), 0);
  EXPECT_EQ(file.at("input_ids").dtype, DType::i64);
  EXPECT_EQ(std::memcmp(file.at("input_ids").bytes.data(), ids.data(), 16), 0);
}

TEST(SafetensorsWriter, AlignsEveryTensorWhateverTheOrder) {
  const TemporaryFolder folder;
  const std::vector<std::byte> bytes(24);
  const std::span<const std::byte> all = bytes;
  SafetensorsWriter one, two;
  one.add("a", DType::u8, {3}, all.first(3));
  one.add("b", DType::f64, {2}, all.first(16));
  one.add("c", DType::bf16, {1}, all.first(2));
  two.add("c", DType::bf16, {1}, all.first(2));
  two.add("b", DType::f64, {2}, all.first(16));
  two.add("a", DType::u8, {3}, all.first(3));
  one.write(folder / "one");
  two.write(folder / "two");
  EXPECT_EQ(read_file(folder / "one"), read_file(folder / "two"));
  const SafetensorsFile file(folder / "one");
  for (const TensorEntry& tensor : file.tensors())
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % size_of(tensor.dtype), 0u) << tensor.name;
}

TEST(SafetensorsWriter, RefusesBytesThatContradictTheShape) {
  const std::vector<float> numbers(5);
  SafetensorsWriter writer;
  EXPECT_EQ(message_of([&] { writer.add("w", {2, 3}, std::span<const float>(numbers)); }),
            "tensor \"w\" of shape [2, 3] was given 20 bytes instead of 24");
}

TEST(SafetensorsWriter, RefusesANameTwice) {
  const std::vector<float> numbers(1);
  SafetensorsWriter writer;
  writer.add("w", {1}, std::span<const float>(numbers));
  EXPECT_EQ(message_of([&] { writer.add("w", {1}, std::span<const float>(numbers)); }), "two tensors are called \"w\"");
}

TEST(SafetensorsWriter, NamesThePathThatCannotBeWritten) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of([&] { SafetensorsWriter().write(folder / "none" / "x"); }),
              HasSubstr("/none/x: cannot be written: No such file"));
}

}  // namespace
}  // namespace headlight
