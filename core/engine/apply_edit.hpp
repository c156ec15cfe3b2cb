// Doing an edit to packed rows.
#pragma once

#include <algorithm>

#include "core/engine/lane.hpp"

namespace headlight {

// Edits `site` in the rows of one lane: rows [.., row_width], of which the edited vector is [column, column + width).
// REQUIRES an edit that check_edit accepts and that is no mean.
template <typename T>
void apply_edit(const Edit& edit, const LaneRows& lane, T* rows, size_t row_width, size_t column, size_t width) {
  for (size_t r = 0; r < lane.positions.size(); ++r) {
    const int position = lane.positions[r];
    if (position < edit.begin || (edit.end >= 0 && position >= edit.end)) continue;
    T* vector = rows + (lane.first + r) * row_width + column;
    const bool one_for_all = edit.values.size() <= width;
    const float* values = edit.values.data() + (one_for_all ? 0 : static_cast<size_t>(position - edit.begin) * width);
    const T factor = static_cast<T>(edit.factor);
    switch (edit.op) {
      case EditOp::zero: std::fill_n(vector, width, T{0}); break;
      case EditOp::scale: std::for_each_n(vector, width, [factor](T& v) { v *= factor; }); break;
      case EditOp::mean:
      case EditOp::replace: std::copy_n(values, width, vector); break;
      case EditOp::add:
        for (size_t i = 0; i < width; ++i) vector[i] += factor * static_cast<T>(values[i]);
        break;
      case EditOp::project_out: {
        double along = 0, norm = 0;
        for (size_t i = 0; i < width; ++i) {
          along += static_cast<double>(vector[i]) * static_cast<double>(values[i]);
          norm += static_cast<double>(values[i]) * static_cast<double>(values[i]);
        }
        if (norm == 0) break;
        for (size_t i = 0; i < width; ++i) vector[i] -= static_cast<T>(along / norm) * static_cast<T>(values[i]);
        break;
      }
    }
  }
}

// The edits of a lane at one site, in their order.
template <typename T>
void apply_edits(std::span<const Edit> edits, Site site, const LaneRows& lane, T* rows, size_t n_heads, size_t head_width) {
  for (const Edit& edit : edits) {
    if (edit.site != site.kind || edit.layer != site.layer) continue;
    const bool one_head = edit.head >= 0;
    apply_edit(edit, lane, rows, n_heads * head_width, one_head ? static_cast<size_t>(edit.head) * head_width : 0,
               one_head ? head_width : n_heads * head_width);
  }
}

}  // namespace headlight
