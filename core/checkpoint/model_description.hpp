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

// Where the norms of a block stand:
//   pre  x + f(norm(x))    post  norm(x + f(x))    post_inside  x + norm(f(x))    sandwich  x + norm'(f(norm(x)))
enum class NormPlacement { pre, post, post_inside, sandwich };
constexpr bool norms_before(NormPlacement placement) { return placement == NormPlacement::pre || placement == NormPlacement::sandwich; }
constexpr bool norms_within(NormPlacement placement) { return placement == NormPlacement::post_inside || placement == NormPlacement::sandwich; }

enum class PositionScheme { none, learned, rotary, alibi };

enum class RotaryStyle { half, interleaved };  // pairs (i, i + d/2) or (2i, 2i + 1)

// The inverse frequencies are final: every scaling (linear, llama3, yarn, longrope) is worked into them by the reader. Prompts
// longer than `short_length` have others: the second list (longrope), or those of a base that grows with the length (dynamic).
struct RotaryDescription {
  RotaryStyle style = RotaryStyle::half;
  bool turns_back = false;                  // by the negative of each angle (nanochat)
  int n_dims = 0;                           // rotated dimensions at the front of each head
  std::vector<double> inverse_frequencies;  // [n_dims / 2]
  double attention_factor = 1;              // multiplies cosine and sine (yarn, longrope)

  int short_length = 0;                          // 0: the frequencies do not depend on the prompt's length
  std::vector<double> long_inverse_frequencies;  // [n_dims / 2]
  double long_attention_factor = 0;              // instead of attention_factor there; 0: the same (PhiMoE has two)
  int dynamic_dims = 0;                          // d, which may be odd
  double dynamic_base = 0, dynamic_factor = 0;   // base * (factor * length / short_length - (factor - 1)) ^ (d / (d - 2))
};

// The frequencies of a prompt of `length` tokens, and what multiplies its cosine and sine.
std::vector<double> inverse_frequencies_of(const RotaryDescription& rotary, int length);
double attention_factor_of(const RotaryDescription& rotary, int length);

// What is added to the scores of ALiBi: slope of the head * (key - query). Falcon rounds slope * key to bfloat16 instead.
struct AlibiDescription {
  std::vector<double> slopes;  // [n_heads]
  double scale = 1;            // multiplies the bias
  bool rounds_to_bf16 = false;
};

// The bias of a key for the queries of a head, up to what the softmax over keys takes away.
double alibi_bias(const AlibiDescription& alibi, int head, int key, int query);

// xielu: with parameters of each layer.
enum class Activation {
  relu, gelu, gelu_tanh, quick_gelu, silu, relu_squared, xielu,
  linear, tanh, sigmoid, relu6, leaky_relu, hard_swish, gelu_clipped, laplace, mish, sqrt_softplus
};

// What is normed of queries and keys: each head by itself with one set of weights for all or a set for each, or the whole
// projection at once.
enum class QkNorm { none, each_head, each_head_own_weights, all_heads };

struct AttentionDescription {
  int n_heads = 0, n_kv_heads = 0, d_head = 0;
  double score_scale = 0;        // multiplies q . k; usually 1 / sqrt(d_head)
  double score_soft_cap = 0;     // cap * tanh(score / cap); 0 for none
  double qkv_clip = 0;           // q, k (both as normed) and v are clamped to [-clip, clip]; 0 for none
  QkNorm qk_norm = QkNorm::none;
  bool qk_norm_after_rotation = false;
  NormDescription qk_norm_kind;
  bool has_sinks = false;        // one learned logit per head joins the softmax (GPT-OSS)
};

// (up + 1) * gate * sigmoid(slope * gate), with gate <= limit and -limit <= up <= limit.
struct ClampedGate {
  double limit = 0, slope = 1;
};

// How the logits of the router become the weights of the experts it chooses, those with the largest logits:
//   softmax_over_active  softmax over the logits of the chosen ones
//   softmax_over_all     softmax over all logits
//   sparse_mixer         two are chosen, each weighted by the softmax over the logits close to its own (arXiv 2310.00811)
//   scored               as ScoredRouting says
enum class Routing { softmax_over_active, softmax_over_all, sparse_mixer, scored };

// Every expert has a score; a stored correction joins it for the choice alone, not for the weight (arXiv 2412.19437).
struct ScoredRouting {
  bool is_sigmoid = false;                // of the expert's own logit, instead of the softmax over all
  int n_groups = 1, n_active_groups = 1;  // of neighbours; experts are chosen from the groups whose two best sum to the most
  bool is_normalised = false;             // the weights are divided by their sum...
  double least_sum = 0;                   // ...or by this where that is smaller
  double scale = 1;                       // and multiplied by this
};

struct MlpDescription {
  Activation activation = Activation::gelu;
  bool gated = false;                        // act(gate(x)) * up(x)...
  std::optional<ClampedGate> clamped_gate{}; // ...or this instead
  int d_mlp = 0;
  // Layers with experts add up the outputs of the `n_active` MLPs that the router chooses, weighted.
  int n_experts = 0;  // 0: every layer has one MLP and no router
  int n_active = 0;
  int d_expert = 0;   // the width of each
  Routing routing = Routing::softmax_over_active;
  ScoredRouting scored{};
  double sparse_mixer_width = 0;  // which logits are close: within twice this share of the larger one
  int d_shared = 0;               // the width of one more expert that every token goes through; 0: none
  bool shared_is_gated = false;   // its output is multiplied by sigmoid of a projection to one number
};

struct LayerDescription {
  PositionScheme positions = PositionScheme::none;  // rotary or none where layers differ; otherwise the model's
  int rotary = 0;            // which of ModelDescription::rotaries
  int window = 0;            // keys a query sees, itself included; 0 for all
  double score_scale = 0;    // where it depends on the layer; 0: AttentionDescription's
  bool has_experts = false;
};

struct ModelDescription {
  std::string architecture;  // model_type, for people; the forward pass never reads it
  int n_layers = 0, d_model = 0, vocab_size = 0;
  int n_ctx = 0;             // the longest prompt, 0 when the positions have no end; learned positions end there, others go on unused to it
  std::optional<int> bos_token, eos_token;

  PositionScheme positions = PositionScheme::learned;
  int learned_position_offset = 0;  // OPT looks positions up from row 2
  std::vector<RotaryDescription> rotaries;
  AlibiDescription alibi;

  int d_embedding = 0;          // of embedding and unembedding, with projections in and out; 0: they are d_model wide
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
  bool residual_is_normed = false;    // norm(x) + f(norm(x)), with norms before (an option of BLOOM)
  bool parallel_residual = false;     // x + attention(norm(x)) + mlp(norm'(x))
  bool parallel_shares_norm = false;  // norm' is norm

  AttentionDescription attention;
  MlpDescription mlp;
  std::vector<LayerDescription> layers;  // [n_layers]

  int group_size() const { return attention.n_heads / attention.n_kv_heads; }
  int kv_head_of(int head) const { return head / group_size(); }
};

}  // namespace headlight
