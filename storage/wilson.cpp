#include "storage/wilson.hpp"

#include <algorithm>
#include <cmath>

namespace headlight {

WilsonInterval wilson_interval(int n_hits, int n) {
  constexpr double kZ = 1.959963984540054;  // of 95 %
  const double count = n, share = n_hits / count, middle = (share + kZ * kZ / (2 * count)) / (1 + kZ * kZ / count);
  const double half = kZ / (1 + kZ * kZ / count) * std::sqrt(share * (1 - share) / count + kZ * kZ / (4 * count * count));
  return {.low = n_hits == 0 ? 0 : std::max(0.0, middle - half), .high = n_hits == n ? 1 : std::min(1.0, middle + half)};
}

}  // namespace headlight
