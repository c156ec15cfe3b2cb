#include "core/engine/vocabulary.hpp"

#include "core/tensor/product.hpp"

namespace headlight {
namespace {

size_t rows_of(const WeightMatrix& matrix) { return static_cast<size_t>(matrix.n_in); }
size_t columns_of(const WeightMatrix& matrix) { return static_cast<size_t>(matrix.n_out); }

}  // namespace

template <typename T>
void Vocabulary<T>::embed(std::span<const TokenId> tokens, T* out) {
  const size_t width = columns_of(weights_.token_embedding);
  T* rows = out;
  if (weights_.embedding_in) {
    narrow_.resize(tokens.size() * width);
    rows = narrow_.data();
  }
  for (size_t t = 0; t < tokens.size(); ++t) reader_.row(weights_.token_embedding, tokens[t], rows + t * width);
  if (!weights_.embedding_in) return;
  const WeightMatrix& projection = weights_.embedding_in->matrix;
  product(pool_, tokens.size(), columns_of(projection), width, {rows, width, false}, reader_.matrix(projection), out, columns_of(projection));
}

template <typename T>
void Vocabulary<T>::unembed(const T* final_rows, size_t n_rows, T* out) {
  const WeightMatrix& matrix = weights_.unembedding.matrix;
  const size_t width = rows_of(matrix), n_vocab = columns_of(matrix);
  const T* rows = final_rows;
  if (weights_.embedding_out) {
    const WeightMatrix& projection = weights_.embedding_out->matrix;
    narrow_.resize(n_rows * width);
    product(pool_, n_rows, width, rows_of(projection), {final_rows, rows_of(projection), false}, reader_.matrix(projection), narrow_.data(), width);
    rows = narrow_.data();
  }
  product(pool_, n_rows, n_vocab, width, {rows, width, false}, reader_.matrix(matrix), out, n_vocab);
}

template <typename T>
void Vocabulary<T>::direction(TokenId token, T* out) {
  const WeightMatrix& matrix = weights_.unembedding.matrix;
  if (!weights_.embedding_out) return reader_.column(matrix, token, out);
  const WeightMatrix& projection = weights_.embedding_out->matrix;
  const size_t width = rows_of(matrix), d_model = rows_of(projection);
  narrow_.resize(width);
  reader_.column(matrix, token, narrow_.data());
  product(pool_, d_model, 1, width, reader_.matrix(projection), {narrow_.data(), 1, false}, out, 1);
}

template class Vocabulary<float>;
template class Vocabulary<double>;

}  // namespace headlight
