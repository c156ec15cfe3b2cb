// A model of Llama's shape with hand-made heads: rotary positions, an RMS norm, two query heads on every key-value head, and a
// head width of its own. What depends on distance is planted in the angles between queries and keys, what depends on the token in
// the slowest pair of dimensions, which hardly turns.
#pragma once

#include <filesystem>
#include <vector>

namespace headlight::testing_support {

class PlantedLlama {
 public:
  static constexpr int kHeads = 4, kKvHeads = 2, kHeadWidth = 64, kTokens = 40, kWidth = 48, kPlaces = 40;

  PlantedLlama();

  // Keys of the group point ahead; the query head turns back by `offset` tokens, so that they meet there.
  void look_back(int head, int offset);
  // Only the beginning-of-text token has a key.
  void look_at_first_token(int head);

  // One layer; heads without wires look everywhere alike.
  void write(const std::filesystem::path& folder) const;

 private:
  std::vector<float> queries_, keys_;  // [head or kv head, channel][width]
};

}  // namespace headlight::testing_support
