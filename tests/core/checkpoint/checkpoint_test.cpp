#include "core/checkpoint/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "core/checkpoint/weight_values.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::code_of;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_gpt2;
using testing_support::tiny_llama;
using testing_support::TinyModel;

std::string refusal(const fs::path& folder) {
  return message_of([&] { open_checkpoint(folder); });
}

Checkpoint open_written(const TinyModel& model) {
  const TemporaryFolder folder;
  model.write(folder.path());
  return open_checkpoint(folder.path());
}

std::string refusal_of(const TinyModel& model) {
  const TemporaryFolder folder;
  model.write(folder.path());
  return refusal(folder.path());
}

float stored(const TinyModel& model, const std::string& name, std::size_t index) {
  float value;
  std::memcpy(&value, model.tensors.at(name).bytes.data() + index * 4, 4);
  return value;
}

TEST(Checkpoint, OutlivesNothingItBorrows) {
  const TinyModel model = tiny_gpt2();
  const Checkpoint checkpoint = open_written(model);  // the folder is gone; the map is not
  EXPECT_EQ(weight_value<float>(checkpoint.weights.token_embedding, 3, 5), stored(model, "transformer.wte.weight", 3 * 8 + 5));
}

TEST(Checkpoint, CountsEveryParameterOnce) {
  const TinyModel model = tiny_gpt2();
  std::int64_t n = 0;
  for (const auto& [name, tensor] : model.tensors) n += n_elements(tensor.shape);
  EXPECT_EQ(open_written(model).n_parameters, n);

  TinyModel with_copy = model;
  with_copy.tensors["lm_head.weight"] = model.tensors.at("transformer.wte.weight");
  EXPECT_EQ(open_written(with_copy).n_parameters, n);
}

TEST(Checkpoint, StatesTheFormatOfMostWeights) {
  TinyModel model = tiny_llama();
  EXPECT_EQ(open_written(model).dtype, DType::f32);
  for (auto& [name, tensor] : model.tensors)
    if (!name.ends_with("norm.weight")) model.add(name, Shape(tensor.shape), DType::bf16);
  EXPECT_EQ(open_written(model).dtype, DType::bf16);
}

TEST(Checkpoint, TellsQuantisedWeightsFromMissingOnes) {
  TinyModel model = tiny_llama();
  model.tensors.erase("model.layers.0.self_attn.q_proj.weight");
  EXPECT_THAT(refusal_of(model), HasSubstr("\"model.layers.0.self_attn.q_proj.weight\" of shape [16, 16] is missing"));
  model.add("model.layers.0.self_attn.q_proj.qweight", {2, 16});
  EXPECT_THAT(refusal_of(model), HasSubstr("the files have \"model.layers.0.self_attn.q_proj.qweight\" and no \"model.layers.0.self_attn.q_proj.weight\": the weights are quantised"));
}

TEST(Checkpoint, OpensANameWithAndWithoutPrefix) {
  TinyModel gpt2 = tiny_gpt2(), llama = tiny_llama();
  gpt2.rename_prefix("transformer.", "");
  llama.rename_prefix("model.", "");
  EXPECT_EQ(open_written(gpt2).weights.layers.size(), 2u);
  EXPECT_EQ(open_written(llama).weights.layers.size(), 2u);
}

TEST(Fingerprint, IsTheSameForOneFileAndForShards) {
  const TemporaryFolder folder;
  tiny_llama().write_sharded(folder.path(), 4);
  const Checkpoint sharded = open_checkpoint(folder.path()), single = open_written(tiny_llama());
  EXPECT_EQ(sharded.fingerprint, single.fingerprint);
  EXPECT_EQ(sharded.n_parameters, single.n_parameters);
  EXPECT_EQ(single.fingerprint.size(), 32u);
}

// The same tensors, written last to first by hand: another file, another order of bytes.
TEST(Fingerprint, IsTheSameForAnyOrderInTheFile) {
  const TinyModel model = tiny_gpt2();
  Json header = Json::object();
  std::string numbers;
  for (auto tensor = model.tensors.rbegin(); tensor != model.tensors.rend(); ++tensor) {
    const auto& [name, content] = *tensor;
    Json::Array shape(content.shape.begin(), content.shape.end());
    const auto begin = static_cast<std::int64_t>(numbers.size());
    numbers.append(reinterpret_cast<const char*>(content.bytes.data()), content.bytes.size());
    const auto end = static_cast<std::int64_t>(numbers.size());
    header.set(name, Json::object({{"dtype", "F32"}, {"shape", shape}, {"data_offsets", Json::Array{begin, end}}}));
  }
  const std::string text = to_text(header);
  const std::uint64_t length = text.size();
  const TemporaryFolder folder;
  model.write(folder.path());
  const std::string before = read_file(folder / "model.safetensors");
  const std::string after = std::string(reinterpret_cast<const char*>(&length), 8) + text + numbers;
  ASSERT_NE(before, after);
  write_file(folder / "model.safetensors", after);
  EXPECT_EQ(open_checkpoint(folder.path()).fingerprint, open_written(model).fingerprint);
}

