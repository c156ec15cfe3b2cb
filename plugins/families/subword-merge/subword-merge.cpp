// Subword-merge heads: a piece of a word that is not its first looks at the pieces before it.
//   inside = mean over such pieces i, the k-th of their word from 0, of sum over i-k <= j < i of A[i, j]
//   outside = the same sums taken at first pieces of words, averaged over these pieces and over the same k
//   score = inside - outside: nothing for a head that looks back wherever it stands                              (heads.md 2.18)
//   selectivity = inside / mean over first pieces i of A[i, i-1]: about 1 for a previous-token head, which looks there as well
// Correia et al. 2019 (D19-1223), Ferrando & Voita 2024 (arXiv 2403.00824) show such heads and give no formula: a reconstruction.
#include <headlight/sdk.hpp>

#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "merging",
                 .doc = "attention of later pieces of a word to its earlier ones, beyond what first pieces give to as many tokens before them",
                 .unit = "share",
                 .min = -1,
                 .max = 1,
                 .threshold = 0.2,
                 .threshold_source = "a fifth of a head's attention is for pieces of the word and not for tokens before it; the papers give none [R]"}),
    sdk::share_output("inside", "mean attention of later pieces of a word to its earlier ones"),
    sdk::share_output("inside_long", "the same of pieces that have two and more before them in the word"),
    sdk::share_output("outside", "mean attention of first pieces to as many tokens before them, in other words"),
    sdk::share_output("before_first", "mean attention of first pieces to the token right before them"),
    sdk::output({.name = "selectivity", .doc = "how many times what first pieces give to the token right before them later pieces give to their word", .unit = "1", .min = 0, .max = 1e6}),
};
enum Output : uint32_t { kMerging, kInside, kInsideLong, kOutside, kBeforeFirst, kSelectivity };
constexpr double kNothing = 1e-6;  // less attention is taken for so much in a ratio

constexpr headlight_reference kReferences[] = {
    sdk::reference("Adaptively Sparse Transformers", "https://aclanthology.org/D19-1223"),
    sdk::reference("Information Flow Routes", "https://arxiv.org/abs/2403.00824"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"rare-copy", "stories"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "subword-merge",
    .version = "1.1.0",
    .title = "Subword-merge head",
    .summary = "Looks from the later pieces of a word at its earlier ones.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over later pieces i of a word of sum over its earlier pieces j of A[i, j], minus the same at first pieces",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

class SubwordMerge : public sdk::MeanFamily {
 public:
  explicit SubwordMerge(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    depth_.assign(static_cast<size_t>(prompt.n_tokens()), -1);
    n_at_depth_.clear();
    for (int i = 1; i < prompt.n_given(); ++i) {
      if (prompt.word(i) < 0) continue;
      const bool continues = prompt.word(i) == prompt.word(i - 1);
      const int depth = continues ? std::max(0, depth_[static_cast<size_t>(i) - 1]) + 1 : 0;
      depth_[static_cast<size_t>(i)] = depth;
      n_at_depth_.resize(std::max(n_at_depth_.size(), static_cast<size_t>(depth) + 1));
      ++n_at_depth_[static_cast<size_t>(depth)];
    }
  }

  void observe(const sdk::Capture& pattern) override {
    if (n_at_depth_.size() < 2) return;  // every word is one piece
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = pattern.query_begin(); query < pattern.query_end(); ++query) {
        const sdk::Head head{pattern.layer(), h};
        const auto row = pattern.row(h, query);
        const int depth = depth_[static_cast<size_t>(query)];
        if (depth > 0) {
          const double given = std::min(1.0, sdk::sum(row, {query - depth, query}));
          tally().add(kInside, head, given);
          if (depth > 1) tally().add(kInsideLong, head, given);
        } else if (depth == 0 && query > 0) {
          tally().add(kBeforeFirst, head, row[static_cast<size_t>(query) - 1]);
          for (int k = 1; k < static_cast<int>(n_at_depth_.size()) && query - k >= 1; ++k)
            tally().add(kOutside, head, std::min(1.0, sdk::sum(row, {query - k, query})), n_at_depth_[static_cast<size_t>(k)]);
        }
      }
  }

  void finish() override {
    for_each_head([&](sdk::Head head) {
      if (!tally().has(kInside, head)) return;
      if (tally().has(kOutside, head)) tally().add(kMerging, head, tally().mean(kInside, head) - tally().mean(kOutside, head));
      if (tally().has(kBeforeFirst, head))
        tally().add(kSelectivity, head, tally().mean(kInside, head) / std::max(kNothing, tally().mean(kBeforeFirst, head)));
    });
  }

 private:
  std::vector<int> depth_;       // [position] how many pieces of its word come before it; -1 outside words
  std::vector<int> n_at_depth_;  // pieces of each depth
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(SubwordMerge, kManifest)
