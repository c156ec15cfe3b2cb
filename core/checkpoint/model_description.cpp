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

}  // namespace

std::vector<double> inverse_frequencies_of(const RotaryDescription& rotary, int length) {
  if (rotary.short_length == 0 || length <= rotary.short_length) return rotary.inverse_frequencies;
  if (!rotary.long_inverse_frequencies.empty()) return rotary.long_inverse_frequencies;
  const double stretch = rotary.dynamic_factor * length / rotary.short_length - (rotary.dynamic_factor - 1);
  const double base = rotary.dynamic_base * std::pow(stretch, rotary.n_dims / (rotary.n_dims - 2.0));
  std::vector<double> frequencies;
  for (int i = 0; i < rotary.n_dims; i += 2) frequencies.push_back(std::pow(base, -static_cast<double>(i) / rotary.n_dims));
  return frequencies;
}

double alibi_bias(const AlibiDescription& alibi, int head, int key, int query) {
  const double slope = alibi.slopes[static_cast<std::size_t>(head)];
  return alibi.scale * (alibi.rounds_to_bf16 ? rounded_to_bf16(rounded_to_bf16(slope) * key) : slope * (key - query));
}

}  // namespace headlight