TEST(Fingerprint, ChangesWithOneBitOneNameOneShapeOneFormat) {
  const TinyModel model = tiny_gpt2();
  std::vector<std::string> fingerprints{open_written(model).fingerprint};

  TinyModel bit = model;
  bit.tensors["transformer.wte.weight"].bytes[0] ^= std::byte{1};
  fingerprints.push_back(open_written(bit).fingerprint);

  TinyModel name = model;
  name.rename_prefix("transformer.", "");
  fingerprints.push_back(open_written(name).fingerprint);

  TinyModel shape = model;  // a buffer: its shape is free
  shape.add("transformer.h.0.attn.bias", {2, 8});
  fingerprints.push_back(open_written(shape).fingerprint);
  shape.tensors["transformer.h.0.attn.bias"].shape = {4, 4};
  fingerprints.push_back(open_written(shape).fingerprint);

  TinyModel format = model;
  for (auto& [tensor_name, tensor] : format.tensors)
    tensor = testing_support::make_tensor(tensor.shape, std::vector<float>(tensor.bytes.size() / 4));
  fingerprints.push_back(open_written(format).fingerprint);
  for (auto& [tensor_name, tensor] : format.tensors)
    tensor = testing_support::make_tensor(tensor.shape, std::vector<float>(tensor.bytes.size() / 4), DType::bf16);
  fingerprints.push_back(open_written(format).fingerprint);

  std::sort(fingerprints.begin(), fingerprints.end());
  EXPECT_EQ(std::unique(fingerprints.begin(), fingerprints.end()), fingerprints.end());
}

TEST(CheckpointTensors, AreNamedWhenMissing) {
  TinyModel model = tiny_gpt2();
  model.tensors.erase("transformer.h.1.mlp.c_fc.bias");
  EXPECT_THAT(refusal_of(model),
              HasSubstr("the tensor \"transformer.h.1.mlp.c_fc.bias\" of shape [32] is missing among the 27 tensors"));
}

TEST(CheckpointTensors, AreNamedWithBothShapesWhenMisshapen) {
  TinyModel model = tiny_llama();
  model.add("model.layers.1.self_attn.k_proj.weight", {16, 16});
  EXPECT_THAT(refusal_of(model), HasSubstr("the tensor \"model.layers.1.self_attn.k_proj.weight\" has the shape [16, 16] where "
                                           "config.json asks for [8, 16]"));
}

TEST(CheckpointTensors, AreRefusedWhenQuantised) {
  TinyModel model = tiny_llama();
  model.tensors["model.norm.weight"] = {.shape = {16}, .dtype = DType::u8, .bytes = std::vector<std::byte>(16)};
  EXPECT_THAT(refusal_of(model),
              HasSubstr("\"model.norm.weight\" is stored as U8; Headlight reads weights of F32, F16, BF16 and F64"));
}

TEST(CheckpointTensors, BecomeNotesWhenTheyAreBuffers) {
  TinyModel gpt2 = tiny_gpt2();
  gpt2.add("transformer.h.0.attn.bias", {1, 1, 16, 16});
  gpt2.add("transformer.h.0.attn.masked_bias", {});
  EXPECT_THAT(open_written(gpt2).notes, Contains(HasSubstr("2 tensors are not read because they follow from others")));
  TinyModel llama = tiny_llama();
  llama.add("model.layers.0.self_attn.rotary_emb.inv_freq", {2});
  EXPECT_THAT(open_written(llama).notes, Contains(HasSubstr("1 tensors are not read")));
  EXPECT_THAT(open_written(tiny_llama()).notes, IsEmpty());
}

TEST(CheckpointTensors, AreNamedInANoteWhenTheyHaveNoPlace) {
  TinyModel model = tiny_llama();
  model.add("model.layers.0.self_attn.q_proj.bias", {16});
  EXPECT_THAT(open_written(model).notes, Contains(HasSubstr("1 tensors have no place in this architecture and were not used: "
                                                            "model.layers.0.self_attn.q_proj.bias")));
}

