// Rare-words heads: the query looks at the rarest word so far.
//   RW1 = mean over i >= 8 of 1[argmax_j A[i, j] is the rarest of the words up to i], j from 1;  RW2: one of the two rarest
//   rank_correlation = mean of Spearman's correlation of A[i, j] with j's rarity, over 1 <= j < i                  (heads.md 2.7)
// Voita et al. 2019 (P19-1580): one such head in every encoder's first layer; only where the rarest word is not among the 500 most frequent of
// its corpora. For a causal model the words are those up to the query. Rarity: the word's place in the list of frequent_words.hpp, behind all of
// them when it is not there; words of equal rarity are equally right. The list is of 1000 words, so its first 100 are the frequent ones.
#include <headlight/sdk.hpp>

#include <cctype>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>
#include <vector>

#include "frequent_words.hpp"

namespace {
namespace sdk = headlight::sdk;

constexpr int kFirstQuery = 8, kCommon = 100;
constexpr double kNone = 1e-6;  // weights below it, some of them underflown, are alike

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "at_rarest",
                 .doc = "share of queries whose largest weight lies on the rarest word so far",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "more than half, as the paper's heads (66 % and more than 50 % on two corpora; Voita et al. 2019) [2]"}),
    sdk::share_output("at_two_rarest", "share of queries whose largest weight lies on one of the two rarest words so far"),
    sdk::output({.name = "rank_correlation", .doc = "Spearman's correlation of attention with rarity, mean over queries", .unit = "1", .min = -1, .max = 1}),
};
enum Output : uint32_t { kAtRarest, kAtTwoRarest, kRankCorrelation };

constexpr headlight_reference kReferences[] = {sdk::reference("Analyzing Multi-Head Self-Attention", "https://aclanthology.org/P19-1580")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"stories", "rare-copy"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "rare-words",
    .version = "1.0.0",
    .title = "Rare-words head",
    .summary = "Looks at the rarest word of the text so far.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over i >= 8 of 1[argmax_j A[i, j] = argmax_j rarity(j)]",
    .formula_source = "R",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

// Places in the list, 0 for the most frequent word.
std::unordered_map<std::string_view, int> places_of_words() {
  std::unordered_map<std::string_view, int> places;
  for (size_t begin = 0; begin < kFrequentWords.size();) {
    const size_t end = std::min(kFrequentWords.find(' ', begin), kFrequentWords.size());
    places.emplace(kFrequentWords.substr(begin, end - begin), static_cast<int>(places.size()));
    begin = end + 1;
  }
  return places;
}

// Ranks from 0; equal values share their mean rank.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranked(values.size());
  for (size_t first = 0, last; first < order.size(); first = last) {
    for (last = first + 1; last < order.size() && values[order[last]] == values[order[first]];) ++last;
    for (size_t i = first; i < last; ++i) ranked[order[i]] = static_cast<double>(first + last - 1) / 2;
  }
  return ranked;
}

class RareWords : public sdk::MeanFamily {
 public:
  explicit RareWords(const headlight_host* host) : MeanFamily(host, kManifest), places_(places_of_words()) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    rarity_.assign(static_cast<size_t>(prompt.n_tokens()), -1);
    for (int begin = 0, end; begin < prompt.n_given(); begin = end) {
      std::string word;
      for (end = begin; end < prompt.n_given() && (end == begin || (prompt.word(begin) >= 0 && prompt.word(end) == prompt.word(begin))); ++end)
        for (const char c : prompt.piece(end))
          if (!std::isspace(static_cast<unsigned char>(c))) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (prompt.word(begin) < 0) continue;
      const auto found = places_.find(word);
      std::fill(rarity_.begin() + begin, rarity_.begin() + end, found == places_.end() ? static_cast<double>(places_.size()) : found->second);
    }
    top_two_.clear();
    double rarest = -1, second = -1;  // different words of the same rarity are as rare as one
    for (size_t i = 0; i < rarity_.size(); ++i) {
      if (i > 0 && rarity_[i] > rarest) second = rarest, rarest = rarity_[i];
      else if (i > 0 && rarity_[i] < rarest) second = std::max(second, rarity_[i]);
      top_two_.push_back({rarest, second});
    }
  }

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = std::max(kFirstQuery, pattern.query_begin()); query < pattern.query_end(); ++query) {
        const auto [rarest, second] = top_two_[static_cast<size_t>(query)];
        if (rarest < kCommon) continue;
        const sdk::Head head{pattern.layer(), h};
        const auto row = pattern.row(h, query);
        const double at = rarity_[static_cast<size_t>(std::max_element(row.begin() + 1, row.end()) - row.begin())];
        tally().add(kAtRarest, head, at == rarest ? 1 : 0);
        tally().add(kAtTwoRarest, head, at == rarest || (at >= 0 && at == second) ? 1 : 0);
        std::vector<double> given(row.begin() + 1, row.end() - 1);
        std::replace_if(given.begin(), given.end(), [](double weight) { return weight < kNone; }, 0.0);
        if (const auto rho = correlation(ranks(given), ranks(std::span(rarity_).subspan(1, given.size())))) tally().add(kRankCorrelation, head, *rho);
      }
  }

 private:
  static std::optional<double> correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const double middle = static_cast<double>(x.size() - 1) / 2;  // of ranks
    double xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      xy += (x[i] - middle) * (y[i] - middle);
      xx += (x[i] - middle) * (x[i] - middle);
      yy += (y[i] - middle) * (y[i] - middle);
    }
    if (xx == 0 || yy == 0) return std::nullopt;
    return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
  }

  struct TopTwo {
    double rarest, second;
  };
  std::unordered_map<std::string_view, int> places_;
  std::vector<double> rarity_;    // [position]; -1 outside words
  std::vector<TopTwo> top_two_;  // [position] of the words up to it
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(RareWords, kManifest)
