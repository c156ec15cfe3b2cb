#include "core/engine/rotary.hpp"

#include <cmath>

namespace headlight {

template <typename T>
void RotaryTable<T>::cover(int n_positions) {
  const auto& frequencies = description_.inverse_frequencies;
  cosines_.reserve(static_cast<size_t>(n_positions) * frequencies.size());
  for (; n_covered_ < n_positions; ++n_covered_) {
    for (const double frequency : frequencies) {
      // The angle is rounded to T, as it was when the model was trained: in float that shows at far positions.
      const T angle = static_cast<T>(n_covered_) * static_cast<T>(frequency);
      cosines_.push_back(std::cos(angle) * static_cast<T>(description_.attention_factor));
      sines_.push_back(std::sin(angle) * static_cast<T>(description_.attention_factor));
    }
  }
}

template <typename T>
void RotaryTable<T>::rotate(T* row, int n_heads, int d_head, int position) const {
  const size_t n_pairs = description_.inverse_frequencies.size();
  const T* cosine = cosines_.data() + static_cast<size_t>(position) * n_pairs;
  const T* sine = sines_.data() + static_cast<size_t>(position) * n_pairs;
  const bool half = description_.style == RotaryStyle::half;
  for (int head = 0; head < n_heads; ++head, row += d_head) {
    for (size_t pair = 0; pair < n_pairs; ++pair) {
      T& a = row[half ? pair : 2 * pair];
      T& b = row[half ? pair + n_pairs : 2 * pair + 1];
      const T rotated_a = a * cosine[pair] - b * sine[pair];
      b = b * cosine[pair] + a * sine[pair];
      a = rotated_a;
    }
  }
}

template class RotaryTable<float>;
template class RotaryTable<double>;

}  // namespace headlight