TEST(TiedUnembedding, IsAViewOfTheEmbedding) {
  const Checkpoint checkpoint = open_written(tiny_gpt2());
  EXPECT_EQ(checkpoint.weights.unembedding.matrix.origin, checkpoint.weights.token_embedding.origin);
  EXPECT_EQ(checkpoint.weights.unembedding.matrix.n_in, 8);
  EXPECT_EQ(checkpoint.weights.unembedding.matrix.n_out, 11);
  EXPECT_EQ(weight_value<float>(checkpoint.weights.unembedding.matrix, 5, 3),
            weight_value<float>(checkpoint.weights.token_embedding, 3, 5));
}

TEST(TiedUnembedding, IgnoresAnEqualCopy) {
  TinyModel model = tiny_gpt2();
  model.tensors["lm_head.weight"] = model.tensors.at("transformer.wte.weight");
  const Checkpoint checkpoint = open_written(model);
  EXPECT_EQ(checkpoint.weights.unembedding.matrix.origin, checkpoint.weights.token_embedding.origin);
  EXPECT_THAT(checkpoint.notes, Contains(HasSubstr("a tied unembedding")));
}

TEST(TiedUnembedding, GivesWayToAStoredOneThatDiffers) {
  TinyModel model = tiny_gpt2();
  model.add("lm_head.weight", {11, 8});
  const Checkpoint checkpoint = open_written(model);
  EXPECT_EQ(weight_value<float>(checkpoint.weights.unembedding.matrix, 5, 3), stored(model, "lm_head.weight", 3 * 8 + 5));
  EXPECT_THAT(checkpoint.notes, Contains(HasSubstr("differ although config.json ties them")));
}

TEST(TiedUnembedding, StandsForAnEmbeddingThatIsNotStored) {
  TinyModel model = tiny_gpt2();
  model.tensors["lm_head.weight"] = model.tensors.at("transformer.wte.weight");
  model.tensors.erase("transformer.wte.weight");
  EXPECT_EQ(weight_value<float>(open_written(model).weights.token_embedding, 3, 5), stored(model, "lm_head.weight", 3 * 8 + 5));
}

TEST(UntiedUnembedding, MustBeStored) {
  TinyModel model = tiny_llama();
  model.tensors.erase("lm_head.weight");
  EXPECT_THAT(refusal_of(model), HasSubstr("the tensor \"lm_head.weight\" of shape [11, 16] is missing"));
}

TEST(ModelFolder, IsAFolderWithAConfig) {
  const TemporaryFolder folder;
  EXPECT_FALSE(is_model_folder(folder.path()));
  EXPECT_FALSE(is_model_folder(folder / "none"));
  tiny_gpt2().write_config(folder.path());
  EXPECT_TRUE(is_model_folder(folder.path()));
}

TEST(ModelFolder, SaysWhatIsWrongWithIt) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal(folder / "none"), HasSubstr("/none: there is no such folder"));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("has no weights: neither model.safetensors nor"));

  tiny_gpt2().write(folder.path());
  EXPECT_THAT(refusal(folder / "model.safetensors"), HasSubstr("is a file; give a GGUF file, or the folder that has config.json"));
  fs::remove(folder / "config.json");
  EXPECT_THAT(refusal(folder.path()), HasSubstr("has weights but no config.json"));
  write_file(folder / "config.json", "[]");
  EXPECT_THAT(refusal(folder.path()), HasSubstr("config.json: is not a JSON object"));
  write_file(folder / "config.json", "{");
  EXPECT_THAT(refusal(folder.path()), HasSubstr("config.json: not valid JSON at line 1"));

  write_file(folder / "a.gguf", "GGUF");
  EXPECT_THAT(refusal(folder / "a.gguf"), HasSubstr("a.gguf: the file is 4 bytes long and a GGUF file at least 24"));
}

TEST(ModelFolder, MayBeACacheFolder) {
  const TemporaryFolder cache;
  tiny_gpt2().write(cache / "snapshots" / "abc");
  EXPECT_EQ(open_checkpoint(cache.path()).folder, cache / "snapshots" / "abc");
  tiny_llama().write(cache / "snapshots" / "def");
  EXPECT_THAT(refusal(cache.path()), HasSubstr("with 2 snapshots and no refs/main"));
  fs::create_directories(cache / "refs");
  write_file(cache / "refs" / "main", "def\n");
  EXPECT_EQ(open_checkpoint(cache.path()).description.architecture, "llama");
  write_file(cache / "refs" / "main", "ghi");
  EXPECT_THAT(refusal(cache.path()), HasSubstr("names the snapshot \"ghi\", which is not in"));
}

}  // namespace
}  // namespace headlight
