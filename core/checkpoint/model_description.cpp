#include "core/checkpoint/model_description.hpp"

#include <bit>
#include <cmath>

namespace headlight {
namespace {

// The nearest bfloat16, the even one of two.
double rounded_to_bf16(double value) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
  return std::bit_cast<float>((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000U);
}

std::vector<double> forward_frequencies_of(const RotaryDescription& rotary, int length) {
  if (rotary.short_length == 0 || length <= rotary.short_length) return rotary.inverse_frequencies;
  if (!rotary.long_inverse_frequencies.empty()) return rotary.long_inverse_frequencies;
  const double stretch = rotary.dynamic_factor * length / rotary.short_length - (rotary.dynamic_factor - 1);
  const double d = rotary.dynamic_dims, base = rotary.dynamic_base * std::pow(stretch, d / (d - 2));
  std::vector<double> frequencies;
  for (int i = 0; i < rotary.dynamic_dims; i += 2) frequencies.push_back(std::pow(base, -i / d));
  return frequencies;
}

}  // namespace

std::vector<double> inverse_frequencies_of(const RotaryDescription& rotary, int length) {
  std::vector<double> frequencies = forward_frequencies_of(rotary, length);
  if (rotary.turns_back)
    for (double& frequency : frequencies) frequency = -frequency;
  return frequencies;
}

double attention_factor_of(const RotaryDescription& rotary, int length) {
  const bool is_long = rotary.short_length > 0 && length > rotary.short_length && rotary.long_attention_factor != 0;
  return is_long ? rotary.long_attention_factor : rotary.attention_factor;
}

double alibi_bias(const AlibiDescription& alibi, int head, int key, int query) {
  const double slope = alibi.slopes[static_cast<std::size_t>(head)];
  return alibi.scale * (alibi.rounds_to_bf16 ? rounded_to_bf16(rounded_to_bf16(slope) * key) : slope * (key - query));
}

}  // namespace headlight
