// Rotary frequencies from config.json: "rope_parameters" of transformers 5, "rope_scaling" and "rope_theta" before.
//   default   f_i = theta^(-2i / d)                      d = int(d_head * partial_rotary_factor)
//   linear    f_i / factor
//   llama3    f_i / factor for long waves, f_i for short ones, a blend between
//   yarn      a ramp between f_i / factor and f_i, and a factor on cosine and sine     https://arxiv.org/abs/2309.00071
//   longrope  f_i / short_factor_i, and a factor on cosine and sine                    https://arxiv.org/abs/2402.13753
//             f_i / long_factor_i for prompts beyond the original context
//   proportional  theta^(-2i / d_head) / factor for the first pairs, 0 for the others of the head
//   dynamic   f_i; for prompts beyond max_position_embeddings, of a base that grows with their length
#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/config.hpp"

namespace headlight {

struct RotaryDefaults {
  RotaryStyle style = RotaryStyle::half;
  int d_head = 0;
  int max_positions = 0;  // "max_position_embeddings"
  double theta = 10000;
  double partial_factor = 1;
  bool partial_is_supported = false;  // whether the architecture has such a thing
  bool turns_back = false;             // by the negative of each angle
  bool n_dims_must_be_even = false;    // an odd number of rotated dimensions is rounded up elsewhere
  bool has_mscales = false;           // cosine and sine are multiplied by "short_mscale" or "long_mscale" whatever the scaling (PhiMoE)
};

struct Rotary {
  RotaryDescription description;
  int longest_prompt = 0;
  std::vector<std::string> notes;
};

// The fields in force. Throws Error{unsupported} for an unknown rope_type, Error{bad_input} for a missing factor.
Rotary read_rotary(const Config& config, const RotaryDefaults& defaults);

// The same from one object of parameters ({"rope_type": ..., "rope_theta": ...}); `place` names it in errors.
Rotary rotary_from(const Json& parameters, const Config& config, const RotaryDefaults& defaults, const std::string& place);

}  // namespace headlight
