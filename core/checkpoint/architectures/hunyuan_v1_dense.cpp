// Hunyuan: Llama with norms on each query and key after their rotation. Its "dynamic" scaling has an alpha, and then the base is
// stretched once for all lengths. With experts: in every layer, beside one that every token goes through.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// A "dynamic" scaling with alpha as the base that it stands for.
Config with_plain_base(const Config& config, int d_head) {
  Json fields = config.fields();
  for (const char* name : {"rope_scaling", "rope_parameters"}) {
    if (!config[name].is_object()) continue;
    Json parameters = config[name];
    const Config inner(parameters);
    const std::string type = inner.word("rope_type", inner.word("type", "default").c_str());
    const double alpha = inner.optional_number("alpha").value_or(0);
    if (type != "dynamic" || alpha == 0) continue;
    const double theta = inner.number("rope_theta", config.number("rope_theta", 10000));
    parameters.set("rope_theta", theta * std::pow(alpha, d_head / (d_head - 2.0)));
    parameters.set("rope_type", "default");
    fields.set(name, std::move(parameters));
  }
  return Config(std::move(fields));
}

Blueprint read_hunyuan(const Config& config, const char* architecture) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 290943, .d_mlp = 11008, .n_heads = 32,
                            .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_after_rotation = true;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(with_plain_base(config, model.attention.d_head),
                                    {.d_head = model.attention.d_head,
                                     .max_positions = config.count("max_position_embeddings", 2048)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  layer.query_norm = "self_attn.query_layernorm";
  layer.key_norm = "self_attn.key_layernorm";
  return blueprint;
}

// "moe_topk" may be a list, a number for each layer.
Config with_one_topk(const Config& config) {
  const Json& topk = config["moe_topk"];
  if (!topk.is_array() || topk.size() == 0) return config;
  for (const Json& number : topk.as_array())
    if (number != topk[0]) config.refuse("moe_topk", "where Headlight computes the same number for every layer");
  Json fields = config.fields();
  fields.set("moe_topk", topk[0]);
  return Config(std::move(fields));
}

}  // namespace

Blueprint read_hunyuan_v1_dense(const Config& config) { return read_hunyuan(config, "hunyuan_v1_dense"); }

Blueprint read_hunyuan_v1_moe(const Config& fields) {
  const Config config = with_one_topk(fields.with_aliases({{"num_experts_per_tok", "moe_topk"}, {"num_local_experts", "num_experts"}}))
                            .with_aliases({{"moe_topk", "num_experts_per_tok"}});
  Blueprint blueprint = read_hunyuan(config, "hunyuan_v1_moe");
  ModelDescription& model = blueprint.description;
  read_experts(config, model, "num_experts", 1, 1, model.mlp.d_mlp);
  set_expert_names(blueprint.tensors.layer);
  blueprint.tensors.layer.router = {"mlp.gate.wg"};
  set_shared_expert(blueprint, 1, "mlp.shared_mlp.");
  return blueprint;
}

}  // namespace headlight
