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
struct ReferenceCheck {
  int n_cases = 0;
  double logits = 0;     // largest difference of a last logit
  double attention = 0;  // largest difference of an attention weight
  double largest_logit = 0;  // of the reference, either sign
  std::optional<int> first_bad_layer;  // whose attention differs by more than the tolerance

  void add(double expected, double found) {
    if (!(std::abs(expected - found) <= logits)) logits = std::isnan(expected - found) ? INFINITY : std::abs(expected - found);
    largest_logit = std::max(largest_logit, std::abs(expected));
  }
  bool logits_agree() const { return logits <= kReferenceTolerance * std::max(1.0, largest_logit); }
  bool agrees() const { return logits_agree() && attention <= kReferenceTolerance; }
};
// "meets its reference: 3 cases, largest difference of ..."
std::string verdict_of(const ReferenceCheck& check);

// Nothing when the folder has neither. Throws Error{corrupt} when it cannot be read.
template <typename T>
std::optional<ReferenceCheck> check_reference(const Model& model, const std::filesystem::path& folder, int n_threads);

// Float against the float64 path on given prompts: per layer the largest difference of the residual stream after it, relative to its
// largest number; the last entry is the logits'.
std::vector<double> compare_precisions(const Model& model, const std::vector<std::vector<TokenId>>& prompts, int n_threads);

}  // namespace headlight
