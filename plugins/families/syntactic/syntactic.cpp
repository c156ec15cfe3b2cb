// Syntactic heads: from one end of a dependency, the word looked at most is the other end.
//   hit(arc) = 1[argmax over words w before the query word of A(query word, w) = the other end of the arc]
//   A(q, w) = mean over the pieces i of q of sum over the pieces j of w of A[i, j]
//   gain of a relation and direction = mean over its arcs of hit - 1[the other end lies d words back], d the best for the relation
//   score = the best gain of all                                                                                (heads.md 2.17)
// Clark et al. 2019 (W19-4828) define hits and the baseline, Voita et al. 2019 (P19-1580) the threshold. Here a word sees only words
// before it: of each arc one direction can be scored, and `coverage` says how often. The word of the first token rests idle heads
// and is left out.
#include <headlight/sdk.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

// Universal Dependencies without their subtypes: "nsubj:pass" counts as "nsubj".
#define RELATIONS(X) \
  X(nsubj) X(obj) X(obl) X(nmod) X(amod) X(advmod) X(det) X(case) X(aux) X(mark) X(compound) X(conj) X(acl) X(ccomp)
#define NAME(relation) #relation,
constexpr std::string_view kRelations[] = {RELATIONS(NAME)};
constexpr size_t kNRelations = std::size(kRelations);

constexpr headlight_output gain_output(const char* name, const char* doc) {
  return sdk::output({.name = name, .doc = doc, .unit = "share", .min = -1, .max = 1});
}
#define TO_HEAD(relation) \
  gain_output(#relation "_to_head", "share of " #relation " arcs whose dependent looks most at their head, beyond the best fixed distance"),
#define TO_DEPENDENT(relation) \
  gain_output(#relation "_to_dependent", "share of " #relation " arcs whose head looks most at their dependent, beyond the best fixed distance"),
constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "beyond_distance",
                 .doc = "of the head's best relation and direction: share of arcs whose other end is looked at most, beyond the best fixed distance",
                 .unit = "share",
                 .min = -1,
                 .max = 1,
                 .threshold = 0.1,
                 .threshold_source = "ten points more than the best fixed distance (Voita et al. 2019) [2]",
                 .best_of_first = 1,
                 .best_of_count = 2 * kNRelations}),
    RELATIONS(TO_HEAD) RELATIONS(TO_DEPENDENT)
    sdk::share_output("hits_to_head", "share of all arcs whose dependent looks most at their head"),
    sdk::share_output("hits_to_dependent", "share of all arcs whose head looks most at their dependent"),
    sdk::share_output("coverage_to_head", "share of all arcs whose head comes first and can be looked at"),
    sdk::share_output("coverage_to_dependent", "share of all arcs whose dependent comes first and can be looked at"),
};
enum Output : uint32_t { kFirstGain = 1, kHits = 1 + 2 * kNRelations, kCoverage = kHits + 2 };

constexpr headlight_parameter kParameters[] = {
    sdk::parameter({.name = "least-arcs",
                    .doc = "arcs that a relation and direction has in all prompts together, or it is not measured",
                    .default_value = 20,
                    .min = 1,
                    .max = 1e6,
                    .integer = true}),
};
constexpr headlight_reference kReferences[] = {
    sdk::reference("What Does BERT Look At?", "https://aclanthology.org/W19-4828"),
    sdk::reference("Analyzing Multi-Head Self-Attention", "https://aclanthology.org/P19-1580"),
    sdk::reference("Do Attention Heads in BERT Track Syntactic Dependencies?", "https://arxiv.org/abs/1911.12246"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"sentence-grammar"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "syntactic",
    .version = "1.0.0",
    .title = "Syntactic head",
    .summary = "Looks from one end of a grammatical relation at the other, wherever that stands.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "max over relations and directions of accuracy of argmax_w A(q, w) - accuracy of the best fixed distance",
    .formula_source = "C",
    .null_kind = HEADLIGHT_NULL_SHUFFLED_TOKENS,
    .references = kReferences,
    .parameters = kParameters,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
});

using Direction = uint32_t;
constexpr Direction kToHead = 0, kToDependent = 1;

// An arc as the later of its ends sees it.
struct Look {
  sdk::Span query, target;      // tokens
  int first_word = 0, last_word = 0;  // of the target
  int distance = 0;             // words from the query back to the target
  Direction direction = kToHead;
  uint32_t relation = kNRelations;  // kNRelations: none of those that have outputs
};

uint32_t relation_of(std::string_view name) {
  const auto plain = name.substr(0, name.find(':'));
  return static_cast<uint32_t>(std::find(std::begin(kRelations), std::end(kRelations), plain) - std::begin(kRelations));
}

