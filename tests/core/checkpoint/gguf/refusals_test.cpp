// What a GGUF file may lack or contradict, and where it is looked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/files.hpp"
#include "core/checkpoint/checkpoint.hpp"
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

const fs::path kGolden = HEADLIGHT_SOURCE_DIR "/tests/core/checkpoint/gguf";

// A Llama of no layers but all metadata, up to what is added to it.
GgufBytes llama() {
  GgufBytes bytes;
  bytes.value("general.architecture", "llama").value("llama.block_count", 1u).value("llama.context_length", 16u);
  bytes.value("llama.embedding_length", 8u).value("llama.feed_forward_length", 8u).value("llama.attention.head_count", 2u);
  bytes.value("llama.attention.layer_norm_rms_epsilon", 1e-5F);
  return bytes;
}

std::string refusal(const GgufBytes& bytes) {
  const TemporaryFolder folder;
  write_file(folder / "m.gguf", bytes.file());
  return message_of([&] { open_checkpoint(folder / "m.gguf"); });
}

const std::vector<float> kEmbedding(8 * 3);

TEST(GgufRefusal, NamesTheArchitectureAndThoseThatAreRead) {
  EXPECT_THAT(refusal(GgufBytes().value("general.architecture", "mamba")), HasSubstr("m.gguf: \"general.architecture\" is \"mamba\", which Headlight does not read from GGUF files; it reads llama, qwen2"));
  EXPECT_THAT(refusal(GgufBytes()), HasSubstr("it has no \"general.architecture\""));
  EXPECT_THAT(refusal(GgufBytes().value("general.architecture", 3u)), HasSubstr("\"general.architecture\": is u32 where a text is expected"));
}

TEST(GgufRefusal, NamesTheKeyThatIsMissingOrNotUnderstood) {
  EXPECT_THAT(refusal(GgufBytes().value("general.architecture", "llama")), HasSubstr("the metadata has no \"llama.embedding_length\""));
  EXPECT_THAT(refusal(llama()), HasSubstr("it has no tensor \"token_embd.weight\""));
  GgufBytes odd = llama().value("llama.attention.temperature", 2.0F).tensor("token_embd.weight", {8, 3}, kEmbedding);
  EXPECT_THAT(refusal(odd), HasSubstr("the metadata has \"llama.attention.temperature\", which Headlight does not know of this architecture"));
  GgufBytes nothing = llama().value("llama.attention.clamp_kqv", 0.0F).tensor("token_embd.weight", {8, 3}, kEmbedding);
  EXPECT_THAT(refusal(nothing), HasSubstr("the tensor \"model.layers.0.input_layernorm.weight\" of shape [8] is missing"));  // past that
  GgufBytes by_layer = GgufBytes().value("general.architecture", "llama").value("llama.embedding_length", 8u);
  EXPECT_THAT(refusal(by_layer.value("llama.attention.head_count", std::vector<std::int32_t>{2, 4})), HasSubstr("numbers that differ from layer to layer"));
}

TEST(GgufRefusal, SaysHowPartsAreMerged) {
  EXPECT_THAT(refusal(llama().value("split.count", 3u)), HasSubstr("it is one of 3 parts of a model, and Headlight reads whole files: merge them with"));
}

TEST(GgufRefusal, NamesTensorsThatWouldNotBeComputed) {
  GgufBytes bytes = llama();
  const std::vector<float> vector(8, 1), matrix(64, 1);
  for (const char* name : {"blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"}) bytes.tensor(name, {8}, vector);
  for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
    bytes.tensor("blk.0." + std::string(name) + ".weight", {8, 8}, matrix);
  bytes.tensor("token_embd.weight", {8, 3}, kEmbedding);
  EXPECT_EQ(refusal(bytes), "no error");
  EXPECT_THAT(refusal(GgufBytes(bytes).tensor("blk.0.attn_q_norm.weight", {4}, {1, 1, 1, 1})),
              HasSubstr("tensors have no place in this architecture, and what they do would not be computed: model.layers.0.self_attn.q_norm.weight"));
  EXPECT_THAT(refusal(GgufBytes(bytes).tensor("blk.0.nimbus", {1}, {1})), HasSubstr("would not be computed: blk.0.nimbus"));
}

TEST(GgufRefusal, FindsDivisorsThatDoNotFitTheRotation) {
  GgufBytes bytes = llama().tensor("token_embd.weight", {8, 3}, kEmbedding).tensor("rope_freqs.weight", {3}, {1, 1, 1});
  EXPECT_THAT(refusal(bytes), HasSubstr("\"rope_freqs.weight\" has 3 numbers and the rotation 2 frequencies"));
  GgufBytes zero = llama().tensor("token_embd.weight", {8, 3}, kEmbedding).tensor("rope_freqs.weight", {2}, {1, 0});
  EXPECT_THAT(refusal(zero), HasSubstr("\"rope_freqs.weight\" has a number that is not above 0"));
}

TEST(GgufFolder, HoldsOneGgufFileAndNoSafetensors) {
  const TemporaryFolder folder;
  fs::copy_file(kGolden / "llama.gguf", folder / "llama.gguf");
  EXPECT_TRUE(is_model_folder(folder.path()));
  EXPECT_EQ(open_checkpoint(folder.path()).folder, folder / "llama.gguf");
  fs::copy_file(kGolden / "gpt2.gguf", folder / "gpt2.gguf");
  EXPECT_THAT(message_of([&] { open_checkpoint(folder.path()); }), HasSubstr("holds 2 GGUF files (gpt2.gguf, llama.gguf): name the one that is meant"));
  testing_support::tiny_gpt2().write(folder.path());
  EXPECT_EQ(open_checkpoint(folder.path()).folder, folder.path());  // safetensors count
}

TEST(GgufCheckpoint, SaysHowItsNumbersAreStored) {
  const Checkpoint quantised = open_checkpoint(kGolden / "llama-q8_0.gguf"), plain = open_checkpoint(kGolden / "llama.gguf");
  EXPECT_THAT(quantised.notes, testing::Contains("GGUF version 3: F32 in 5 tensors, Q8_0 in 16"));
  EXPECT_EQ(quantised.dtype, DType::f32);  // as they are computed with
  EXPECT_EQ(plain.dtype, DType::f16);
}

TEST(GgufCheckpoint, HasTheSameFingerprintForTheSameTensors) {
  const TemporaryFolder folder;
  fs::copy_file(kGolden / "llama.gguf", folder / "other-name.gguf");
  const std::string fingerprint = open_checkpoint(kGolden / "llama.gguf").fingerprint;
  EXPECT_EQ(open_checkpoint(folder / "other-name.gguf").fingerprint, fingerprint);
  std::string bytes = read_file(folder / "other-name.gguf");
  bytes[bytes.size() - 64] ^= 1;  // a number of the last tensor
  write_file(folder / "other-name.gguf", bytes);
  EXPECT_NE(open_checkpoint(folder / "other-name.gguf").fingerprint, fingerprint);
}

}  // namespace
}  // namespace headlight
