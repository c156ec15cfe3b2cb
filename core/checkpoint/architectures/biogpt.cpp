// BioGPT: OPT with scaled embeddings.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_biogpt(const Config& fields) {
  const Config config = fields.without({"num_key_value_heads", "head_dim"});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "biogpt",
                           {.n_layers = 24, .d_model = 1024, .vocab_size = 42384, .d_mlp = 4096, .n_heads = 16,
                            .bos_token = 0, .eos_token = 2});
  model.n_ctx = config.count("max_position_embeddings", 1024);
  model.positions = PositionScheme::learned;
  model.learned_position_offset = 2;
  if (config.flag("scale_embedding", true)) model.embedding_scale = std::sqrt(model.d_model);
  model.norm = model.final_norm = layer_norm(1e-5);  // whatever "layer_norm_eps" says
  model.mlp.activation = config.activation("hidden_act", "gelu");
  for (LayerDescription& layer : model.layers) layer.positions = PositionScheme::learned;

  TensorTable& table = blueprint.tensors;
  table.prefixes = {"biogpt.", ""};
  table.token_embedding = "embed_tokens";
  table.position_embedding = "embed_positions";
  table.layer_prefix = "layers.{}.";
  table.layer = {.attention_norm = "self_attn_layer_norm",
                 .mlp_norm = "final_layer_norm",
                 .query = {"self_attn.q_proj", true},
                 .key = {"self_attn.k_proj", true},
                 .value = {"self_attn.v_proj", true},
                 .output = {"self_attn.out_proj", true},
                 .up = {"fc1", true},
                 .down = {"fc2", true}};
  table.final_norm = "layer_norm";
  table.unembedding = {"output_projection"};
  table.tied = config.flag("tie_word_embeddings", true);
  return blueprint;
}

}  // namespace headlight