// The looks of a prompt: of each arc one, or none where the end that comes first is in the first token's word.
std::vector<Look> looks_of(const sdk::Prompt& prompt) {
  std::vector<Look> looks;
  for (const sdk::Arc& arc : prompt.arcs()) {
    const Direction direction = arc.head.begin < arc.dependent.begin ? kToHead : kToDependent;
    const sdk::Span query = direction == kToHead ? arc.dependent : arc.head, target = direction == kToHead ? arc.head : arc.dependent;
    const int word = prompt.word(query.begin), first = prompt.word(target.begin), last = prompt.word(target.end - 1);
    if (word < 0 || first < 0 || last >= word || first == prompt.word(0)) continue;
    looks.push_back({query, target, first, last, word - first, direction, relation_of(arc.relation)});
  }
  return looks;
}

class Syntactic : public sdk::MeanFamily {
 public:
  explicit Syntactic(const headlight_host* raw) : MeanFamily(raw, kManifest) { find_best_distances(); }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const size_t n_arcs = prompt.arcs().size();
    if (n_arcs == 0) throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "syntactic heads need the grammar of the prompt; this task gives no arcs");
    words_.clear();
    for (int i = 0; i < prompt.n_tokens(); ++i) words_.push_back(prompt.word(i));
    looks_.clear();
    std::array<double, 2> n_seen{};
    for (const Look& look : looks_of(prompt)) {
      looks_[{look.query.begin, look.query.end}].push_back(look);
      ++n_seen[look.direction];
    }
    for (const Direction direction : {kToHead, kToDependent})
      for_each_head([&](sdk::Head head) { tally().add(kCoverage + direction, head, n_seen[direction] / static_cast<double>(n_arcs)); });
  }

  void observe(const sdk::Capture& pattern) override {
    for (const auto& [query, looks] : looks_) {
      const int begin = std::max(query.first, pattern.query_begin()), end = std::min(query.second, pattern.query_end());
      if (begin >= end) continue;
      auto& given = given_[query];
      if (begin == query.first) given.assign(static_cast<size_t>(pattern.n_heads()), std::vector<double>(static_cast<size_t>(words_[static_cast<size_t>(begin)])));
      for (int h = 0; h < pattern.n_heads(); ++h)
        for (int i = begin; i < end; ++i) add(pattern.row(h, i), given[static_cast<size_t>(h)]);
      if (end < query.second) continue;  // the next tile has its other pieces
      for (int h = 0; h < pattern.n_heads(); ++h)
        for (const Look& look : looks) score(look, given[static_cast<size_t>(h)], {pattern.layer(), h});
      given.clear();
    }
  }

 private:
  // Adds what a piece gives to the words before its own. (The mean over pieces has the largest where the sum has it.)
  void add(std::span<const float> row, std::vector<double>& given) const {
    for (size_t key = 1; key < row.size(); ++key)
      if (const int word = words_[key]; word >= 0 && word != words_[0] && static_cast<size_t>(word) < given.size())
        given[static_cast<size_t>(word)] += row[key];
  }

  void score(const Look& look, const std::vector<double>& given, sdk::Head head) {
    const auto top = std::max_element(given.begin(), given.end());
    const int word = static_cast<int>(top - given.begin());
    const double hit = *top > 0 && word >= look.first_word && word <= look.last_word;  // no weight at all is no guess
    tally().add(kHits + look.direction, head, hit);
    if (look.relation == kNRelations) return;
    const int best = best_distance_[look.direction][look.relation];
    if (best > 0) tally().add(kFirstGain + look.direction * kNRelations + look.relation, head, hit - (look.distance == best));
  }

  // Over all prompts: the distance with which most is right, counted as the score is (mean over prompts of the share of their arcs).
  void find_best_distances() {
    struct Count {
      int n = 0;
      std::map<int, double> at;  // distance -> sum of shares
    };
    std::array<std::array<Count, kNRelations + 1>, 2> counts;
    for (const sdk::Prompt& prompt : host().prompts()) {
      const auto looks = looks_of(prompt);
      std::array<std::array<double, kNRelations + 1>, 2> n{};
      for (const Look& look : looks) ++n[look.direction][look.relation];
      for (const Look& look : looks) {
        Count& count = counts[look.direction][look.relation];
        ++count.n;
        count.at[look.distance] += 1 / n[look.direction][look.relation];
      }
    }
    for (const Direction direction : {kToHead, kToDependent})
      for (size_t relation = 0; relation < kNRelations; ++relation) {
        const Count& count = counts[direction][relation];
        if (count.n < host().parameter(0)) continue;
        const auto most = std::max_element(count.at.begin(), count.at.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        best_distance_[direction][relation] = most->first;
      }
  }

  template <typename Action>
  void for_each_head(Action action) const {
    for (int layer = 0; layer < model().n_layers; ++layer)
      for (int h = 0; h < model().n_heads; ++h) action(sdk::Head{layer, h});
  }

  using Query = std::pair<int, int>;  // its tokens
  std::array<std::array<int, kNRelations>, 2> best_distance_{};  // [direction][relation] in words; 0: too few arcs
  std::vector<int> words_;                                       // [token]
  std::map<Query, std::vector<Look>> looks_;
  std::map<Query, std::vector<std::vector<double>>> given_;      // [head][word] of queries that have begun
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Syntactic, kManifest)
