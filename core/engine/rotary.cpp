#include "core/engine/rotary.hpp"

#include <algorithm>
#include <cmath>

namespace headlight {
namespace {

constexpr size_t kMostKept = 64;  // tables of other lengths than those of the pass

}  // namespace

template <typename T>
RotaryTable<T>::RotaryTable(const RotaryDescription& description, int prompt_length)
    : style_(description.style),
      attention_factor_(attention_factor_of(description, prompt_length)),
      frequencies_(inverse_frequencies_of(description, prompt_length)) {}

template <typename T>
void RotaryTable<T>::cover(int n_positions) {
  cosines_.reserve(static_cast<size_t>(n_positions) * frequencies_.size());
  for (; n_covered_ < n_positions; ++n_covered_) {
    for (const double frequency : frequencies_) {
      // The angle is rounded to T, as it was when the model was trained: in float that shows at far positions.
      const T angle = static_cast<T>(n_covered_) * static_cast<T>(frequency);
      cosines_.push_back(std::cos(angle) * static_cast<T>(attention_factor_));
      sines_.push_back(std::sin(angle) * static_cast<T>(attention_factor_));
    }
  }
}

template <typename T>
void RotaryTable<T>::rotate(T* row, int n_heads, int d_head, int position) const {
  const size_t n_pairs = frequencies_.size();
  const T* cosine = cosines_.data() + static_cast<size_t>(position) * n_pairs;
  const T* sine = sines_.data() + static_cast<size_t>(position) * n_pairs;
  const bool half = style_ == RotaryStyle::half;
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

template <typename T>
int RotaryTables<T>::key_of(int prompt_length) const {
  if (description_.short_length == 0 || prompt_length <= description_.short_length) return 0;
  return description_.long_inverse_frequencies.empty() ? prompt_length : 1;
}

template <typename T>
void RotaryTables<T>::prepare(const std::vector<int>& prompt_lengths) {
  std::map<int, int> longest;  // by key
  for (const int length : prompt_lengths) {
    int& known = longest[key_of(length)];
    known = std::max(known, length);
  }
  if (tables_.size() > kMostKept) std::erase_if(tables_, [&](const auto& entry) { return !longest.contains(entry.first); });
  for (const auto& [key, length] : longest) tables_.try_emplace(key, description_, length).first->second.cover(length);
}

template class RotaryTable<float>;
template class RotaryTable<double>;
template class RotaryTables<float>;
template class RotaryTables<double>;

}  // namespace headlight
