// What a GGUF file may lack or contradict, and where it is looked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/files.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/core/checkpoint/gguf/refusal.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/gguf_bytes.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::GgufBytes;
using testing_support::message_of;
using testing_support::TemporaryFolder;

const fs::path kGgufGolden = HEADLIGHT_SOURCE_DIR "/tests/core/checkpoint/gguf";

// A Llama of no layers but all metadata, up to what is added to it.
GgufBytes llama() {
  GgufBytes bytes;
  bytes.value("general.architecture", "llama").value("llama.block_count", 1u).value("llama.context_length", 16u);
  bytes.value("llama.embedding_length", 8u).value("llama.feed_forward_length", 8u).value("llama.attention.head_count", 2u);
  bytes.value("llama.attention.layer_norm_rms_epsilon", 1e-5F);
  return bytes;
}

const std::vector<float> kEmbedding(8 * 3);

TEST(GgufRefusal, NamesTheArchitectureAndThoseThatAreRead) {
  EXPECT_THAT(gguf_refusal(GgufBytes().value("general.architecture", "mamba")), HasSubstr("m.gguf: \"general.architecture\" is \"mamba\", which Headlight does not read from GGUF files; it reads llama, qwen2"));
  EXPECT_THAT(gguf_refusal(GgufBytes()), HasSubstr("it has no \"general.architecture\""));
  EXPECT_THAT(gguf_refusal(GgufBytes().value("general.architecture", 3u)), HasSubstr("\"general.architecture\": is u32 where a text is expected"));
}

TEST(GgufRefusal, NamesTheKeyThatIsMissingOrNotUnderstood) {
  EXPECT_THAT(gguf_refusal(GgufBytes().value("general.architecture", "llama")), HasSubstr("the metadata has no \"llama.embedding_length\""));
  EXPECT_THAT(gguf_refusal(llama()), HasSubstr("it has no tensor \"token_embd.weight\""));
  GgufBytes odd = llama().value("llama.attention.temperature", 2.0F).tensor("token_embd.weight", {8, 3}, kEmbedding);
  EXPECT_THAT(gguf_refusal(odd), HasSubstr("the metadata has \"llama.attention.temperature\", which Headlight does not know of this architecture"));
  GgufBytes nothing = llama().value("llama.attention.clamp_kqv", 0.0F).tensor("token_embd.weight", {8, 3}, kEmbedding);
  EXPECT_THAT(gguf_refusal(nothing), HasSubstr("the tensor \"model.layers.0.input_layernorm.weight\" of shape [8] is missing"));  // past that
  GgufBytes by_layer = GgufBytes().value("general.architecture", "llama").value("llama.embedding_length", 8u);
  EXPECT_THAT(gguf_refusal(by_layer.value("llama.attention.head_count", std::vector<std::int32_t>{2, 4})), HasSubstr("numbers that differ from layer to layer"));
}

// A Llama of one layer, as one file or the tensors of one in `n_parts` parts.
const std::vector<std::string> kVectors = {"blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"};
const std::vector<std::string> kMatrices = {"blk.0.attn_q", "blk.0.attn_k", "blk.0.attn_v", "blk.0.attn_output", "blk.0.ffn_gate", "blk.0.ffn_up", "blk.0.ffn_down"};

void add_tensors(GgufBytes& bytes, std::size_t part, std::size_t n_parts) {
  for (std::size_t i = 0; i < kVectors.size(); ++i)
    if (i % n_parts == part) bytes.tensor(kVectors[i] + ".weight", {8}, std::vector<float>(8, 1 + static_cast<float>(i)));
  for (std::size_t i = 0; i < kMatrices.size(); ++i)
    if (i % n_parts == part) bytes.tensor(kMatrices[i] + ".weight", {8, 8}, std::vector<float>(64, 1 + static_cast<float>(i)));
  if (part + 1 == n_parts) bytes.tensor("token_embd.weight", {8, 3}, kEmbedding);
}

