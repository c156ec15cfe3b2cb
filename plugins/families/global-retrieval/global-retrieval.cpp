// Global retrieval heads: on repeated random tokens the query looks back at what followed its token, or at the token itself.
//   induction = mean over i of sum over earlier places p of the same token (p + 1 < i) of A[i, p + 1]             (heads.md 2.24)
//   echo      = mean over i of A[i, last earlier place of the same token]                                         (heads.md 2.6)
//   score     = the larger of the two, chosen for each head on the selecting half of the prompts
// RazorAttention (Tang et al. 2024, arXiv 2407.15891) keeps the whole cache for the 14 % of heads with the highest induction score and the
// 1 % with the highest echo score (its code's defaults, second hand), on 2500 random tokens four times over; here the share decides.
#include <headlight/sdk.hpp>

#include <map>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "retrieval",
                 .doc = "the larger of induction and echo",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.2,
                 .threshold_source = "prefix matching of 0.2, as pre-registered by others [2]; the paper ranks heads and keeps a share of them",
                 .best_of_first = 1,
                 .best_of_count = 2}),
    sdk::share_output("induction", "mean attention of a repeated token to what followed it before"),
    sdk::share_output("echo", "mean attention of a repeated token to its last earlier place"),
};
enum Output : uint32_t { kInduction = 1, kEcho };

constexpr headlight_reference kReferences[] = {sdk::reference("RazorAttention", "https://arxiv.org/abs/2407.15891")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"repeated-random"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "global-retrieval",
    .version = "1.0.0",
    .title = "Global retrieval head",
    .summary = "Looks back, from anywhere, at earlier places of the current token or at what followed there.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "max of induction (mean of A[i, what followed i's token]) and echo (mean of A[i, last place of i's token])",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class GlobalRetrieval : public sdk::MeanFamily {
 public:
  explicit GlobalRetrieval(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    places_.assign(static_cast<size_t>(prompt.n_tokens()), {});
    std::map<int32_t, std::vector<int>> seen;
    for (int i = 0; i < prompt.n_tokens(); ++i) {
      auto& of_token = seen[prompt.tokens()[static_cast<size_t>(i)]];
      places_[static_cast<size_t>(i)] = of_token;
      of_token.push_back(i);
    }
  }

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = pattern.query_begin(); query < pattern.query_end(); ++query) {
        const auto& places = places_[static_cast<size_t>(query)];
        if (places.empty()) continue;
        const auto row = pattern.row(h, query);
        tally().add(kEcho, {pattern.layer(), h}, row[static_cast<size_t>(places.back())]);
        if (places.front() + 1 == query) continue;  // what followed is the query itself
        double given = 0;
        for (const int place : places)
          if (place + 1 < query) given += static_cast<double>(row[static_cast<size_t>(place) + 1]);
        tally().add(kInduction, {pattern.layer(), h}, std::min(1.0, given));
      }
  }

 private:
  std::vector<std::vector<int>> places_;  // [position] earlier places of its token
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(GlobalRetrieval, kManifest)
