// From the values of one head on many prompts to what the catalogue says of it. All functions are pure.
// A broken REQUIRES is an Error{internal}; NaN among the values gives NaN, or no interval.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace headlight {

struct Interval {
  double low = 0, high = 0;
};

// Mean of the values. REQUIRES n >= 1.
double mean(std::span<const double> values);
// Sample standard deviation (n - 1). REQUIRES n >= 2.
double standard_deviation(std::span<const double> values);

// Percentile bootstrap interval of the mean over prompts (Efron 1979), 95 % by default; deterministic from the seed.
// Nothing for fewer than two values.
std::optional<Interval> bootstrap_mean_interval(std::span<const double> values, std::uint64_t seed, int n_resamples = 2000,
                                                double level = 0.95);

enum class Tail { greater, two_sided };

// p of the paired t test that mean(a - b) is 0 (scipy.stats.ttest_rel). REQUIRES equal lengths. Nothing for fewer than two pairs.
// Differences that are all equal: p is 0 when they point into the tail, otherwise 1.
std::optional<double> paired_t_test(std::span<const double> a, std::span<const double> b, Tail tail);

// p that one further draw from the population of `null_draws` is at least `value`. Beyond all of them: from the t prediction interval of a
// normal population (n - 1 degrees of freedom, standard error s sqrt(1 + 1/n)). Where k of them are at least `value`: no smaller than the rank says,
// (k + 1) / (n + 1), for populations are not all normal: where most heads have none of something and a few have all of it, a head with
// all of it is far out by the interval and is no news. Nothing for fewer than three draws.
// Draws that are all equal: p is 0 when the value is above them, otherwise 1.
std::optional<double> prediction_p(double value, std::span<const double> null_draws);

// Benjamini-Hochberg q values in the order of p (scipy.stats.false_discovery_control, method "bh"). REQUIRES 0 <= p <= 1.
std::vector<double> false_discovery_q(std::span<const double> p);

struct Estimate {
  double value = 0, standard_error = 0;
};
// Mean with its standard error s / sqrt(n). REQUIRES n >= 2.
Estimate estimate_mean(std::span<const double> values);

// Whether an accuracy over n prompts is above chance by more than three standard errors (heads.md 2.2); the error is taken as
// no smaller than that of guessing, sqrt(chance (1 - chance) / n).
bool is_above_chance(const Estimate& accuracy, double chance, int n);

}  // namespace headlight
