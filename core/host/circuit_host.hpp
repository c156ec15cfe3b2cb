// The weights at work as the boundary shows them: headlight_circuits over the engine's Circuits, for one open family.
#pragma once

#include <headlight/plugin.h>

#include <functional>
#include <string>
#include <vector>

#include "core/engine/circuits.hpp"

namespace headlight {

// The residual stream of one prompt as it leaves the last block: what direct effects are frozen at.
struct LastResidual {
  std::vector<float> rows;  // [position, d_model]; empty until the pass is over
};

class CircuitHost {
 public:
  using Refuse = std::function<void(headlight_code code, const std::string& message)>;
  CircuitHost(Circuits& circuits, const ModelDescription& model, const LastResidual& residual, Refuse refuse);
  CircuitHost(const CircuitHost&) = delete;

  const headlight_circuits* raw() const { return &raw_; }

 private:
  template <typename Body>
  static headlight_code guard(void* context, Body body);
  int checked_layer(int32_t layer) const;
  std::span<const TokenId> checked_tokens(const int32_t* tokens, size_t n) const;
  std::span<const float> residual_at(int32_t position) const;

  Circuits& circuits_;
  const ModelDescription& model_;
  const LastResidual& residual_;
  Refuse refuse_;
  headlight_circuits raw_{};
};

}  // namespace headlight
