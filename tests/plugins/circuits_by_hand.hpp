// The weights of a model wired by hand, as the boundary shows them: its residual stream has one dimension for each token, so that
// every number of a formula can be worked out on paper.
//   embedding of token t: one at t (an effective one: two at t)     norms: none     values: z = x for every head
//   result of a head: x M with its matrix `ov`                      logit of token t: the residual stream at t
//   score of a query x for a key y: x M y with its matrix `qk`
//   direction that raises token t: one at t     copying of a head: the eigenvalues of its matrix `ov`
#pragma once

#include <headlight/plugin.h>

#include <map>
#include <utility>
#include <vector>

namespace headlight::testing_support {

class CircuitsByHand {
 public:
  using Matrix = std::vector<std::vector<float>>;  // [from][to]
  CircuitsByHand(int n_heads, int n_tokens) : n_heads_(static_cast<size_t>(n_heads)), width_(static_cast<size_t>(n_tokens)) {}

  std::map<std::pair<int, int>, Matrix> ov, qk;  // by (layer, head); heads without one write, or score, nothing

  headlight_circuits raw();
  int width() const { return static_cast<int>(width_); }  // d_model and d_head

 private:
  float entry(const std::map<std::pair<int, int>, Matrix>& matrices, int layer, size_t head, size_t from, size_t to) const;

  size_t n_heads_, width_;
};

}  // namespace headlight::testing_support