void write_parts(const fs::path& folder, std::uint32_t n_parts, std::uint32_t n_tensors = 11) {
  for (std::uint32_t part = 0; part < n_parts; ++part) {
    GgufBytes bytes = part == 0 ? llama() : GgufBytes();
    bytes.value("split.no", part).value("split.count", n_parts).value("split.tensors.count", n_tensors);
    add_tensors(bytes, part, n_parts);
    write_file(folder / ("m-0000" + std::to_string(part + 1) + "-of-0000" + std::to_string(n_parts) + ".gguf"), bytes.file());
  }
}

TEST(GgufParts, AreTheModelThatOneFileIs) {
  const TemporaryFolder whole, parts;
  GgufBytes bytes = llama();
  add_tensors(bytes, 0, 1);
  write_file(whole / "m.gguf", bytes.file());
  write_parts(parts.path(), 3);
  const Checkpoint expected = open_checkpoint(whole.path());
  for (const fs::path& place : {parts.path(), parts / "m-00001-of-00003.gguf", parts / "m-00003-of-00003.gguf"}) {
    const Checkpoint found = open_checkpoint(place);
    EXPECT_EQ(found.fingerprint, expected.fingerprint);
    EXPECT_EQ(found.n_parameters, expected.n_parameters);
    EXPECT_EQ(found.folder, parts / "m-00001-of-00003.gguf");
    EXPECT_THAT(found.notes, testing::Contains("GGUF version 3 in 3 parts: F32 in 11 tensors"));
  }
}

TEST(GgufParts, CountAsOneFileOfAFolder) {
  const TemporaryFolder folder;
  write_parts(folder.path(), 2);
  write_file(folder / "other.gguf", llama().file());
  EXPECT_THAT(message_of([&] { open_checkpoint(folder.path()); }), HasSubstr("holds 2 GGUF files (m-00001-of-00002.gguf, other.gguf): name the one"));
}

TEST(GgufParts, AreRefusedWhereOneIsMissing) {
  const TemporaryFolder folder;
  write_parts(folder.path(), 3);
  fs::remove(folder / "m-00002-of-00003.gguf");
  EXPECT_THAT(message_of([&] { open_checkpoint(folder.path()); }), HasSubstr("m-00001-of-00003.gguf: the part m-00002-of-00003.gguf of 3 is missing"));
  fs::remove(folder / "m-00001-of-00003.gguf");
  EXPECT_THAT(message_of([&] { open_checkpoint(folder.path()); }), HasSubstr("the first part, m-00001-of-00003.gguf, is missing: an incomplete download?"));
}

TEST(GgufParts, AreRefusedWhereTheyDoNotBelongTogether) {
  const TemporaryFolder folder;
  write_parts(folder.path(), 2, 12);
  const auto refusal_of_parts = [&] { return message_of([&] { open_checkpoint(folder.path()); }); };
  EXPECT_THAT(refusal_of_parts(), HasSubstr("its parts have 11 tensors, and \"split.tensors.count\" is 12"));
  const fs::path second = folder / "m-00002-of-00002.gguf";
  fs::copy_file(folder / "m-00001-of-00002.gguf", second, fs::copy_options::overwrite_existing);
  EXPECT_THAT(refusal_of_parts(), HasSubstr("the part m-00002-of-00002.gguf does not say that it is one: \"split.no\" must be 1 and \"split.count\" 2"));
  GgufBytes doubled;
  doubled.value("split.no", 1u).value("split.count", 2u).tensor("blk.0.attn_norm.weight", {8}, std::vector<float>(8));
  write_file(second, doubled.file());
  EXPECT_THAT(refusal_of_parts(), HasSubstr("the tensor \"blk.0.attn_norm.weight\" stands in two parts"));
  write_file(second, "GGUF");
  EXPECT_THAT(refusal_of_parts(), HasSubstr("m-00002-of-00002.gguf: the file is 4 bytes long"));
}

TEST(GgufParts, AreFoundByTheirNamesOnly) {
  EXPECT_THAT(gguf_refusal(llama().value("split.count", 3u)),
              HasSubstr("m.gguf: it is one of 3 parts of a model, and its name does not end in \"-00001-of-00003.gguf\" as theirs do"));
  const TemporaryFolder folder;
  GgufBytes bytes = llama();
  add_tensors(bytes, 0, 1);
  write_file(folder / "whole-00001-of-00001.gguf", bytes.file());  // a name alone makes no part
  EXPECT_EQ(open_checkpoint(folder.path()).weights.layers.size(), 1u);
}

