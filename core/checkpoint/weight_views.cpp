#include "core/checkpoint/weight_views.hpp"

#include "core/tensor/dtype.hpp"

namespace headlight {

ColumnSlice all_columns(std::int64_t n) { return {.offset = 0, .width = n, .period = n, .n_blocks = 1}; }

QkvSlices split_qkv(std::int64_t n_heads, std::int64_t n_kv_heads, std::int64_t d_head, std::int64_t n_groups) {
  const std::int64_t query = n_heads / n_groups * d_head, key = n_kv_heads / n_groups * d_head;
  const std::int64_t period = query + 2 * key;
  return {.query = {.offset = 0, .width = query, .period = period, .n_blocks = n_groups},
          .key = {.offset = query, .width = key, .period = period, .n_blocks = n_groups},
          .value = {.offset = query + key, .width = key, .period = period, .n_blocks = n_groups}};
}

WeightMatrix projection_view(const TensorEntry& tensor, MatrixOrder order, const ColumnSlice& slice) {
  const std::int64_t rows = tensor.shape[0], columns = tensor.shape[1];
  const bool out_first = order == MatrixOrder::out_in;
  WeightMatrix matrix{.origin = nullptr,
                      .dtype = tensor.dtype,
                      .n_in = out_first ? columns : rows,
                      .n_out = slice.width * slice.n_blocks,
                      .stride_in = out_first ? 1 : columns,
                      .stride_out = out_first ? columns : 1,
                      .block = slice.width,
                      .block_stride = slice.period};
  matrix.origin = tensor.bytes.data() + slice.offset * matrix.stride_out * static_cast<std::int64_t>(size_of(tensor.dtype));
  return matrix;
}

WeightMatrix table_view(const TensorEntry& tensor) {
  return projection_view(tensor, MatrixOrder::in_out, all_columns(tensor.shape[1]));
}

TensorEntry slab(const TensorEntry& tensor, std::int64_t index) {
  TensorEntry part = tensor;
  part.shape.erase(part.shape.begin());
  const auto n_bytes = static_cast<std::size_t>(n_elements(part.shape)) * size_of(tensor.dtype);
  part.bytes = tensor.bytes.subspan(static_cast<std::size_t>(index) * n_bytes, n_bytes);
  return part;
}

WeightVector row_view(const TensorEntry& tensor, std::int64_t index) { return vector_view(slab(tensor, index)); }

WeightVector vector_view(const TensorEntry& tensor, const ColumnSlice& slice) {
  return {.origin = tensor.bytes.data() + slice.offset * static_cast<std::int64_t>(size_of(tensor.dtype)),
          .dtype = tensor.dtype,
          .n = slice.width * slice.n_blocks,
          .block = slice.width,
          .block_stride = slice.period};
}

WeightVector vector_view(const TensorEntry& tensor) { return vector_view(tensor, all_columns(tensor.shape[0])); }

}  // namespace headlight
