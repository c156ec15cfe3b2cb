// Numbers that only many prompts together have, such as a correlation, as one contribution of each prompt: the mean of the contributions
// is the number, so that halves, intervals and nulls are made of it as of any other. All functions are pure.
#pragma once

#include <vector>

namespace headlight {

enum class AcrossKind { nothing = 0, correlation = 1, information = 2, steadiness = 3, least = 4 };  // as headlight_across; append only

using Series = std::vector<std::vector<double>>;  // [pair][prompt], NaN where it is not measured

// Pearson's correlation of all (x, y) together. Nothing (NaN everywhere) for fewer than three points, or where x or y does not vary.
std::vector<double> correlation_by_prompt(const Series& x, const Series& y);

// Mutual information of x and y in nats, both rounded to whole numbers: the mean over prompts of log p(x, y) / (p(x) p(y)), less what it is on the
// average when one of them is shuffled (Vinh et al. 2010, the adjustment for chance): so few prompts seem to tell something always.
// Nothing for fewer than three points.
std::vector<double> information_by_prompt(const Series& x, const Series& y);

// 1 - mean over k of the standard deviation of x_k over prompts (divided by n, as the published code does). Series with fewer than two
// points are left out; nothing where all are.
std::vector<double> steadiness_by_prompt(const Series& x);

}  // namespace headlight
