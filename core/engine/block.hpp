// One block of the transformer over packed rows: attention and MLP with every norm, edit and capture in its place.
#pragma once

#include "core/engine/attention.hpp"
#include "core/engine/model.hpp"
#include "core/engine/parameters.hpp"
#include "core/engine/rotary.hpp"

namespace headlight {

// The rows of a pass as they stand between two blocks.
template <typename T>
struct Rows {
  std::vector<LaneRows> lanes;
  Buffer<T> residual;  // [row, d_model]
  size_t n = 0;
};

// Memory of a block, reused from block to block and pass to pass.
template <typename T>
struct BlockScratch {
  Buffer<T> normed, q, k, v, z, attn_out, gate, up, mlp_out, result;
  Buffer<T> routing, expert_in, expert_out, bias;  // of mixtures of experts
};

template <typename T>
class Block {
 public:
  Block(const Model& model, ThreadPool& pool, WeightReader<T>& reader, const Parameters<T>& parameters, const std::vector<RotaryTables<T>>& rotaries,
        BlockScratch<T>& scratch);

  struct Step {
    int layer = 0;
    const std::vector<Lane<T>>* lanes = nullptr;
    const CaptureRequest<T>* captures = nullptr;
    bool z_is_given = false;    // scratch.z holds the clean z of the rows: begin there
    bool lanes_apart = false;   // products of one lane's rows at a time
    bool only_wanted = false;   // the last block: after keys and values, only the lanes' wanted positions go on
    typename CleanRun<T>::Layer* keep = nullptr;
  };
  // Takes the residual stream through the block, in place.
  void run(const Step& step, Rows<T>& rows);

 private:
  void attend_rows(const Step& step, Rows<T>& rows);
  void prepare_heads(const Step& step, const Rows<T>& rows, const NormParameters<T>& norm, int n_heads, Buffer<T>& heads);
  void clip(Buffer<T>& heads) const;
  void keep_wanted(const Step& step, Rows<T>& rows);
  void mark_lanes(const Step& step, const Rows<T>& rows);
  template <typename Work>
  void for_lanes(size_t n_rows, Work work) const;
  void add_attention(const Step& step, Rows<T>& rows);
  void add_mlp(const Step& step, Rows<T>& rows);
  void mlp(const Step& step, size_t n_rows, const T* x);
  struct MlpWeights {
    const LinearWeights* gate = nullptr;  // null: not gated
    const LinearWeights* up = nullptr;
    const LinearWeights* down = nullptr;
  };
  void one_mlp(const MlpWeights& weights, const LayerParameters<T>& biases, const T* x, size_t n_rows, Buffer<T>& out);
  void experts(const LayerWeights& weights, const Buffer<T>& correction, size_t n_rows, const T* x);
  void add_shared_expert(const LayerWeights& weights, size_t n_rows, const T* x);
  void combine(std::span<T> up, std::span<T> gate) const;
  void linear(const LinearWeights& weights, const Buffer<T>& bias, const T* x, size_t n_rows, Buffer<T>& out);
  void add_to_residual(Rows<T>& rows, const Buffer<T>& addend);
  // Edits of all lanes at the site, then its capture.
  void visit(const Step& step, SiteKind kind, const Rows<T>& rows, T* values, int n_heads, int width);
  void show_results(const Step& step, const Rows<T>& rows);

  const Model& model_;
  const ModelDescription& description_;
  ThreadPool& pool_;
  WeightReader<T>& reader_;
  const Parameters<T>& parameters_;
  const std::vector<RotaryTables<T>>& rotaries_;
  BlockScratch<T>& s_;
  std::vector<size_t> lane_ends_;  // among the rows of a product, where lanes are to be multiplied apart
};

// Hands every lane's rows of a site to the handler, when it is asked for.
template <typename T>
void show(const CaptureRequest<T>& captures, Site site, const std::vector<LaneRows>& lanes, const T* values, int n_heads, int width);

}  // namespace headlight
