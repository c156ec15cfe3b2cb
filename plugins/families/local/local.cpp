// Local heads: the query looks at its own surroundings.
//   score = mean over i >= 16 of sum over i-4 <= j <= i of A[i, j]
//   bias  = mean over i >= 16 of (A's mean over those j) / (A's mean over all j <= i), the "sieve bias"
// Pande et al. 2021, The Heads Hypothesis (arXiv 2101.09115): heads are local where the tokens of a window around the query have far more
// than the average attention. The ratio is theirs, remembered; window and threshold are ours. A query is counted once uniform attention
// would give the window less than a third.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr int kWindow = 4, kFirstQuery = 16;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention",
                 .doc = "mean attention of a query to itself and the four tokens before it",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.6,
                 .threshold_source = "twice what uniform attention could give it; the paper tests ratios against the mean of all heads [R]"}),
    sdk::output({.name = "bias", .doc = "how many times the average attention a token of the window gets", .unit = "1", .min = 0, .max = 1e6}),
};
enum Output : uint32_t { kAttention, kBias };

constexpr headlight_reference kReferences[] = {sdk::reference("The Heads Hypothesis", "https://arxiv.org/abs/2101.09115")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"stories", "repeated-random"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "local",
    .version = "1.0.0",
    .title = "Local head",
    .summary = "Looks at the few tokens right before the current one and at itself.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i >= 16 of sum over i-4 <= j <= i of A[i, j]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class Local : public sdk::MeanFamily {
 public:
  explicit Local(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt&) override {}

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = std::max(kFirstQuery, pattern.query_begin()); query < pattern.query_end(); ++query) {
        const double given = std::min(1.0, sdk::sum(pattern.row(h, query), {query - kWindow, query + 1}));
        tally().add(kAttention, {pattern.layer(), h}, given);
        tally().add(kBias, {pattern.layer(), h}, given / (kWindow + 1) * (query + 1));
      }
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Local, kManifest)
