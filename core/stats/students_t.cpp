#include "core/stats/students_t.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace headlight {

double students_t_upper_tail(double t, double degrees_of_freedom) {
  if (std::isnan(t)) return t;
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  return boost::math::cdf(boost::math::complement(boost::math::students_t(degrees_of_freedom), t));
}

}  // namespace headlight
