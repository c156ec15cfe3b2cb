// Trust is measured, not assumed: a model against the reference that its folder brings, and float against double.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/model.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

// Against reference.json: {"cases": [{"ids": [...], "last_logits": [vocabulary], "attention": [layer][head][query][key]?}]}, or against
// expected.safetensors: input_ids [prompt, token], logits [prompt, token, vocabulary], pattern.L [prompt, head, query, key].
struct ReferenceCheck {
  int n_cases = 0;
  double logits = 0;     // largest difference of a last logit
  double attention = 0;  // largest difference of an attention weight
  std::optional<int> first_bad_layer;  // whose attention differs by more than the tolerance
};
inline constexpr double kReferenceTolerance = 1e-4;

// Nothing when the folder has neither. Throws Error{corrupt} when it cannot be read.
template <typename T>
std::optional<ReferenceCheck> check_reference(const Model& model, const std::filesystem::path& folder, int n_threads);

// Float against the float64 path on given prompts: per layer the largest difference of the residual stream after it, relative to its
// largest number; the last entry is the logits'.
std::vector<double> compare_precisions(const Model& model, const std::vector<std::vector<TokenId>>& prompts, int n_threads);

}  // namespace headlight
