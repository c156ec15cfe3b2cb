#include "core/checkpoint/weight_views.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "core/checkpoint/weight_values.hpp"
#include "tests/support/tiny_model.hpp"

namespace headlight {
namespace {

using testing_support::make_tensor;
using testing_support::TinyTensor;

// A matrix whose number at (row, column) is 100 row + column.
TinyTensor counted(std::int64_t rows, std::int64_t columns, DType dtype = DType::f32) {
  std::vector<float> numbers;
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c) numbers.push_back(static_cast<float>(100 * r + c));
  return make_tensor({rows, columns}, numbers, dtype);
}

TensorEntry entry_of(const TinyTensor& tensor) {
  return {.name = "w", .dtype = tensor.dtype, .shape = tensor.shape, .bytes = tensor.bytes};
}

TEST(ProjectionView, TurnsLinear) {
  const TinyTensor stored = counted(3, 2);  // [out, in]
  const WeightMatrix w = projection_view(entry_of(stored), MatrixOrder::out_in, all_columns(3));
  EXPECT_EQ(w.n_in, 2);
  EXPECT_EQ(w.n_out, 3);
  EXPECT_EQ(weight_value<float>(w, 1, 2), 201);
}

TEST(ProjectionView, TakesConv1DAsItStands) {
  const TinyTensor stored = counted(2, 3);  // [in, out]
  const WeightMatrix w = projection_view(entry_of(stored), MatrixOrder::in_out, all_columns(3));
  EXPECT_EQ(w.n_in, 2);
  EXPECT_EQ(w.n_out, 3);
  EXPECT_EQ(weight_value<float>(w, 1, 2), 102);
}

TEST(ProjectionView, SlicesStackedQueriesKeysAndValues) {
  const TinyTensor stored = counted(5, 16);  // Conv1D: 2 query heads of 4, then 1 key head and 1 value head
  const QkvSlices slices = split_qkv(2, 1, 4, 1);
  const WeightMatrix q = projection_view(entry_of(stored), MatrixOrder::in_out, slices.query);
  const WeightMatrix k = projection_view(entry_of(stored), MatrixOrder::in_out, slices.key);
  const WeightMatrix v = projection_view(entry_of(stored), MatrixOrder::in_out, slices.value);
  EXPECT_EQ(q.n_out, 8);
  EXPECT_EQ(k.n_out, 4);
  EXPECT_EQ(weight_value<float>(q, 3, 7), 307);
  EXPECT_EQ(weight_value<float>(k, 3, 1), 309);
  EXPECT_EQ(weight_value<float>(v, 4, 3), 415);
}

// GPT-NeoX and BLOOM store [head][q, k, v][d_head].
TEST(ProjectionView, SlicesWhatIsInterleavedByHead) {
  const TinyTensor stored = counted(18, 2);  // Linear: 3 heads of 2
  const QkvSlices slices = split_qkv(3, 3, 2, 3);
  const WeightMatrix q = projection_view(entry_of(stored), MatrixOrder::out_in, slices.query);
  const WeightMatrix v = projection_view(entry_of(stored), MatrixOrder::out_in, slices.value);
  EXPECT_EQ(q.n_out, 6);
  EXPECT_EQ(weight_value<float>(q, 0, 3), 700);    // head 1, dimension 1: row 6 + 1
  EXPECT_EQ(weight_value<float>(v, 1, 4), 1601);   // head 2, dimension 0: row 12 + 4
}

// Falcon stores [key head][its query heads, k, v][d_head].
TEST(ProjectionView, SlicesWhatIsInterleavedByKeyHead) {
  const TinyTensor stored = counted(16, 1);  // 4 query heads, 2 key heads, of 2
  const QkvSlices slices = split_qkv(4, 2, 2, 2);
  const WeightMatrix q = projection_view(entry_of(stored), MatrixOrder::out_in, slices.query);
  const WeightMatrix k = projection_view(entry_of(stored), MatrixOrder::out_in, slices.key);
  EXPECT_EQ(weight_value<float>(q, 0, 5), 900);    // query head 2, dimension 1: row 8 + 1
  EXPECT_EQ(weight_value<float>(k, 0, 3), 1300);   // key head 1, dimension 1: row 8 + 4 + 1
}

TEST(VectorView, SlicesTheBiasAsItsMatrix) {
  std::vector<float> numbers(18);
  std::iota(numbers.begin(), numbers.end(), 0.f);
  const TinyTensor stored = make_tensor({18}, numbers);
  const WeightVector k = vector_view(entry_of(stored), split_qkv(3, 3, 2, 3).key);
  EXPECT_EQ(k.n, 6);
  EXPECT_EQ(weight_value<float>(k, 5), 15);  // head 2, dimension 1: 12 + 2 + 1
}

TEST(TableView, LooksUpRows) {
  const TinyTensor stored = counted(4, 3);
  std::vector<double> row(3);
  widen_row<double>(table_view(entry_of(stored)), 2, row);
  EXPECT_EQ(row, (std::vector<double>{200, 201, 202}));
}

TEST(WeightValues, AreTheSameInEveryFloatingFormat) {
  for (const DType dtype : {DType::f32, DType::f64, DType::f16, DType::bf16}) {
    const TinyTensor stored = make_tensor({2, 2}, {1.5f, -0.25f, 96.f, 0.f}, dtype);
    std::vector<float> narrow(4);
    std::vector<double> wide(4);
    const WeightMatrix w = projection_view(entry_of(stored), MatrixOrder::in_out, all_columns(2));
    widen<float>(w, narrow);
    widen<double>(w, wide);
    EXPECT_EQ(narrow, (std::vector<float>{1.5f, -0.25f, 96.f, 0.f}));
    EXPECT_EQ(wide, (std::vector<double>{1.5, -0.25, 96, 0}));
  }
}

TEST(WeightValues, NeedNoAlignment) {
  TinyTensor stored = make_tensor({3}, {1.f, 2.f, 3.f});
  stored.bytes.insert(stored.bytes.begin(), std::byte{0x7f});
  const WeightVector v{.origin = stored.bytes.data() + 1, .dtype = DType::f32, .n = 3, .block = 3, .block_stride = 3};
  std::vector<float> numbers(3);
  widen<float>(v, numbers);
  EXPECT_EQ(numbers, (std::vector<float>{1, 2, 3}));
}

}  // namespace
}  // namespace headlight
