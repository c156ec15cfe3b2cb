#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/base/files.hpp"
#include "core/tensor/gguf/file.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/gguf_bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace headlight::gguf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::code_of;
using testing_support::GgufBytes;
using testing_support::message_of;
using testing_support::TemporaryFolder;

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string refusal(const std::string& file) {
  return message_of([&] { parse(as_bytes(file)); });
}

GgufBytes small() {
  GgufBytes bytes;
  bytes.value("general.architecture", "llama").value("llama.block_count", 2u).value("llama.eps", 1e-5F);
  bytes.tensor("a", {2, 3}, {1, 2, 3, 4, 5, 6}).tensor("b", {1}, {7});
  return bytes;
}

TEST(GgufFile, HasValuesAndTensors) {
  for (const std::uint32_t version : {2u, 3u}) {
    GgufBytes bytes = small();
    bytes.version = version;
    bytes.value("flags", true).value("tokens", std::vector<std::string>{"x", "", "yz"}).value("types", std::vector<std::int32_t>{1, -2});
    const std::string file = bytes.file();
    const Content content = parse(as_bytes(file));
    EXPECT_EQ(content.version, version);
    EXPECT_EQ(content.metadata.at("general.architecture").text(), "llama");
    EXPECT_EQ(content.metadata.at("llama.block_count").integer(), 2);
    EXPECT_EQ(content.metadata.at("llama.eps").number(), 1e-5);  // as the decimal means it
    EXPECT_TRUE(content.metadata.at("flags").flag());
    EXPECT_THAT(content.metadata.at("tokens").texts(), ElementsAre("x", "", "yz"));
    EXPECT_THAT(content.metadata.at("types").integers(), ElementsAre(1, -2));
    const Tensor& a = content.tensors.at("a");
    EXPECT_THAT(a.shape, ElementsAre(3, 2));  // the slowest axis first
    EXPECT_EQ(a.bytes.size(), 24u);
    float last = 0;
    dequantize(a.bytes.data() + 20, a.type, 1, &last);
    EXPECT_EQ(last, 6);
    EXPECT_EQ(content.tensors.at("b").bytes.data() - a.bytes.data(), 32);
  }
}

TEST(GgufFile, KeepsToTheAlignmentItNames) {
  GgufBytes bytes;
  bytes.alignment = 128;
  bytes.value("general.alignment", 128u).tensor("a", {1}, {1}).tensor("b", {1}, {2});
  const std::string file = bytes.file();
  const Content content = parse(as_bytes(file));
  EXPECT_EQ(content.tensors.at("b").bytes.data() - content.tensors.at("a").bytes.data(), 128);
}

TEST(GgufFile, RefusesEveryPieceOfItself) {
  const std::string file = small().file();
  for (std::size_t size = 0; size < file.size() - 28; ++size)  // what follows the last tensor pads it
    EXPECT_EQ(code_of([&] { parse(as_bytes(file.substr(0, size))); }), ErrorCode::corrupt) << size;
}

TEST(GgufFile, RefusesWhatIsNoGguf) {
  EXPECT_THAT(refusal("GGUF"), HasSubstr("the file is 4 bytes long and a GGUF file at least 24"));
  EXPECT_THAT(refusal(std::string(64, 'x')), HasSubstr("does not begin with \"GGUF\""));
  GgufBytes bytes = small();
  bytes.version = 1;
  EXPECT_THAT(refusal(bytes.file()), HasSubstr("it has the GGUF version 1, and Headlight reads 2 and 3"));
  bytes.version = 0x03000000;
  EXPECT_THAT(refusal(bytes.file()), HasSubstr("it is big-endian"));
}

TEST(GgufFile, RefusesCountsThatItHasNoRoomFor) {
  GgufBytes tensors = small(), values = small();
  tensors.more_tensors = 1ULL << 60;
  EXPECT_THAT(refusal(tensors.file()), HasSubstr("the list of tensors would be 1152921504606846978 long, and the "));
  values.more_values = 1ULL << 40;
  EXPECT_THAT(refusal(values.file()), HasSubstr("the metadata would be 1099511627779 long"));
  EXPECT_THAT(refusal(GgufBytes().raw_value("k", 8, std::string(7, '\xff') + '\x7f').file()), HasSubstr("the metadata \"k\": a text would be 9223372036854775807 long"));
  const std::string long_array = std::string("\x04\0\0\0", 4) + std::string("\0\0\0\x10\0\0\0\0", 8);
  EXPECT_THAT(refusal(GgufBytes().raw_value("k", 9, long_array).file()), HasSubstr("the metadata \"k\": an array would be 268435456 long"));
}

