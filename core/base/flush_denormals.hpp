// While it lives, what this thread computes is 0 where it would be too small for its exponent (below 1.2e-38 in float). A
// sharp softmax makes such numbers by the thousand, and the processor needs a hundred times longer for each than for others.
// Numbers that are read so small stay as they are: widening float16 weights needs them.
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace headlight {

class FlushDenormals {
 public:
  FlushDenormals(const FlushDenormals&) = delete;
#if defined(__SSE2__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | kFlushToZero); }
  ~FlushDenormals() { _mm_setcsr(before_); }

 private:
  static constexpr unsigned kFlushToZero = 0x8000;
  unsigned before_;
#else  // other processors are not slower on them
  FlushDenormals() {}
#endif
};

}  // namespace headlight
