// Delimiter heads: the query looks at punctuation and ends of lines.
//   score = mean over i of sum over delimiters 1 <= j <= i of A[i, j], over i that have one
//   bias  = mean over the same i of (A's mean over those j) / (A's mean over all j <= i), the "sieve bias"
// Clark et al. 2019 (W19-4828): heads that give [SEP] and punctuation more than 0.6 on average; Pande et al. 2021, The Heads Hypothesis (arXiv
// 2101.09115), whose ratio is remembered. A causal model has no [SEP]: here a delimiter is a token of punctuation or with the end of a line.
#include <headlight/sdk.hpp>

#include <string_view>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "attention",
                 .doc = "mean attention of a query to punctuation and ends of lines",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.6,
                 .threshold_source = "average attention to [SEP] > 0.6 (clarkkev/attention-analysis) [C], carried over to punctuation [R]"}),
    sdk::output({.name = "bias", .doc = "how many times the average attention a delimiter gets", .unit = "1", .min = 0, .max = 1e6}),
};
enum Output : uint32_t { kAttention, kBias };

constexpr headlight_reference kReferences[] = {
    sdk::reference("What Does BERT Look At?", "https://aclanthology.org/W19-4828"),
    sdk::reference("The Heads Hypothesis", "https://arxiv.org/abs/2101.09115"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"stories", "mcqa"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "delimiter",
    .version = "1.0.0",
    .title = "Delimiter head",
    .summary = "Looks at punctuation and ends of lines.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i of sum over delimiters j, 1 <= j <= i, of A[i, j]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

bool is_delimiter(std::string_view piece) {
  bool marked = false;
  for (const char c : piece) {
    if (std::string_view(".,;:!?()[]{}\"'-\n\r").find(c) != std::string_view::npos) marked = true;
    else if (c != ' ' && c != '\t') return false;
  }
  return marked;
}

class Delimiter : public sdk::MeanFamily {
 public:
  explicit Delimiter(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    delimiters_.clear();
    for (int position = 1; position < prompt.n_tokens(); ++position)
      if (is_delimiter(prompt.piece(position))) delimiters_.push_back(position);
  }

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = pattern.query_begin(); query < pattern.query_end(); ++query) {
        double given = 0, n = 0;
        for (size_t d = 0; d < delimiters_.size() && delimiters_[d] <= query; ++d, ++n)
          given += static_cast<double>(pattern.row(h, query)[static_cast<size_t>(delimiters_[d])]);
        if (n == 0) continue;
        given = std::min(1.0, given);
        tally().add(kAttention, {pattern.layer(), h}, given);
        tally().add(kBias, {pattern.layer(), h}, given / n * (query + 1));
      }
  }

 private:
  std::vector<int> delimiters_;  // positions, in order
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Delimiter, kManifest)
