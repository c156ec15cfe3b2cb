// What heads do by their weights (OV and QK circuits), and what they write into the logits of a run: the pieces of direct logit
// attribution, copying scores and the like. All heads of a layer at once; rows are packed.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "core/base/thread_pool.hpp"
#include "core/engine/model.hpp"
#include "core/engine/parameters.hpp"
#include "core/engine/vocabulary.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

class Circuits {
 public:
  Circuits(const Model& model, ThreadPool& pool);

  // out [n, d_model]: the tokens' embeddings as they enter block 0, without positions.
  void embed(std::span<const TokenId> tokens, float* out);

  // out [n, d_model]: the effective embedding, embed + MLP0(norm(embed)): the residual stream after block 0 with its attention left
  // out. Throws Error{unsupported} for layouts without a norm before attention and MLP.
  void embed_effectively(std::span<const TokenId> tokens, float* out);

  // out [n, d_model]: what the heads of `layer` read of rows of the residual stream (the norm before attention).
  void head_input(int layer, const float* residual, size_t n, float* out);

  // out [n, n_heads, d_head]: W_V x + b_V of head inputs [n, d_model]; heads of a group have the values of their key-value head.
  void values(int layer, const float* input, size_t n, float* out);

  // out [n, n_heads, d_model]: what each head writes for z [n, n_heads, d_head]: W_O z, without the bias, which belongs to no head.
  void results(int layer, const float* z, size_t n, float* out);

  // out [n_heads, n_queries, n_keys]: scaled scores of head inputs [n, d_model] without rotation: content alone.
  void scores(int layer, const float* queries, size_t n_queries, const float* keys, size_t n_keys, float* out);

  // out [n, tokens] (or [n, vocabulary] for no tokens): logits of rows of the residual stream, each through its own final norm,
  // without the unembedding's bias and soft cap.
  void logits(const float* residual, size_t n, std::span<const TokenId> tokens, float* out);

  // Direct logit attribution (heads.md, primitive 1): out [n, n_heads, tokens], the share of the logits that z [n, n_heads, d_head] of
  // `layer` makes, with the final norm's scale frozen at the run's last residual row [d_model]. Linear in z. Without biases and
  // soft cap. Throws Error{unsupported} where a norm follows the heads' outputs (post-norm layouts).
  void direct_effects(int layer, const float* z, size_t n, std::span<const float> last_residual, std::span<const TokenId> tokens, float* out);

  // out [n, d_model]: the tokens' columns of the unembedding as directions of the residual stream: the final norm's weight folded in and,
  // where the norm centres, centred.
  void unembed(std::span<const TokenId> tokens, float* out);

  // [head]: sum l / sum |l| over the eigenvalues l of W_E W_OV W_U with the norms' weights folded in (Elhage et al. 2021): 1 for a head that
  // raises the very tokens that it sees, -1 for one that lowers them, 0 where the head writes nothing. `effective`: of effective embeddings.
  // Kept: asked again, it costs nothing. Throws Error{unsupported} for post-norm layouts.
  std::vector<double> copying(int layer, bool effective);

 private:
  // Sum over the vocabulary of unembed(t) embed(t)^T: [d_model, d_model].
  const Buffer<float>& seen_and_raised(bool effective);
  void require_pre_norm(const char* what) const;
  void project(const LinearWeights& weights, const float* x, size_t n, Buffer<float>& out);
  // The token's column of the unembedding as a direction of the residual stream, the final norm frozen at `last_residual`.
  void frozen_direction(std::span<const float> last_residual, TokenId token, float* out);
  const Buffer<float>& directions(std::span<const float> last_residual, std::span<const TokenId> tokens);

  const Model model_;
  const ModelDescription& description_;
  ThreadPool& pool_;
  WeightReader<float> reader_;
  Parameters<float> parameters_;
  Vocabulary<float> vocabulary_;
  Buffer<float> projected_, keys_, normed_, through_output_;
  Buffer<float> seen_and_raised_[2];                       // by `effective`; empty before it is asked for
  std::map<std::pair<int, bool>, std::vector<double>> copying_;  // by layer and `effective`
  Buffer<float> directions_;  // [token, d_model] of the last call
  std::vector<float> directions_at_;
  std::vector<TokenId> directions_of_;
};

}  // namespace headlight
