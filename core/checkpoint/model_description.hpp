// What a decoder-only transformer computes, as plain facts. The checkpoint reader fills it from config.json;
// the forward pass reads nothing else, so no architecture has a name there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headlight {

enum class NormKind { layer_norm, rms_norm };

struct NormDescription {
  NormKind kind = NormKind::layer_norm;
  double epsilon = 1e-5;
  double weight_offset = 0;  // 1 where the stored weight w means 1 + w (Gemma)
  bool has_weight = true;
  bool has_bias = false;
};

// Where the norms of a block stand: x + f(norm(x)), norm(x + ...), or with a norm on each side of f.
enum class NormPlacement { pre, post_inside, sandwich };  // post_inside: x + norm(f(x)) (OLMo 2)

enum class PositionScheme { none, learned, rotary, alibi };

enum class RotaryStyle { half, interleaved };  // pairs (i, i + d/2) or (2i, 2i + 1)

// The inverse frequencies are final: every scaling (linear, llama3, yarn, longrope) is worked into them by the reader.
struct RotaryDescription {
  RotaryStyle style = RotaryStyle::half;
  int n_dims = 0;                           // rotated dimensions at the front of each head
  std::vector<double> inverse_frequencies;  // [n_dims / 2]
  double attention_factor = 1;              // multiplies cosine and sine (yarn, longrope)
};

enum class Activation { relu, gelu, gelu_tanh, quick_gelu, silu, relu_squared };

struct AttentionDescription {
  int n_heads = 0, n_kv_heads = 0, d_head = 0;
  double score_scale = 0;             // multiplies q . k; usually 1 / sqrt(d_head)
  double score_soft_cap = 0;          // cap * tanh(score / cap); 0 for none
  double qkv_clip = 0;                // q, k, v are clamped to [-clip, clip]; 0 for none
  bool qk_norm = false;               // q and k are normed before the rotation...
  bool qk_norm_over_all_heads = false;  // ...over the whole projection instead of per head
  NormDescription qk_norm_kind;
  bool has_sinks = false;             // one learned logit per head joins the softmax (GPT-OSS)
};

struct MlpDescription {
  Activation activation = Activation::gelu;
  bool gated = false;  // act(gate(x)) * up(x)
  int d_mlp = 0;
  // A mixture of experts adds up the outputs of the `n_active` MLPs to which the router gives the largest logits, weighted
  // by the softmax over these logits.
  int n_experts = 0;  // 0: there is one MLP and no router
  int n_active = 0;
};

struct LayerDescription {
  PositionScheme positions = PositionScheme::none;  // rotary or none where layers differ; otherwise the model's
  int rotary = 0;         // which of ModelDescription::rotaries
  int window = 0;         // keys a query sees, itself included; 0 for all
  double score_scale = 0;  // where it depends on the layer; 0: AttentionDescription's
};

struct ModelDescription {
  std::string architecture;  // model_type, for people; the forward pass never reads it
  int n_layers = 0, d_model = 0, vocab_size = 0;
  int n_ctx = 0;             // the longest prompt; 0 when the positions have no end
  std::optional<int> bos_token, eos_token;

  PositionScheme positions = PositionScheme::learned;
  int learned_position_offset = 0;  // OPT looks positions up from row 2
  std::vector<RotaryDescription> rotaries;

  double embedding_scale = 1;   // multiplies token embeddings
  double residual_scale = 1;    // multiplies what attention and MLP add
  double logit_scale = 1;       // multiplies logits
  double logit_soft_cap = 0;    // 0 for none
  bool has_embedding_norm = false;  // BLOOM
  NormDescription embedding_norm;

  NormPlacement norm_placement = NormPlacement::pre;
  NormDescription norm;        // of the blocks
  NormDescription final_norm;
  bool has_final_norm = true;
  bool parallel_residual = false;     // x + attention(norm(x)) + mlp(norm'(x))
  bool parallel_shares_norm = false;  // norm' is norm

  AttentionDescription attention;
  MlpDescription mlp;
  std::vector<LayerDescription> layers;  // [n_layers]

  int group_size() const { return attention.n_heads / attention.n_kv_heads; }
  int kv_head_of(int head) const { return head / group_size(); }
};

}  // namespace headlight
