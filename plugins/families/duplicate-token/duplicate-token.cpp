// Duplicate-token heads: the query looks at the earlier place of its own token.
//   score = mean over i whose token occurred before of A[i, last earlier place of the token]      (heads.md 2.6)
//   pattern_mul, pattern_abs: against the pattern of ones at every earlier place of the token
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
    sdk::kPatternMul,
    sdk::kPatternAbs,
};
enum Output : uint32_t { kAttention, kPattern };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Interpretability in the Wild", "https://arxiv.org/abs/2211.00593"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random", "ioi"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "duplicate-token",
    .version = "1.1.0",
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
    if (!any_repeats_) return;
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = pattern.query_begin(); query < pattern.query_end(); ++query) {
        const sdk::Head head{pattern.layer(), h};
        const auto row = pattern.row(h, query);
        const auto& places = earlier_[static_cast<size_t>(query)];
        double given = 0;
        for (const int key : places) given += static_cast<double>(row[static_cast<size_t>(key)]);
        if (!places.empty()) tally().add(kAttention, head, row[static_cast<size_t>(places.back())]);
        sdk::add_to_pattern(tally(), kPattern, head, given, places.size());
      }
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const auto tokens = prompt.tokens();
    earlier_.assign(tokens.size(), {});
    any_repeats_ = false;
    std::unordered_map<int32_t, std::vector<int>> places;
    for (size_t i = 0; i < tokens.size(); ++i) {
      auto& of_token = places[tokens[i]];
      any_repeats_ |= !of_token.empty();
      earlier_[i] = of_token;
      of_token.push_back(static_cast<int>(i));
    }
  }

 private:
  std::vector<std::vector<int>> earlier_;  // [token]: its earlier places
  bool any_repeats_ = false;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(DuplicateToken, kManifest)
