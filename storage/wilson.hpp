// Wilson's 95 % interval of a share: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
#pragma once

namespace headlight {

struct WilsonInterval {
  double low = 0, high = 1;
};

// Of `n_hits` among `n`. REQUIRES 0 <= n_hits <= n and n > 0.
WilsonInterval wilson_interval(int n_hits, int n);

}  // namespace headlight
