// Streaming heads: all that the query looks at are the first tokens and the latest, so that the middle could be forgotten.
//   score = mean over i >= 39 of sum over j < 4 or j > i - 16 of A[i, j]
// DuoAttention (Xiao et al. 2024, arXiv 2410.10819) tells streaming from retrieval heads by gates that it trains; this is the proxy that needs
// no training: the attention that a cache of sink and recent tokens would keep. Four sinks as in StreamingLLM (arXiv 2309.17453,
// remembered); the window suits short prompts. A query is counted once uniform attention would leave half outside.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr int kSink = 4, kRecent = 16, kFirstQuery = 2 * (kSink + kRecent) - 1;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention_kept",
                 .doc = "mean attention of a query to the first 4 tokens and the latest 16",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.95,
                 .threshold_source = "loses a twentieth at most; the paper trains gates instead [R]"}),
    sdk::share_output("attention_sink", "mean attention of a query to the first 4 tokens"),
    sdk::share_output("attention_recent", "mean attention of a query to the latest 16 tokens, itself included"),
};
enum Output : uint32_t { kKept, kAtSink, kAtRecent };

constexpr headlight_reference kReferences[] = {
    sdk::reference("DuoAttention", "https://arxiv.org/abs/2410.10819"),
    sdk::reference("Efficient Streaming Language Models with Attention Sinks", "https://arxiv.org/abs/2309.17453"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"needle", "repeated-random", "stories", "needle-words"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "streaming",
    .version = "1.0.0",
    .title = "Streaming head",
    .summary = "Looks only at the first tokens and the latest ones, so that all between could be forgotten.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i >= 39 of sum over j < 4 or j > i - 16 of A[i, j]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class Streaming : public sdk::MeanFamily {
 public:
  explicit Streaming(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt&) override {}

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = std::max(kFirstQuery, pattern.query_begin()); query < pattern.query_end(); ++query) {
        const sdk::Head head{pattern.layer(), h};
        const double sink = std::min(1.0, sdk::sum(pattern.row(h, query), {0, kSink}));
        const double recent = std::min(1.0, sdk::sum(pattern.row(h, query), {query + 1 - kRecent, query + 1}));
        tally().add(kKept, head, std::min(1.0, sink + recent));
        tally().add(kAtSink, head, sink);
        tally().add(kAtRecent, head, recent);
      }
  }
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Streaming, kManifest)
