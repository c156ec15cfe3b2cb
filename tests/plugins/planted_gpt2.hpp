// A model of GPT-2's shape whose heads are wired by hand, so that it is known which of them is what.
//
// The residual stream holds one-hot vectors: which token stands here, at which place, and, once a head has copied it there, which
// token was attended to. Every row has the same number of ones, so the layer norms have one mean and one deviation, and their own
// gain and bias undo them exactly. The MLPs are zero. A head's score is a sum over channels of (query wire) x (key wire); a pair
// of wires gives 25 after the scaling by 1 / sqrt(d_head), so a match takes all of the attention but e^-25.
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/head_id.hpp"

namespace headlight::testing_support {

class PlantedGpt2 {
 public:
  static constexpr int kLayers = 2, kHeads = 3, kTokens = 40, kPlaces = 33;
  static constexpr int kHeadWidth = kTokens + kPlaces + 7;
  static constexpr int kWidth = kHeads * kHeadWidth;

  PlantedGpt2();

  // Dimensions of the residual stream.
  static constexpr int token(int id) { return id; }
  static constexpr int place(int position) { return kTokens + position; }
  static constexpr int copied(int id) { return kTokens + kPlaces + id; }  // written by copy_tokens

  // What a head asks and offers on a channel (0 .. kHeadWidth - 1) for each number one in a dimension.
  void query(HeadId head, int channel, int dimension, double strength = 1);
  void key(HeadId head, int channel, int dimension, double strength = 1);
  void query_always(HeadId head, int channel, double strength = 1);

  // The head writes the attended token into `copied`, for the heads of the layers after it.
  void copy_tokens(HeadId head);
  // The head votes for the attended token as the next one, and the unembedding listens.
  void predict_tokens(HeadId head);

  // Wires of whole heads. A permutation breaks the head: what stands at x is looked for at permutation[x].
  void look_back(HeadId head, int offset, const std::vector<int>& places = {});
  void look_at_own_place(HeadId head) { look_back(head, 0); }
  void look_at_duplicate(HeadId head, const std::vector<int>& tokens = {});
  void look_after_duplicate(HeadId head,
                            const std::vector<int>& tokens = {});  // needs copy_tokens of a previous-token head below
  void look_at_place(HeadId head, int position);

  void write(const std::filesystem::path& folder) const;

 private:
  enum Part { kQuery, kKey, kValue };
  float& fused(int layer, int row, Part part, int head, int channel);
  void check(HeadId head, int channel, int dimension) const;

  struct Layer {
    std::vector<float> qkv, qkv_bias, out;  // [width, 3 width], [3 width], [width, width]
  };
  std::vector<Layer> layers_;
  std::vector<bool> extra_one_;  // [layer]: rows before it have a copied token too
  float final_gain_ = 1;
};

// 0 .. n-1 in an order in which nothing stays in its place.
std::vector<int> derangement(int n);

}  // namespace headlight::testing_support
