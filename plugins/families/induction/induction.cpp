// Induction heads, by prefix matching: the query looks at what followed the earlier places of its own token.
//   score = mean over i whose token occurred before of the sum over its earlier places p of A[i, p+1]     (heads.md 2.24)
// Olsson et al. 2022 (arXiv 2209.11895), Elhage et al. 2021. Offset +1, as the erratum of 2022-09-20 has it (heads.md 1.5).
#include <headlight/sdk.hpp>

#include <unordered_map>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "prefix_matching",
                 .doc = "mean attention of a repeated token to the tokens that followed its earlier places",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.2,
                 .threshold_source = "pre-registered by a third party; the paper gives none [2]"}),
};
constexpr headlight_reference kReferences[] = {
    sdk::reference("In-context Learning and Induction Heads", "https://arxiv.org/abs/2209.11895"),
    sdk::reference("A Mathematical Framework for Transformer Circuits", "https://transformer-circuits.pub/2021/framework/index.html"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "induction",
    .version = "1.0.0",
    .title = "Induction head",
    .summary = "Finds the earlier place of the current token and looks at what followed it, so that a repeated sequence goes on.",
    .stage = HEADLIGHT_STAGE_LR,
    .formula = "mean over repeated tokens i of sum over earlier places p of A[i, p+1]",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class Induction : public sdk::MeanFamily {
 public:
  explicit Induction(const headlight_host* host) : MeanFamily(host, kManifest) {}

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = pattern.query_begin(); query < pattern.query_end(); ++query) {
        const auto& followers = followers_[static_cast<size_t>(query)];
        if (followers.empty()) continue;
        const auto row = pattern.row(h, query);
        double attention = 0;
        for (const int key : followers) attention += row[static_cast<size_t>(key)];
        tally().add(0, {pattern.layer(), h}, attention);
      }
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const auto tokens = prompt.tokens();
    followers_.assign(tokens.size(), {});
    std::unordered_map<int32_t, std::vector<int>> places;
    for (size_t i = 0; i < tokens.size(); ++i) {
      auto& earlier = places[tokens[i]];
      for (const int place : earlier)
        if (place + 1 < static_cast<int>(i)) followers_[i].push_back(place + 1);
      earlier.push_back(static_cast<int>(i));
    }
  }

 private:
  std::vector<std::vector<int>> followers_;  // [token]: the places after the earlier places of the same token
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Induction, kManifest)
