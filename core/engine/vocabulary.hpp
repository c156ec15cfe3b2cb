// From tokens into the residual stream and back out, also where embeddings are narrower than the stream and projections lie between.
#pragma once

#include <span>

#include "core/engine/weight_reader.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

template <typename T>
class Vocabulary {
 public:
  // Both borrowed.
  Vocabulary(const ModelWeights& weights, WeightReader<T>& reader, ThreadPool& pool) : weights_(weights), reader_(reader), pool_(pool) {}

  // out [token, d_model]: embeddings as stored, or through their projection.
  void embed(std::span<const TokenId> tokens, T* out);

  // out [row, vocabulary] = what the unembedding makes of final rows [row, d_model], without its bias.
  void unembed(const T* final_rows, size_t n_rows, T* out);

  // out [d_model]: the direction of final rows that the token's logit reads.
  void direction(TokenId token, T* out);

 private:
  const ModelWeights& weights_;
  WeightReader<T>& reader_;
  ThreadPool& pool_;
  Buffer<T> narrow_;  // [row, d_embedding]
};

}  // namespace headlight
