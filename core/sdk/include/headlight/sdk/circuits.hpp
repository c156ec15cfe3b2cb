// The weights at work, for families that need them.
#pragma once

#include <headlight/sdk/errors.hpp>

#include <span>
#include <vector>

namespace headlight::sdk {

// The weights at work, all heads of a layer at once; rows are packed. See headlight_circuits.
class Circuits {
 public:
  Circuits(const headlight_circuits& raw, const headlight_model& model) : raw_(&raw), model_(&model) {}

  // [token, d_model]
  std::vector<float> embed(std::span<const int32_t> tokens) const { return embedded(tokens, false); }
  std::vector<float> embed_effectively(std::span<const int32_t> tokens) const { return embedded(tokens, true); }
  // [row, d_model]
  std::vector<float> head_input(int layer, std::span<const float> residual) const {
    std::vector<float> out(residual.size());
    detail::check(raw_->head_input(raw_->context, layer, residual.data(), residual.size() / width(), out.data()));
    return out;
  }
  // [row, head, d_head]
  std::vector<float> values(int layer, std::span<const float> input) const {
    const size_t n = input.size() / width();
    std::vector<float> out(n * heads_width());
    detail::check(raw_->values(raw_->context, layer, input.data(), n, out.data()));
    return out;
  }
  // [row, head, d_model]
  std::vector<float> results(int layer, std::span<const float> z) const {
    const size_t n = z.size() / heads_width();
    std::vector<float> out(n * static_cast<size_t>(model_->n_heads) * width());
    detail::check(raw_->results(raw_->context, layer, z.data(), n, out.data()));
    return out;
  }
  // [head, query, key]
  std::vector<float> scores(int layer, std::span<const float> queries, std::span<const float> keys) const {
    const size_t n_queries = queries.size() / width(), n_keys = keys.size() / width();
    std::vector<float> out(static_cast<size_t>(model_->n_heads) * n_queries * n_keys);
    detail::check(raw_->scores(raw_->context, layer, queries.data(), n_queries, keys.data(), n_keys, out.data()));
    return out;
  }
  // [row, token]; the whole vocabulary for no tokens
  std::vector<float> logits(std::span<const float> residual, std::span<const int32_t> tokens = {}) const {
    const size_t n = residual.size() / width(), n_out = tokens.empty() ? static_cast<size_t>(model_->vocab_size) : tokens.size();
    std::vector<float> out(n * n_out);
    detail::check(raw_->logits(raw_->context, residual.data(), n, tokens.data(), tokens.size(), out.data()));
    return out;
  }
  // From Family::end only. [row, head, token]: direct logit attribution of rows of z at a position of the current prompt.
  std::vector<float> direct_effects(int layer, std::span<const float> z, int position, std::span<const int32_t> tokens) const {
    const size_t n = z.size() / heads_width();
    std::vector<float> out(n * static_cast<size_t>(model_->n_heads) * tokens.size());
    detail::check(raw_->direct_effects(raw_->context, layer, z.data(), n, position, tokens.data(), tokens.size(), out.data()));
    return out;
  }
  // [token, d_model]: the directions that raise the tokens' logits, the final norm's weight folded in.
  std::vector<float> unembed(std::span<const int32_t> tokens) const {
    std::vector<float> out(tokens.size() * width());
    detail::check(raw_->unembed(raw_->context, tokens.data(), tokens.size(), out.data()));
    return out;
  }
  // [head]: sum l / sum |l| over the eigenvalues of W_E W_OV W_U; `effective`: of embeddings after block 0. The host keeps them: ask for
  // them on every prompt.
  std::vector<double> copying(int layer, bool effective) const {
    std::vector<double> out(static_cast<size_t>(model_->n_heads));
    detail::check(raw_->copying(raw_->context, layer, effective, out.data()));
    return out;
  }

 private:
  size_t width() const { return static_cast<size_t>(model_->d_model); }
  size_t heads_width() const { return static_cast<size_t>(model_->n_heads) * static_cast<size_t>(model_->d_head); }
  std::vector<float> embedded(std::span<const int32_t> tokens, bool effective) const {
    std::vector<float> out(tokens.size() * width());
    detail::check(raw_->embed(raw_->context, tokens.data(), tokens.size(), effective, out.data()));
    return out;
  }
  const headlight_circuits* raw_;
  const headlight_model* model_;
};

}  // namespace headlight::sdk
