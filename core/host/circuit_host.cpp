#include "core/host/circuit_host.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace headlight {

template <typename Body>
headlight_code CircuitHost::guard(void* context, Body body) {
  auto& self = *static_cast<CircuitHost*>(context);
  try {
    body(self);
    return HEADLIGHT_OK;
  } catch (const Error& error) {
    const headlight_code code = error.code() == ErrorCode::unsupported ? HEADLIGHT_UNSUPPORTED : HEADLIGHT_INTERNAL;
    self.refuse_(code, error.what());
    return code;
  } catch (const std::exception& error) {
    self.refuse_(HEADLIGHT_INTERNAL, error.what());
    return HEADLIGHT_INTERNAL;
  }
}

CircuitHost::CircuitHost(Circuits& circuits, const ModelDescription& model, const LastResidual& residual, Refuse refuse)
    : circuits_(circuits), model_(model), residual_(residual), refuse_(std::move(refuse)) {
  raw_ = {.size = sizeof(headlight_circuits),
          .context = this,
          .embed = [](void* c, const int32_t* tokens, size_t n, int32_t effective, float* out) {
            return guard(c, [&](CircuitHost& s) {
              const auto chosen = s.checked_tokens(tokens, n);
              if (effective) s.circuits_.embed_effectively(chosen, out);
              else s.circuits_.embed(chosen, out);
            });
          },
          .head_input = [](void* c, int32_t layer, const float* residual_rows, size_t n, float* out) {
            return guard(c, [&](CircuitHost& s) { s.circuits_.head_input(s.checked_layer(layer), residual_rows, n, out); });
          },
          .values = [](void* c, int32_t layer, const float* input, size_t n, float* out) {
            return guard(c, [&](CircuitHost& s) { s.circuits_.values(s.checked_layer(layer), input, n, out); });
          },
          .results = [](void* c, int32_t layer, const float* z, size_t n, float* out) {
            return guard(c, [&](CircuitHost& s) { s.circuits_.results(s.checked_layer(layer), z, n, out); });
          },
          .scores = [](void* c, int32_t layer, const float* queries, size_t n_queries, const float* keys, size_t n_keys, float* out) {
            return guard(c, [&](CircuitHost& s) { s.circuits_.scores(s.checked_layer(layer), queries, n_queries, keys, n_keys, out); });
          },
          .logits = [](void* c, const float* residual_rows, size_t n, const int32_t* tokens, size_t n_tokens, float* out) {
            return guard(c, [&](CircuitHost& s) { s.circuits_.logits(residual_rows, n, s.checked_tokens(tokens, n_tokens), out); });
          },
          .direct_effects = [](void* c, int32_t layer, const float* z, size_t n, int32_t position, const int32_t* tokens, size_t n_tokens,
                               float* out) {
            return guard(c, [&](CircuitHost& s) {
              s.circuits_.direct_effects(s.checked_layer(layer), z, n, s.residual_at(position), s.checked_tokens(tokens, n_tokens), out);
            });
          },
          .unembed = [](void* c, const int32_t* tokens, size_t n, float* out) {
            return guard(c, [&](CircuitHost& s) { s.circuits_.unembed(s.checked_tokens(tokens, n), out); });
          },
          .copying = [](void* c, int32_t layer, int32_t effective, double* out) {
            return guard(c, [&](CircuitHost& s) {
              const auto scores = s.circuits_.copying(s.checked_layer(layer), effective != 0);
              std::copy(scores.begin(), scores.end(), out);
            });
          }};
}

int CircuitHost::checked_layer(int32_t layer) const {
  if (layer < 0 || layer >= model_.n_layers)
    throw Error(ErrorCode::plugin, "asks for the circuits of layer " + std::to_string(layer) + " of " + std::to_string(model_.n_layers));
  return layer;
}

std::span<const TokenId> CircuitHost::checked_tokens(const int32_t* tokens, size_t n) const {
  for (size_t i = 0; i < n; ++i)
    if (tokens[i] < 0 || tokens[i] >= model_.vocab_size)
      throw Error(ErrorCode::plugin, "asks for token " + std::to_string(tokens[i]) + " of a vocabulary of " + std::to_string(model_.vocab_size));
  return {tokens, n};
}

std::span<const float> CircuitHost::residual_at(int32_t position) const {
  const auto width = static_cast<size_t>(model_.d_model);
  if (residual_.rows.empty()) throw Error(ErrorCode::plugin, "asks for direct effects before end_prompt: the run has no last residual yet");
  if (position < 0 || static_cast<size_t>(position) >= residual_.rows.size() / width)
    throw Error(ErrorCode::plugin, "asks for direct effects at position " + std::to_string(position) + " of a prompt of " +
                                       std::to_string(residual_.rows.size() / width) + " tokens");
  return std::span(residual_.rows).subspan(static_cast<size_t>(position) * width, width);
}

}  // namespace headlight
