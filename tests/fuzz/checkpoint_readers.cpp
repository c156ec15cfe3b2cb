#include <algorithm>

#include "core/base/json.hpp"
#include "core/checkpoint/architectures.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "tests/fuzz/input_files.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight::fuzz {
namespace {

using testing_support::TemporaryFolder;
using testing_support::TinyModel;

const std::string kTests = HEADLIGHT_SOURCE_DIR "/tests";

InputFolder& model_folder() {
  static InputFolder kFolder{"config.json", "model.safetensors", "model.safetensors.index.json", "model-1.safetensors", "model-2.safetensors"};
  return kFolder;
}

// One layer, two heads of two dimensions, four tokens.
TinyModel small_llama() {
  TinyModel model;
  model.config = parse_json(R"({"model_type": "llama", "num_hidden_layers": 1, "num_attention_heads": 2, "hidden_size": 4, "intermediate_size": 4,
    "vocab_size": 4, "max_position_embeddings": 8, "rms_norm_eps": 1e-5})");
  for (const char* name : {"input_layernorm", "post_attention_layernorm"}) model.add("model.layers.0." + std::string(name) + ".weight", {4}, DType::bf16);
  for (const char* name : {"self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o", "mlp.gate", "mlp.up", "mlp.down"})
    model.add("model.layers.0." + std::string(name) + "_proj.weight", {4, 4}, DType::bf16);
  for (const char* name : {"model.embed_tokens", "lm_head"}) model.add(std::string(name) + ".weight", {4, 4}, DType::bf16);
  model.add("model.norm.weight", {4}, DType::bf16);
  return model;
}

// One layer of GPT-OSS, one expert in MXFP4; a block holds 32 numbers.
TinyModel small_gpt_oss() {
  TinyModel model;
  model.config = parse_json(R"({"model_type": "gpt_oss", "num_hidden_layers": 1, "hidden_size": 32, "intermediate_size": 32, "num_attention_heads": 1,
    "num_key_value_heads": 1, "head_dim": 2, "vocab_size": 2, "num_local_experts": 1, "num_experts_per_tok": 1, "max_position_embeddings": 8,
    "sliding_window": 4, "rms_norm_eps": 1e-5, "layer_types": ["full_attention"], "rope_parameters": {"rope_type": "default", "rope_theta": 10000},
    "quantization_config": {"quant_method": "mxfp4"}})");
  const std::string layer = "model.layers.0.";
  const auto add = [&](const std::string& name, Shape shape) { model.add(name, std::move(shape), DType::bf16); };
  const auto add_packed = [&](const std::string& name, Shape shape) {
    const auto n = static_cast<std::size_t>(n_elements(shape));
    model.tensors[layer + "mlp.experts." + name] = {.shape = std::move(shape), .dtype = DType::u8, .bytes = std::vector<std::byte>(n, std::byte{0x7f})};
  };
  for (const char* name : {"input_layernorm", "post_attention_layernorm"}) add(layer + name + ".weight", {32});
  for (const char* name : {"q", "k", "v"}) {
    add(layer + "self_attn." + name + "_proj.weight", {2, 32});
    add(layer + "self_attn." + name + "_proj.bias", {2});
  }
  add(layer + "self_attn.o_proj.weight", {32, 2}), add(layer + "self_attn.o_proj.bias", {32}), add(layer + "self_attn.sinks", {1});
  add(layer + "mlp.router.weight", {1, 32}), add(layer + "mlp.router.bias", {1});
  add_packed("gate_up_proj_blocks", {1, 64, 1, 16}), add_packed("gate_up_proj_scales", {1, 64, 1});
  add_packed("down_proj_blocks", {1, 32, 1, 16}), add_packed("down_proj_scales", {1, 32, 1});
  add(layer + "mlp.experts.gate_up_proj_bias", {1, 64}), add(layer + "mlp.experts.down_proj_bias", {1, 32});
  add("model.embed_tokens.weight", {2, 32}), add("lm_head.weight", {2, 32}), add("model.norm.weight", {32});
  return model;
}

void read_config(std::string_view input) { read_blueprint(Config(parse_json(input))); }

std::vector<std::string> config_seeds() {
  std::vector<std::string> seeds;
  const Json cases = parse_json_file(kTests + "/core/checkpoint/architectures/option_cases.json");
  for (const Json& option_case : cases["cases"].as_array()) seeds.push_back(to_text(option_case["config"]));
  for (const auto& entry : std::filesystem::directory_iterator(kTests + "/golden/data"))  // all architectures
    if (exists(entry.path() / "config.json")) seeds.push_back(to_text(parse_json_file(entry.path() / "config.json")));
  std::sort(seeds.begin(), seeds.end());
  return seeds;
}

void read_checkpoint(std::string_view input) { open_checkpoint(model_folder().with(input)); }

std::vector<std::string> checkpoint_seeds() {
  const TemporaryFolder whole, sharded, packed;
  small_llama().write(whole.path());
  small_llama().write_sharded(sharded.path(), 2);
  small_gpt_oss().write(packed.path());
  std::vector<std::string> seeds;
  for (const TemporaryFolder* folder : {&whole, &sharded, &packed}) seeds.push_back(model_folder().input_of(folder->path()));
  return seeds;
}

}  // namespace

const Target config_target{.name = "config", .read = read_config, .max_input = 4096, .seeds = config_seeds, .fixed_mb = 8};
const Target checkpoint_target{.name = "checkpoint", .read = read_checkpoint, .max_input = 8192, .seeds = checkpoint_seeds, .fixed_mb = 8};

}  // namespace headlight::fuzz