TEST(GgufFile, RefusesBrokenValues) {
  EXPECT_THAT(refusal(GgufBytes().raw_value("k", 13, "").file()), HasSubstr("the value type 13 is none of 0 to 12"));
  EXPECT_THAT(refusal(GgufBytes().value("k", 1u).value("k", 2u).file()), HasSubstr("the metadata \"k\": stands twice"));
  std::string nested;
  for (int i = 0; i < 30; ++i) nested += std::string("\x09\0\0\0\x01\0\0\0\0\0\0\0", 12);
  EXPECT_THAT(refusal(GgufBytes().raw_value("k", 9, nested).file()), HasSubstr("arrays are nested more than 4 deep"));
  EXPECT_THAT(refusal(GgufBytes().value("general.alignment", 48u).file()), HasSubstr("\"general.alignment\" is 48, which is no power of two"));
  EXPECT_THAT(refusal(GgufBytes().value("general.alignment", 0u).file()), HasSubstr("\"general.alignment\" is 0"));
}

TEST(GgufFile, RefusesTensorsOfImpossibleSizes) {
  const auto one = [](std::initializer_list<std::uint64_t> sizes, std::uint32_t type) { return refusal(GgufBytes().tensor_at("t", sizes, type, 0).bytes("x").file()); };
  EXPECT_THAT(one({}, 0), HasSubstr("the tensor \"t\": it has 0 dimensions where 1 to 4 are possible"));
  EXPECT_THAT(one({1, 1, 1, 1, 1}, 0), HasSubstr("it has 5 dimensions"));
  EXPECT_THAT(one({1ULL << 40, 1ULL << 40}, 0), HasSubstr("more numbers than can be addressed"));
  EXPECT_THAT(one({0}, 0), HasSubstr("its dimensions are 0"));
  EXPECT_THAT(one({16}, 8), HasSubstr("its rows of 16 numbers are no whole blocks of 32 (Q8_0)"));
  EXPECT_THAT(one({32}, 19), HasSubstr("it is stored as IQ1_S, which Headlight does not read: F32, F16"));
  EXPECT_THAT(one({32}, 4711), HasSubstr("it is stored as type 4711"));
  EXPECT_THAT(one({9}, 0), HasSubstr("is 36 long, but the file has only 32: an incomplete download?"));
}

TEST(GgufFile, RefusesTensorsThatOverlapOrLeaveGaps) {
  const std::string bytes(64, 'x');
  EXPECT_THAT(refusal(GgufBytes().tensor_at("a", {8}, 0, 0).tensor_at("b", {8}, 0, 0).bytes(bytes).file()), HasSubstr("\"b\" begins at byte 0 and overlaps \"a\", which ends at 32"));
  EXPECT_THAT(refusal(GgufBytes().tensor_at("a", {8}, 0, 32).bytes(bytes).file()), HasSubstr("no tensor holds the bytes 0 to 32, before \"a\""));
  EXPECT_THAT(refusal(GgufBytes().tensor_at("a", {1}, 0, 4).bytes(bytes).file()), HasSubstr("is no multiple of the alignment 32"));
  EXPECT_THAT(refusal(GgufBytes().tensor_at("a", {1}, 0, UINT64_MAX - 31).bytes(bytes).file()), HasSubstr("but the file has only 64"));
  EXPECT_THAT(refusal(GgufBytes().tensor("a", {1}, {1}).tensor("a", {1}, {1}).file()), HasSubstr("the tensor \"a\" stands twice"));
}

TEST(GgufValue, SaysWhatItIsWhereAnotherTypeIsExpected) {
  const std::string file = GgufBytes().value("n", 3u).value("s", "x").value("l", std::vector<float>{1, 2}).file();
  const Content content = parse(as_bytes(file));
  EXPECT_THAT(message_of([&] { content.metadata.at("s").integer(); }), HasSubstr("is text where a whole number is expected"));
  EXPECT_THAT(message_of([&] { content.metadata.at("l").texts(); }), HasSubstr("is an array of 2 f32 where an array of texts is expected"));
  EXPECT_THAT(message_of([&] { content.metadata.at("n").texts(); }), HasSubstr("is u32 where an array of texts"));
  EXPECT_THAT(content.metadata.at("l").numbers(), ElementsAre(1, 2));
}

TEST(GgufFileName, IsTheFileItselfOrTheOnlyOneOfAFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(file_named_by(folder.path()), std::nullopt);
  write_file(folder / "b.gguf", "x");
  EXPECT_EQ(file_named_by(folder.path()), folder / "b.gguf");
  EXPECT_EQ(file_named_by(folder / "b.gguf"), folder / "b.gguf");
  EXPECT_EQ(file_named_by(folder / "none.gguf"), std::nullopt);
  write_file(folder / "a.gguf", "x");
  EXPECT_THAT(message_of([&] { file_named_by(folder.path()); }), HasSubstr("holds 2 GGUF files (a.gguf, b.gguf): name the one that is meant"));
}

}  // namespace
}  // namespace headlight::gguf
