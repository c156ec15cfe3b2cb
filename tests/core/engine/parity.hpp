// A folder with a tiny model and what transformers gives of it (expected.safetensors), and the comparison of every site with that.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "core/checkpoint/safetensors.hpp"
#include "tests/core/engine/captured.hpp"

namespace headlight {

class ParityFolder {
 public:
  explicit ParityFolder(const std::filesystem::path& folder) : model(Model::open(folder)), file_(folder / "expected.safetensors") {
    const TensorEntry& ids = file_.at("input_ids");
    for (std::int64_t prompt = 0; prompt < ids.shape[0]; ++prompt) {
      prompts.emplace_back();
      for (std::int64_t i = 0; i < ids.shape[1]; ++i) {
        std::int64_t id = 0;
        std::memcpy(&id, ids.bytes.data() + (prompt * ids.shape[1] + i) * 8, 8);
        prompts.back().push_back(static_cast<TokenId>(id));
      }
    }
  }

  // The tensor; for T = double the one that transformers gives in float64 where the file has it.
  template <typename T>
  std::vector<double> expected(const std::string& name) const {
    const std::string precise = "float64." + name;
    const TensorEntry& entry = file_.at(std::is_same_v<T, double> && file_.find(precise) ? precise : name);
    std::vector<double> values(static_cast<size_t>(n_elements(entry.shape)));
    widen(entry.bytes.data(), entry.dtype, values.size(), values.data());
    return values;
  }
  const Shape& shape(const std::string& name) const { return file_.at(name).shape; }

  Model model;
  std::vector<std::vector<TokenId>> prompts;  // of one length

 private:
  SafetensorsFile file_;
};

// Largest difference over the largest expected number.
template <typename Ours>
double relative_difference(const std::vector<double>& expected, Ours ours) {
  double largest = 0, scale = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(expected[i] - ours(i));
    if (!(difference <= largest)) largest = difference;  // also when it is no number
    scale = std::max(scale, std::abs(expected[i]));
  }
  return largest / scale;
}

// Logits, residual stream, patterns and z.
template <typename T>
void expect_parity(const ParityFolder& folder, double tolerance) {
  ThreadPool pool(2);
  Forward<T> forward(folder.model, pool);
  const auto& d = folder.model.description();
  std::set<Site> sites{{.kind = SiteKind::final_norm, .layer = 0}};
  for (int l = 0; l < d.n_layers; ++l)
    for (const SiteKind kind : {SiteKind::resid_pre, SiteKind::pattern, SiteKind::z}) sites.insert({.kind = kind, .layer = l});
  Captured<T> captured;
  const auto logits = all_logits<T>(forward, folder.prompts, {}, &captured, sites);

  const size_t per_prompt = folder.prompts[0].size() * forward.vocab_size();
  EXPECT_LT(relative_difference(folder.expected<T>("logits"),
                                [&](size_t i) { return static_cast<double>(logits[i / per_prompt][i % per_prompt]); }),
            tolerance);

  const int n_tokens = static_cast<int>(folder.prompts[0].size());
  for (int l = 0; l <= d.n_layers; ++l) {
    const Site site = l < d.n_layers ? Site{.kind = SiteKind::resid_pre, .layer = l} : Site{.kind = SiteKind::final_norm, .layer = 0};
    const std::string name = "hidden." + std::to_string(l);
    if (folder.shape(name)[2] != d.d_model) continue;  // transformers shows it as projected for the unembedding
    EXPECT_LT(relative_difference(folder.expected<T>(name),
                                  [&](size_t i) {
                                    const int place = static_cast<int>(i) / d.d_model;
                                    return captured.at(site, static_cast<size_t>(place / n_tokens), 0, place % n_tokens, static_cast<int>(i) % d.d_model);
                                  }),
              tolerance)
        << name;
  }
  const int n_heads = d.attention.n_heads, d_head = d.attention.d_head;
  for (int l = 0; l < d.n_layers; ++l) {
    EXPECT_LT(relative_difference(folder.expected<T>("pattern." + std::to_string(l)),
                                  [&](size_t i) {
                                    const int key = static_cast<int>(i) % n_tokens, query = static_cast<int>(i) / n_tokens % n_tokens;
                                    const int head = static_cast<int>(i) / n_tokens / n_tokens % n_heads;
                                    const auto prompt = i / static_cast<size_t>(n_tokens * n_tokens * n_heads);
                                    return captured.at({.kind = SiteKind::pattern, .layer = l}, prompt, head, query, key);
                                  }),
              tolerance)
        << "pattern " << l;
    EXPECT_LT(relative_difference(folder.expected<T>("z." + std::to_string(l)),
                                  [&](size_t i) {
                                    const int head = static_cast<int>(i) / d_head % n_heads, place = static_cast<int>(i) / d_head / n_heads;
                                    return captured.at({.kind = SiteKind::z, .layer = l}, static_cast<size_t>(place / n_tokens), head,
                                                       place % n_tokens, static_cast<int>(i) % d_head);
                                  }),
              tolerance)
        << "z " << l;
  }
}

// The last logits with each head zeroed at every position.
template <typename T>
void expect_ablation_parity(const ParityFolder& folder, double tolerance) {
  ThreadPool pool(2);
  Forward<T> forward(folder.model, pool);
  const auto& d = folder.model.description();
  const size_t n_prompts = folder.prompts.size(), vocab = forward.vocab_size(), last = (folder.prompts[0].size() - 1) * vocab;
  for (int l = 0; l < d.n_layers; ++l) {
    std::vector<double> ours;
    for (int h = 0; h < d.attention.n_heads; ++h) {
      const std::vector<std::vector<Edit>> edits(n_prompts, {Edit{.op = EditOp::zero, .site = SiteKind::z, .layer = l, .head = h}});
      for (const std::vector<T>& logits : all_logits<T>(forward, folder.prompts, edits))
        for (size_t t = 0; t < vocab; ++t) ours.push_back(static_cast<double>(logits[last + t]));
    }
    EXPECT_LT(relative_difference(folder.expected<T>("zero_ablate." + std::to_string(l)), [&](size_t i) { return ours[i]; }), tolerance)
        << "layer " << l;
  }
}

// A name as GoogleTest wants it.
inline std::string test_name(std::string name) {
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

}  // namespace headlight
