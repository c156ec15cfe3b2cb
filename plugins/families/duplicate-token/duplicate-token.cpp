// Duplicate-token heads: the query looks at the earlier place of its own token.
//   score = mean over i whose token occurred before of A[i, last earlier place of the token]      (heads.md 2.6)
// Wang et al. 2022 (arXiv 2211.00593). On a sequence that is repeated once this is the diagonal of offset -n.
#include <headlight/sdk.hpp>

#include <unordered_map>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention",
                 .doc = "mean attention of a repeated token to its last earlier place",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.2,
                 .threshold_source = "as for induction heads; the papers give none [R]"}),
};
constexpr headlight_reference kReferences[] = {
    sdk::reference("Interpretability in the Wild", "https://arxiv.org/abs/2211.00593"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random", "ioi"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "duplicate-token",
    .version = "1.0.0",
    .title = "Duplicate-token head",
    .summary = "Looks from a token that occurred before to where it occurred.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over repeated tokens i of A[i, prev(i)]",
    .formula_source = "C",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class DuplicateToken : public sdk::MeanFamily {
 public:
  explicit DuplicateToken(const headlight_host* host) : MeanFamily(host, kManifest) {}

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = pattern.query_begin(); query < pattern.query_end(); ++query)
        if (const int key = earlier_[static_cast<size_t>(query)]; key >= 0)
          tally().add(0, {pattern.layer(), h}, pattern.row(h, query)[static_cast<size_t>(key)]);
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const auto tokens = prompt.tokens();
    earlier_.assign(tokens.size(), -1);
    std::unordered_map<int32_t, int> last_place;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (const auto found = last_place.find(tokens[i]); found != last_place.end()) earlier_[i] = found->second;
      last_place[tokens[i]] = static_cast<int>(i);
    }
  }

 private:
  std::vector<int> earlier_;  // [token]: its last earlier place, -1 for none
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(DuplicateToken, kManifest)
