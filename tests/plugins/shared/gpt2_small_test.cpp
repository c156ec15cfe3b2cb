// The attention of real GPT-2 small on five prompts (data beside the repository), given to the families as an engine would.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "core/base/files.hpp"
#include "core/base/json.hpp"
#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

const std::filesystem::path kActivations = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "../shared/fixtures/gpt2-small-activations";
constexpr HandHeads kGpt2Small = {.n_layers = 12, .n_heads = 12, .n_kv_heads = 12};

PromptByHand read_prompt(const std::filesystem::path& file) {
  const Json json = parse_json(read_file(file));
  PromptByHand prompt;
  for (const Json& id : json["token_ids"].as_array()) prompt.tokens.push_back(static_cast<int>(id.as_integer()));
  HeadRows& patterns = prompt.sites[SiteKind::pattern];
  for (const Json& layer : json["attention"].as_array()) {
    auto& heads = patterns.emplace_back();
    for (const Json& head : layer.as_array()) {
      auto& rows = heads.emplace_back();
      for (const Json& query : head.as_array()) {
        auto& row = rows.emplace_back();
        for (const Json& weight : query.as_array()) row.push_back(static_cast<float>(weight.as_number()));
      }
    }
  }
  return prompt;
}

class Gpt2Small : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kActivations)) GTEST_SKIP() << "no attention of GPT-2 small beside the repository";
    for (int k = 0; k < 5; ++k) prompts_.push_back(read_prompt(kActivations / ("ex" + std::to_string(k) + ".json")));
  }

  // Mean over the prompts of a family's first output, one number a head.
  std::vector<double> scores(const std::string& family) const {
    std::vector<double> mean(144, 0.0);
    for (const HandGrids& grids : observe_by_hand(family, kGpt2Small, prompts_)) {
      for (size_t head = 0; head < mean.size(); ++head) mean[head] += grids[0][head] / static_cast<double>(prompts_.size());
    }
    return mean;
  }

  // Of one head: mean over prompts of the mean over queries from `first` on of what it gives to `key(query)`.
  template <typename Key>
  double mean_weight(size_t layer, size_t head, size_t first, Key key) const {
    double sum = 0;
    for (const PromptByHand& prompt : prompts_) {
      const auto& rows = prompt.sites.at(SiteKind::pattern)[layer][head];
      double of_prompt = 0;
      for (size_t query = first; query < rows.size(); ++query) of_prompt += rows[query][key(query)];
      sum += of_prompt / static_cast<double>(rows.size() - first);
    }
    return sum / static_cast<double>(prompts_.size());
  }

  std::vector<PromptByHand> prompts_;
};

TEST_F(Gpt2Small, HasThePreviousTokenHeadOfThePapersOnTop) {
  const std::vector<double> previous = scores("previous-token");
  EXPECT_EQ(std::ranges::max_element(previous) - previous.begin(), 4 * 12 + 11) << "L4H11, as published";
  EXPECT_GT(previous[4 * 12 + 11], 0.9);
}

TEST_F(Gpt2Small, GivesTheFamiliesWhatItsMatricesSay) {
  const std::vector<double> previous = scores("previous-token"), sink = scores("attention-sink");
  for (size_t head = 0; head < previous.size(); ++head) {
    EXPECT_NEAR(previous[head], mean_weight(head / 12, head % 12, 1, [](size_t query) { return query - 1; }), 1e-6) << head;
    EXPECT_NEAR(sink[head], mean_weight(head / 12, head % 12, 1, [](size_t) { return 0; }), 1e-6) << head;
  }
}

TEST_F(Gpt2Small, RestsMostOfItsLaterHeadsOnTheFirstToken) {
  const std::vector<double> sink = scores("attention-sink");
  EXPECT_GT(std::ranges::count_if(sink.begin() + 5 * 12, sink.end(), [](double score) { return score > 0.3; }), 72);
}

}  // namespace
}  // namespace headlight::testing_support
