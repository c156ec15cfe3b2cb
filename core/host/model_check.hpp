// Trust is measured, not assumed: a model against the reference that its folder brings, and float against double.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/model.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

// Against reference.json: {"cases": [{"ids": [...], "last_logits": [vocabulary], "attention": [layer][head][query][key]?}]}, or against
// expected.safetensors: input_ids [prompt, token], logits [prompt, token, vocabulary], pattern.L [prompt, head, query, key].
inline constexpr double kReferenceTolerance = 1e-4;  // of an attention weight, and of a logit relative to the largest (or to 1)
inline constexpr double kRoundingTolerance = 1e-3;   // the same in float, where float64 meets the reference
struct ReferenceCheck {
  int n_cases = 0;
  double logits = 0;     // largest difference of a last logit
  double attention = 0;  // largest difference of an attention weight
  double largest_logit = 0;  // of the reference, either sign
  std::optional<int> first_bad_layer;  // whose attention differs by more than the tolerance
  bool by_rounding = false;  // it differs in float, but no more than float can: settle() says when

  void add_logit(double expected, double found) {
    logits = larger(logits, std::abs(expected - found));
    largest_logit = std::max(largest_logit, std::abs(expected));
  }
  void add_attention(int layer, double difference) {
    attention = larger(attention, difference);
    if (!(difference <= kReferenceTolerance) && layer < first_bad_layer.value_or(layer + 1)) first_bad_layer = layer;
  }
  static double larger(double largest, double difference) { return difference <= largest ? largest : std::isnan(difference) ? INFINITY : difference; }

  bool logits_within(double tolerance) const { return logits <= tolerance * std::max(1.0, largest_logit); }
  bool within(double tolerance) const { return logits_within(tolerance) && attention <= tolerance; }
  bool agrees() const { return by_rounding || within(kReferenceTolerance); }
};
// What float differs by is its rounding where float64 meets the reference: an attention score of 5,000 is known to 5e-4 in float, and the
// weight behind it to half of that. Where float64 differs as well, it knows better in which layer that begins.
ReferenceCheck settle(ReferenceCheck in_float, const ReferenceCheck& in_double);
// "meets its reference: 3 cases, largest difference of ..."
std::string verdict_of(const ReferenceCheck& check);

// Nothing when the folder has neither. Throws Error{corrupt} when it cannot be read.
template <typename T>
std::optional<ReferenceCheck> check_reference(const Model& model, const std::filesystem::path& folder, int n_threads);
// The float path's, settled by the float64 path where it differs.
std::optional<ReferenceCheck> check_trust(const Model& model, const std::filesystem::path& folder, int n_threads);

// Float against the float64 path on given prompts: per layer the largest difference of the residual stream after it, relative to its
// largest number; the last entry is the logits'.
std::vector<double> compare_precisions(const Model& model, const std::vector<std::vector<TokenId>>& prompts, int n_threads);

}  // namespace headlight
