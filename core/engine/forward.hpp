// The forward pass: packed rows through the blocks of any described model. It knows no architecture and no task.
#pragma once

#include <vector>

#include "core/base/thread_pool.hpp"
#include "core/engine/capture.hpp"
#include "core/engine/lane.hpp"
#include "core/engine/model.hpp"
#include "core/engine/weight_reader.hpp"

namespace headlight {

// Where a pass takes up the clean run: before the first layer, or inside a layer.
struct StartPoint {
  int layer = 0;
  bool at_z = false;  // z of `layer` is taken from the clean run: what lies before it is unchanged
};

template <typename T>
struct PassRequest {
  std::vector<Lane<T>> lanes;
  StartPoint start;
  int end_layer = -1;  // the pass ends before this layer; -1: it goes through all. Final rows are those of its end
  CaptureRequest<T> captures;
  bool lanes_apart = false;     // every product has the rows of one lane: to the last bit the numbers of the lane alone
  CleanRun<T>* keep = nullptr;  // filled with the pass's rows when given; it must start at layer 0, without edits
};

// The final, normed rows of the wanted positions: what the unembedding reads.
template <typename T>
struct FinalRows {
  Buffer<T> values;             // [row, d_model]
  std::vector<LaneRows> lanes;  // where each lane's wanted positions stand
};

template <typename T>
class Forward {
 public:
  Forward(const Model& model, ThreadPool& pool);
  ~Forward();

  // Throws Error{bad_input} for an empty prompt, a token outside the vocabulary, or a prompt longer than the model's context.
  const FinalRows<T>& run(const PassRequest<T>& request);  // borrowed until the next run

  // Logits of the final rows [first_row, first_row + n_rows): out [n_rows, vocabulary]. Soft cap, scale and bias are in.
  void logits(const T* final_rows, size_t n_rows, T* out);
  // One logit of one final row.
  double logit(const T* final_row, TokenId token);

  size_t d_model() const;
  size_t vocab_size() const;

  // Bytes of a clean run per prompt token, and of a pass per row: what planners divide the memory budget by.
  size_t clean_bytes_per_row() const;
  size_t pass_bytes_per_row() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headlight