TEST(GgufRefusal, NamesTensorsThatWouldNotBeComputed) {
  GgufBytes bytes = llama();
  const std::vector<float> vector(8, 1), matrix(64, 1);
  for (const char* name : {"blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"}) bytes.tensor(name, {8}, vector);
  for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
    bytes.tensor("blk.0." + std::string(name) + ".weight", {8, 8}, matrix);
  bytes.tensor("token_embd.weight", {8, 3}, kEmbedding);
  EXPECT_EQ(gguf_refusal(bytes), "no error");
  EXPECT_THAT(gguf_refusal(GgufBytes(bytes).tensor("blk.0.attn_q_norm.weight", {4}, {1, 1, 1, 1})),
              HasSubstr("tensors have no place in this architecture, and what they do would not be computed: model.layers.0.self_attn.q_norm.weight"));
  EXPECT_THAT(gguf_refusal(GgufBytes(bytes).tensor("blk.0.nimbus", {1}, {1})), HasSubstr("would not be computed: blk.0.nimbus"));
}

TEST(GgufRefusal, FindsDivisorsThatDoNotFitTheRotation) {
  GgufBytes bytes = llama().tensor("token_embd.weight", {8, 3}, kEmbedding).tensor("rope_freqs.weight", {3}, {1, 1, 1});
  EXPECT_THAT(gguf_refusal(bytes), HasSubstr("\"rope_freqs.weight\" has 3 numbers and the rotation 2 frequencies"));
  GgufBytes zero = llama().tensor("token_embd.weight", {8, 3}, kEmbedding).tensor("rope_freqs.weight", {2}, {1, 0});
  EXPECT_THAT(gguf_refusal(zero), HasSubstr("\"rope_freqs.weight\" has a number that is not above 0"));
}

TEST(GgufFolder, HoldsOneGgufFileAndNoSafetensors) {
  const TemporaryFolder folder;
  fs::copy_file(kGgufGolden / "llama.gguf", folder / "llama.gguf");
  EXPECT_TRUE(is_model_folder(folder.path()));
  EXPECT_EQ(open_checkpoint(folder.path()).folder, folder / "llama.gguf");
  fs::copy_file(kGgufGolden / "gpt2.gguf", folder / "gpt2.gguf");
  EXPECT_THAT(message_of([&] { open_checkpoint(folder.path()); }), HasSubstr("holds 2 GGUF files (gpt2.gguf, llama.gguf): name the one that is meant"));
  testing_support::tiny_gpt2().write(folder.path());
  EXPECT_EQ(open_checkpoint(folder.path()).folder, folder.path());  // safetensors count
}

TEST(GgufCheckpoint, SaysHowItsNumbersAreStored) {
  const Checkpoint quantised = open_checkpoint(kGgufGolden / "llama-q8_0.gguf"), plain = open_checkpoint(kGgufGolden / "llama.gguf");
  EXPECT_THAT(quantised.notes, testing::Contains("GGUF version 3: F32 in 5 tensors, Q8_0 in 16"));
  EXPECT_EQ(quantised.dtype, DType::f32);  // as they are computed with
  EXPECT_EQ(plain.dtype, DType::f16);
}

TEST(GgufCheckpoint, HasTheSameFingerprintForTheSameTensors) {
  const TemporaryFolder folder;
  fs::copy_file(kGgufGolden / "llama.gguf", folder / "other-name.gguf");
  const std::string fingerprint = open_checkpoint(kGgufGolden / "llama.gguf").fingerprint;
  EXPECT_EQ(open_checkpoint(folder / "other-name.gguf").fingerprint, fingerprint);
  std::string bytes = read_file(folder / "other-name.gguf");
  bytes[bytes.size() - 64] ^= 1;  // a number of the last tensor
  write_file(folder / "other-name.gguf", bytes);
  EXPECT_NE(open_checkpoint(folder / "other-name.gguf").fingerprint, fingerprint);
}

}  // namespace
}  // namespace headlight
