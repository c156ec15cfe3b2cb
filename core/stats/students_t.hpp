// The upper tail of Student's t distribution; Boost.Math stands behind it, in one file.
#pragma once

namespace headlight {

// P(T >= t) with `degrees_of_freedom` > 0, accurate far into the tail; infinities are fine, NaN gives NaN.
double students_t_upper_tail(double t, double degrees_of_freedom);

}  // namespace headlight
