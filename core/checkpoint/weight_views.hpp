// Views into stored tensors: whole projections, and slices of fused ones.
#pragma once

#include "core/checkpoint/blueprint.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/checkpoint/weights.hpp"

namespace headlight {

// Some of the output columns of a stored projection: `n_blocks` blocks of `width`, the first at `offset`, one per `period`.
struct ColumnSlice {
  std::int64_t offset = 0, width = 0, period = 0, n_blocks = 1;
};

// All of `n` columns.
ColumnSlice all_columns(std::int64_t n);

struct QkvSlices {
  ColumnSlice query, key, value;
};

// The three parts of [n_groups][queries | keys | values]. REQUIRES n_groups divides both numbers of heads.
QkvSlices split_qkv(std::int64_t n_heads, std::int64_t n_kv_heads, std::int64_t d_head, std::int64_t n_groups);

// The matrix of a projection's tensor, of which `slice` is taken. REQUIRES a tensor of two axes.
WeightMatrix projection_view(const TensorEntry& tensor, MatrixOrder order, const ColumnSlice& slice);

// A table looked up by row: embedding [n_rows -> width]. REQUIRES a tensor of two axes.
WeightMatrix table_view(const TensorEntry& tensor);

// Entry `index` along the first axis, as a tensor of the other axes. REQUIRES a tensor of two axes or more.
TensorEntry slab(const TensorEntry& tensor, std::int64_t index);

// Row `index` of a tensor of two axes.
WeightVector row_view(const TensorEntry& tensor, std::int64_t index);

// REQUIRES a tensor of one axis.
WeightVector vector_view(const TensorEntry& tensor, const ColumnSlice& slice);
WeightVector vector_view(const TensorEntry& tensor);

}  // namespace headlight
