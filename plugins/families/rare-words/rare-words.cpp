// Rare-words heads: the query looks at the rarest word so far.
//   RW1 = mean over i >= 8 of 1[argmax_j A[i, j] is the rarest of the words up to i], j from 1;  RW2: one of the two rarest
//   at_rarest_shuffled = RW1 of the same head, the frequencies of words shuffled: mean of (places of the rarest word / places of words)
//                        where argmax_j A[i, j] is a word                                                             (heads.md 2.7, its null)
//   rank_correlation = mean of Spearman's correlation of A[i, j] with j's rarity, over 1 <= j < i                  (heads.md 2.7)
// Ranks of attention are those of log max(A, 1e-6), and go over into each other where two of them are nearer than a thousandth (weights within
// 0.1 %): a rank that jumps at the last bit of a float is no number that another program can give as well.
// Voita et al. 2019 (P19-1580): one such head in every encoder's first layer; only where the rarest word is not among the 500 most frequent of
// its corpora. For a causal model the words are those up to the query. Rarity: the word's place in the list of frequent_words.hpp, behind all of
// them when it is not there; words of equal rarity are equally right. The list is of 1000 words, so its first 100 are the frequent ones.
#include <headlight/sdk.hpp>

#include <cctype>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

#include "frequent_words.hpp"

namespace {
namespace sdk = headlight::sdk;

constexpr int kFirstQuery = 8, kCommon = 100;
constexpr double kNone = 1e-6;   // weights below it, some of them underflown, are alike
constexpr double kAlike = 1e-3;  // logarithms of weights nearer than that are partly a tie

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
    sdk::share_output("at_rarest_shuffled", "what at_rarest comes to when the frequencies of the words so far are shuffled"),
};
enum Output : uint32_t { kAtRarest, kAtTwoRarest, kRankCorrelation, kShuffled };

constexpr headlight_reference kReferences[] = {sdk::reference("Analyzing Multi-Head Self-Attention", "https://aclanthology.org/P19-1580")};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"stories", "rare-copy"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "rare-words",
    .version = "1.1.0",
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
    double rarest = -1, second = -1, n_rarest = 0, n_words = 0;  // different words of the same rarity are as rare as one
    for (size_t i = 0; i < rarity_.size(); ++i) {
      if (i > 0 && rarity_[i] > rarest) second = rarest, rarest = rarity_[i], n_rarest = 0;
      else if (i > 0 && rarity_[i] < rarest) second = std::max(second, rarity_[i]);
      n_rarest += i > 0 && rarity_[i] >= 0 && rarity_[i] == rarest;
      n_words += i > 0 && rarity_[i] >= 0;
      top_two_.push_back({rarest, second, n_words > 0 ? n_rarest / n_words : 0});
    }
  }

  void observe(const sdk::Capture& pattern) override {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = std::max(kFirstQuery, pattern.query_begin()); query < pattern.query_end(); ++query) {
        const auto [rarest, second, share_of_rarest] = top_two_[static_cast<size_t>(query)];
        if (rarest < kCommon) continue;
        const sdk::Head head{pattern.layer(), h};
        const auto row = pattern.row(h, query);
        const double at = rarity_[static_cast<size_t>(std::max_element(row.begin() + 1, row.end()) - row.begin())];
        tally().add(kAtRarest, head, at == rarest ? 1 : 0);
        tally().add(kAtTwoRarest, head, at == rarest || (at >= 0 && at == second) ? 1 : 0);
        tally().add(kShuffled, head, at >= 0 ? share_of_rarest : 0);
        std::vector<double> given;
        for (size_t j = 1; j + 1 < row.size(); ++j) given.push_back(std::log(std::max(static_cast<double>(row[j]), kNone)));
        if (const auto rho = sdk::correlation_of_ranks(sdk::ranks(given, kAlike), sdk::ranks(std::span(rarity_).subspan(1, given.size())))) tally().add(kRankCorrelation, head, *rho);
      }
  }

 private:
  struct TopTwo {
    double rarest, second;
    double share_of_rarest;  // of the places of words
  };
  std::unordered_map<std::string_view, int> places_;
  std::vector<double> rarity_;    // [position]; -1 outside words
  std::vector<TopTwo> top_two_;   // [position] of the words up to it
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(RareWords, kManifest)
