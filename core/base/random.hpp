// Random numbers that are the same on every machine and for every standard library: SplitMix64 and plain arithmetic on it.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace headlight {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // A stream of its own for each name: Random(seed, "ioi").
  Random(std::uint64_t seed, std::string_view stream) : state_(seed) {
    for (const char c : stream) state_ = mix(state_ ^ static_cast<unsigned char>(c)) + kStep;
  }

  std::uint64_t next() { return mix(state_ += kStep); }

  // Uniform in [0, bound). REQUIRES bound > 0.
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t limit = bound * (UINT64_MAX / bound);  // rejects the uneven rest
    std::uint64_t value = next();
    while (value >= limit) value = next();
    return value % bound;
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }  // in [0, 1)

  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  std::uint64_t state_;
};

}  // namespace headlight
