// Compares a model folder with the reference.json in it: float64 logits and attention, greedy continuations.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/json.hpp"
#include "tests/core/engine/captured.hpp"

namespace headlight {

struct Difference {
  double logits = 0, attention = 0;
};

template <typename T>
Difference difference_to_reference(const std::filesystem::path& folder) {
  ThreadPool pool(2);
  const Model model = Model::open(folder);
  Forward<T> forward(model, pool);
  Difference largest;
  const Json reference = parse_json_file((folder / "reference.json").string());
  for (const Json& item : reference.at("cases").as_array()) {
    std::vector<TokenId> ids;
    for (const Json& id : item.at("ids").as_array()) ids.push_back(static_cast<TokenId>(id.as_integer()));
    std::set<Site> sites;
    for (int l = 0; l < model.description().n_layers; ++l) sites.insert({.kind = SiteKind::pattern, .layer = l});
    Captured<T> captured;
    const auto logits = all_logits<T>(forward, {ids}, {}, &captured, sites);
    const size_t vocab = forward.vocab_size();
    const auto& last = item.at("last_logits").as_array();
    EXPECT_EQ(last.size(), vocab);
    for (size_t i = 0; i < vocab; ++i)
      largest.logits = std::max(largest.logits, std::abs(last[i].as_number() - static_cast<double>(logits[0][(ids.size() - 1) * vocab + i])));
    const auto& layers = item.at("attention").as_array();
    for (size_t l = 0; l < layers.size(); ++l)
      for (size_t h = 0; h < layers[l].size(); ++h)
        for (size_t query = 0; query < layers[l][h].size(); ++query)
          for (size_t key = 0; key < layers[l][h][query].size(); ++key) {
            const double ours = captured.at({.kind = SiteKind::pattern, .layer = static_cast<int>(l)}, 0, static_cast<int>(h),
                                            static_cast<int>(query), static_cast<int>(key));
            largest.attention = std::max(largest.attention, std::abs(ours - layers[l][h][query][key].as_number()));
          }
  }
  return largest;
}

}  // namespace headlight
