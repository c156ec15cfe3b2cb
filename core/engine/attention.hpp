// Attention of one layer over packed rows: scores, softmax, z; by tiles of queries, heads in parallel.
#pragma once

#include "core/base/thread_pool.hpp"
#include "core/engine/capture.hpp"
#include "core/engine/lane.hpp"
#include "core/checkpoint/model_description.hpp"

namespace headlight {

template <typename T>
struct AttentionInput {
  const ModelDescription* model = nullptr;
  int layer = 0;
  const std::vector<Lane<T>>* lanes = nullptr;
  const std::vector<LaneRows>* queries = nullptr;  // the rows of q and z
  const std::vector<LaneRows>* keys = nullptr;     // the rows of k and v: the computed positions of each lane
  const T* q = nullptr;                            // [query row, head * d_head]
  const T* k = nullptr;                            // [key row, kv head * d_head]
  const T* v = nullptr;
  const T* sinks = nullptr;                        // [head], or null
  const CaptureRequest<T>* captures = nullptr;
};

// z [query row, head * d_head]. Patterns and scores that are asked for are handed over tile by tile.
template <typename T>
void attend(ThreadPool& pool, const AttentionInput<T>& input, T* z);

}  // namespace headlight
