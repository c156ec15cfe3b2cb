#include "core/checkpoint/tensor_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::code_of;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_llama;

std::string refusal(const TemporaryFolder& folder) {
  return message_of([&] { TensorStore::open(folder.path()); });
}

TEST(TensorStore, HasTheSameTensorsFromOneFileAndFromShards) {
  const TemporaryFolder one, many;
  tiny_llama().write(one.path());
  tiny_llama().write_sharded(many.path(), 3);
  const TensorStore a = TensorStore::open(one.path()), b = TensorStore::open(many.path());
  ASSERT_EQ(a.tensors().size(), tiny_llama().tensors.size());
  ASSERT_EQ(b.tensors().size(), a.tensors().size());
  for (const auto& [name, tensor] : a.tensors()) {
    ASSERT_NE(b.find(name), nullptr) << name;
    EXPECT_EQ(b.find(name)->shape, tensor->shape);
    EXPECT_TRUE(std::ranges::equal(b.find(name)->bytes, tensor->bytes)) << name;
  }
}

TEST(TensorStore, PrefersTheSingleFileToTheIndex) {
  const TemporaryFolder folder;
  tiny_llama().write_sharded(folder.path(), 2);
  auto single = tiny_llama();
  single.tensors = {{"only", single.tensors.begin()->second}};
  single.write(folder.path());
  EXPECT_EQ(TensorStore::open(folder.path()).tensors().size(), 1u);
}

TEST(TensorStore, NamesAMissingShard) {
  const TemporaryFolder folder;
  tiny_llama().write_sharded(folder.path(), 3);
  fs::remove(folder / "model-2.safetensors");
  EXPECT_THAT(refusal(folder), HasSubstr("model-2.safetensors: this shard is missing; model.safetensors.index.json says that it "
                                         "holds 7 tensors: an incomplete download?"));
}

TEST(TensorStore, NamesATensorThatItsShardLacks) {
  const TemporaryFolder folder;
  tiny_llama().write_sharded(folder.path(), 2);
  Json index = parse_json_file(folder / "model.safetensors.index.json");
  Json weight_map = index["weight_map"];
  weight_map.set("model.extra.weight", "model-1.safetensors");
  write_file(folder / "model.safetensors.index.json", to_text(Json::object({{"weight_map", weight_map}})));
  EXPECT_THAT(refusal(folder), HasSubstr("model-1.safetensors: has no tensor \"model.extra.weight\""));
}

TEST(TensorStore, NotesTensorsThatTheIndexLeavesOut) {
  const TemporaryFolder folder;
  tiny_llama().write_sharded(folder.path(), 2);
  Json weight_map = Json::object();
  const Json index = parse_json_file(folder / "model.safetensors.index.json");
  for (const auto& [name, shard] : index["weight_map"].as_object())
    if (name != "lm_head.weight") weight_map.set(name, shard);
  write_file(folder / "model.safetensors.index.json", to_text(Json::object({{"weight_map", weight_map}})));
  const TensorStore store = TensorStore::open(folder.path());
  EXPECT_EQ(store.find("lm_head.weight"), nullptr);
  ASSERT_EQ(store.notes().size(), 1u);
  EXPECT_THAT(store.notes()[0], HasSubstr("holds 1 tensors that model.safetensors.index.json does not name"));
}

TEST(TensorStore, RefusesAnIndexWithoutAMap) {
  const TemporaryFolder folder;
  write_file(folder / "model.safetensors.index.json", "{}");
  EXPECT_THAT(refusal(folder), HasSubstr("index.json: the field \"weight_map\" is missing"));
  write_file(folder / "model.safetensors.index.json", R"({"weight_map": {}})");
  EXPECT_THAT(refusal(folder), HasSubstr("its \"weight_map\" names no tensor"));
}

TEST(TensorStore, RefusesAShardOutsideTheFolder) {
  const TemporaryFolder folder;
  write_file(folder / "model.safetensors.index.json", R"({"weight_map": {"a": "../secret.safetensors"}})");
  EXPECT_THAT(refusal(folder), HasSubstr("the shard \"../secret.safetensors\" is not a file name of this folder"));
}

TEST(TensorStore, RefusesPickledWeightsWithTheCommandThatConvertsThem) {
  const TemporaryFolder folder;
  write_file(folder / "pytorch_model.bin", "x");
  EXPECT_THAT(refusal(folder), HasSubstr("the weights are pickled (pytorch_model.bin)"));
  EXPECT_THAT(refusal(folder), HasSubstr("python3 -c 'import sys, transformers as t; "
                                         "t.AutoModelForCausalLM.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[1]"));
  EXPECT_THAT(refusal(folder), HasSubstr("\"" + folder.path().string() + "\""));
  EXPECT_EQ(code_of([&] { TensorStore::open(folder.path()); }), ErrorCode::unsupported);
}

TEST(TensorStore, KnowsAnAdapter) {
  const TemporaryFolder folder;
  write_file(folder / "adapter_model.safetensors", "x");
  EXPECT_THAT(refusal(folder), HasSubstr("holds an adapter (adapter_model.safetensors), not a model: merge it"));
}

TEST(TensorStore, SaysThatAShardHasNoIndex) {
  const TemporaryFolder folder;
  write_file(folder / "model-00001-of-00002.safetensors", "x");
  EXPECT_THAT(refusal(folder), HasSubstr("has model-00001-of-00002.safetensors but neither model.safetensors nor "
                                         "model.safetensors.index.json"));
}

TEST(TensorStore, SaysThatAFolderHasNoWeights) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal(folder), HasSubstr("has no weights: neither model.safetensors nor"));
}

}  // namespace
}  // namespace headlight
