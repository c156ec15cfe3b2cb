// One planted head for each family that a few numbers on paper can make: it has the number that it should have, and neither a head
// whose places or tokens are exchanged nor one that rests has any. Families whose heads are planted in whole models
// (planted_heads_test.cpp), or that need many prompts (syntactic_test.cpp), are there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/files.hpp"
#include "core/host/plugin_library.hpp"
#include "tests/plugins/answer_by_hand.hpp"
#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {
namespace {

using Matrix = CircuitsByHand::Matrix;

constexpr int kHeads = 3;  // the planted one, the control, the one at rest
constexpr double kCentred = 1 - 1.0 / kVocabularyByHand;  // of one logit, beyond the mean over the vocabulary

struct Planted {
  std::string family;
  PromptByHand prompt;                            // with the pattern of three heads
  std::vector<Matrix> ov = {copies(0), copies(0), copies(0)};
  double score = 1;
  size_t output = 0;                              // the first that it emits
};
void PrintTo(const Planted& planted, std::ostream* out) { *out << planted.family; }

// A family of attention: the rows of three heads, and what else the prompt has.
Planted by_rows(const std::string& family, PromptByHand prompt, Rows planted, Rows exchanged, Rows rest, double score = 1, size_t output = 0) {
  prompt.sites[SiteKind::resid_post] = {{Rows(prompt.tokens.size(), one_at(0))}};
  prompt.sites[SiteKind::pattern] = {{std::move(planted), std::move(exchanged), std::move(rest)}};
  return {.family = family, .prompt = std::move(prompt), .score = score, .output = output};
}

// A family that reads off the last token what is written: the planted head looks at `place` and writes with `ov`, its control looks there
// as well and writes other tokens.
Planted by_writing(const std::string& family, const std::vector<int>& tokens, int place, Matrix ov, Matrix exchanged, PromptByHand rest,
                   double score = 1, size_t output = 0) {
  std::vector<float> looks(tokens.size(), 0.0f), rests = looks;
  looks.at(static_cast<size_t>(place)) = rests[0] = 1;
  rest.tokens = tokens;
  rest.sites = prompt_by_hand(tokens, {looks, looks, rests}).sites;
  return {.family = family, .prompt = std::move(rest), .ov = {std::move(ov), std::move(exchanged), copies(0)}, .score = score, .output = output};
}

// Every token but one, for `from`.
Matrix raising_all_but(size_t from, size_t spared) {
  Matrix matrix = copies(0);
  matrix[from].assign(kVocabularyByHand, 1.0f);
  matrix[from][spared] = 0;
  return matrix;
}

Rows ending_in(size_t n_tokens, const std::vector<std::vector<float>>& last) {
  Rows rows = looking_at(std::vector<int>(n_tokens, 0));
  std::copy(last.begin(), last.end(), rows.end() - static_cast<std::ptrdiff_t>(last.size()));
  return rows;
}
std::vector<int> numbers(int n) {
  std::vector<int> all;
  for (int i = 0; i < n; ++i) all.push_back(i);
  return all;
}
// `distance` tokens back, the first token where that is too far.
Rows back(int n_tokens, int distance) {
  std::vector<int> keys;
  for (int i = 0; i < n_tokens; ++i) keys.push_back(std::max(0, i - distance));
  return looking_at(keys);
}

std::vector<Planted> attention_families() {
  const Rows rest10 = looking_at(std::vector<int>(10, 0)), rest7 = looking_at(std::vector<int>(7, 0));
  const PromptByHand letters{.tokens = numbers(10), .sites = {}, .roles = {{"letter_1", 1, 2}, {"letter_2", 3, 4}, {"letter_3", 5, 6}, {"letter_4", 7, 8}, {"correct_letter", 3, 4}, {"end", 9, 10}}};
  const PromptByHand options{.tokens = numbers(10), .sites = {}, .roles = {{"option_1", 1, 2}, {"option_2", 3, 4}, {"option_3", 5, 6}, {"option_4", 7, 8}, {"correct_option", 3, 4}, {"end", 9, 10}}};
  const PromptByHand steps{.tokens = numbers(7), .sites = {}, .roles = {{"end", 6, 7}, {"input", 1, 2}, {"input", 2, 3}, {"input_now", 3, 4}, {"sign", 4, 5}, {"state", 5, 6}, {"state", 6, 7}}};
  const PromptByHand text{.tokens = numbers(5), .sites = {}, .pieces = {"<s>", "A", ".", " dog", "\n"}};
  const PromptByHand offer{.tokens = numbers(5), .sites = {}, .roles = {{"end", 4, 5}, {"yes", 1, 2}, {"no", 2, 3}}};
  const PromptByHand story{.tokens = std::vector<int>(10, 0), .sites = {}, .pieces = {"<s>", "The", " dog", " the", " quokka", " the", " the", " the", " the", " the"}, .words = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8}};
  const PromptByHand pieces{.tokens = numbers(7), .sites = {}, .words = {-1, 0, 1, 2, 2, 2, 3}};
  const PromptByHand secret{.tokens = {0, 7, 8, 7, 5, 7, 8, 7}, .sites = {}, .roles = {{"end", 4, 5}, {"needle", 1, 4}}, .pieces = {"0", "7", "8", "7", "5", "7", "8", "7"}, .n_given = 5};
  return {
      by_rows("constant", letters, ending_in(10, {{0, 0.25f, 0, 0.25f, 0, 0.25f, 0, 0.25f, 0, 0}}), ending_in(10, {{0, 0, 0.25f, 0, 0.25f, 0, 0.25f, 0, 0.25f, 0}}), rest10),
      by_rows("single-letter", letters, ending_in(10, {{0, 0, 0, 0, 0, 1, 0, 0, 0, 0}}), ending_in(10, {{0, 0, 0, 0, 1, 0, 0, 0, 0, 0}}), rest10, 1, 3),
      by_rows("content-gatherer", options, ending_in(10, {{0, 0, 0, 1, 0, 0, 0, 0, 0, 0}}), ending_in(10, {{0, 0, 0, 0, 1, 0, 0, 0, 0, 0}}), rest10),
      by_rows("delimiter", text, looking_at({0, 0, 2, 2, 4}), looking_at({0, 0, 1, 1, 3}), looking_at({0, 0, 0, 0, 0})),
      by_rows("global-retrieval", {.tokens = {1, 2, 3, 1, 2, 3}, .sites = {}}, looking_at({0, 0, 0, 1, 2, 3}), looking_at({0, 0, 0, 2, 3, 1}), looking_at({0, 0, 0, 3, 4, 5}), 1, 1),
      by_rows("iteration", steps, looking_at({0, 0, 0, 0, 1, 2, 3}), looking_at({0, 0, 0, 0, 2, 3, 1}), rest7),
      by_rows("local", {.tokens = std::vector<int>(20, 7), .sites = {}}, back(20, 1), back(20, 9), back(20, 20)),
      by_rows("negative", offer, ending_in(5, {{0.4f, 0.1f, 0.4f, 0.1f}, {0.25f, 0.25f, 0.25f, 0.25f, 0}}), ending_in(5, {{0.1f, 0.4f, 0.1f, 0.4f}, {0.25f, 0.25f, 0.25f, 0.25f, 0}}),
              looking_at({0, 0, 0, 0, 0}), 0.5 * std::log(4.0)),
      by_rows("rare-words", story, ending_in(10, {{0, 0, 0, 0, 1, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 0, 0, 0, 0}}), ending_in(10, {{0, 0, 0, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 1, 0, 0, 0, 0}}), rest10),
      by_rows("retrieval", secret, looking_at({0, 0, 0, 0, 1, 2, 3, 0}), looking_at({0, 0, 0, 0, 2, 1, 2, 0}), looking_at(std::vector<int>(8, 0))),
      by_rows("streaming", {.tokens = std::vector<int>(41, 7), .sites = {}}, back(41, 1), back(41, 20), back(41, 25)),
      by_rows("subword-merge", pieces, looking_at({0, 0, 0, 0, 3, 3, 0}), looking_at({0, 0, 0, 0, 1, 2, 0}), rest7),
  };
}

std::vector<Planted> writing_families() {
  const PromptByHand names{.tokens = {}, .sites = {}, .roles = {{"io", 1, 2}, {"s1", 3, 4}, {"s2", 4, 5}, {"end", 5, 6}}, .answers = {1}, .wrong = {2}};
  const PromptByHand fact{.tokens = {}, .sites = {}, .roles = {{"relation", 1, 2}, {"subject", 2, 3}, {"end", 3, 4}}, .answers = {8}, .wrong = {9}};
  const PromptByHand conflict{.tokens = {}, .sites = {}, .roles = {{"context_subject", 1, 2}, {"context_answer", 2, 3}, {"subject", 3, 4}, {"end", 4, 5}}, .answers = {9}, .wrong = {8}};
  const PromptByHand choice{.tokens = {}, .sites = {}, .roles = {{"letter_1", 1, 2}, {"letter_2", 3, 4}, {"letter_3", 5, 6}, {"correct_letter", 3, 4}, {"end", 8, 9}}, .answers = {2}, .wrong = {1, 3}};
  const PromptByHand labels{.tokens = {}, .sites = {}, .roles = {{"end", 3, 4}, {"other_label", 2, 3}, {"same_label", 1, 2}}, .answers = {1}, .wrong = {2}};
  const PromptByHand letter{.tokens = {}, .sites = {}, .roles = {{"target_word", 2, 3}, {"end", 4, 5}}, .answers = {8}, .wrong = {7, 9}};
  const PromptByHand review{.tokens = {}, .sites = {}, .roles = {{"adjective", 1, 2}, {"summary", 2, 3}, {"end", 3, 4}}, .answers = {8}, .wrong = {9}};
  const PromptByHand thing{.tokens = {}, .sites = {}, .roles = {{"end", 3, 4}, {"name", 1, 2}, {"thing", 2, 3}}};
  const PromptByHand day{.tokens = {}, .sites = {}, .roles = {{"item", 1, 2}, {"end", 2, 3}}, .answers = {2}, .wrong = {1, 3, 4}};
  Planted suppression = by_writing("copy-suppression", {0, 1, 2, 1, 6}, 1, copies(-1), maps({{1, 2}}, -1), {.tokens = {}, .sites = {}}, kCentred);
  suppression.prompt.sites[SiteKind::resid_pre][0][0].back()[1] = 3;  // what is about to be said
  Planted mixed = by_writing("mixed", {0, 4, 5, 6}, 1, maps({{4, 8}, {5, 8}}), maps({{4, 3}, {5, 3}}), fact, kCentred);
  for (const int head : {0, 1}) mixed.prompt.sites[SiteKind::pattern][0][static_cast<size_t>(head)].back() = {0, 0.5f, 0.5f, 0};
  return {
      by_writing("associative-memory", {0, 5, 6}, 0, maps({{5, 8}}), maps({{5, 3}}), {.tokens = {}, .sites = {}, .roles = {{"subject", 1, 2}, {"end", 2, 3}}, .answers = {8}, .wrong = {9}}, 1, 1),
      by_writing("amplification", {0, 1, 7, 2, 8, 3, 9, 10, 11}, 8, maps({{11, 2}}), maps({{11, 5}}), choice),
      by_writing("context", {0, 5, 9, 5, 6}, 2, copies(1), maps({{9, 3}}), conflict),
      suppression,
      by_writing("correct-letter", {0, 1, 7, 2, 8, 3, 9, 10, 11}, 3, copies(1), maps({{2, 5}}), choice),
      by_writing("in-context", {0, 1, 2, 3}, 1, copies(1), maps({{1, 4}}), labels),
      by_writing("letter-mover", {0, 4, 5, 6, 7}, 2, maps({{5, 8}}), maps({{5, 3}}), letter),
      by_writing("memory", {0, 5, 9, 5, 6}, 3, maps({{5, 8}}), maps({{5, 3}}), conflict),
      mixed,
      by_writing("mover", {0, 4, 5, 6}, 2, maps({{5, 8}}), raising_all_but(5, 8), fact),
      by_writing("name-mover", {0, 1, 3, 2, 2, 4}, 1, copies(1), maps({{1, 5}}), names),
      by_writing("negative-name-mover", {0, 1, 3, 2, 2, 4}, 1, copies(-1), maps({{1, 5}}, -1), names),
      by_writing("relation", {0, 4, 5, 6}, 1, maps({{4, 8}}), maps({{4, 3}}), fact, kCentred),
      by_writing("semantic-induction", {0, 1, 2, 3}, 1, maps({{3, 2}}, 4), maps({{3, 1}}, 4), thing),
      by_writing("sentiment-summarizer", {0, 1, 5, 6}, 1, maps({{1, 8}}), maps({{1, 3}}), review),
      by_writing("subject", {0, 4, 5, 6}, 2, maps({{5, 8}}), maps({{5, 3}}), fact, kCentred),
      by_writing("successor", {0, 1, 6}, 0, maps({{1, 2}}), maps({{1, 3}}), day),
      by_writing("summary-reader", {0, 1, 5, 6}, 2, maps({{5, 8}}), maps({{5, 3}}), review),
  };
}

std::vector<Planted> all_planted() {
  auto all = attention_families();
  for (Planted& planted : writing_families()) all.push_back(std::move(planted));
  return all;
}

// [head], the heads being put in another order.
std::vector<double> scores_of(const Planted& planted, const std::vector<int>& order) {
  CircuitsByHand circuits(kHeads, kVocabularyByHand);
  PromptByHand prompt = planted.prompt;
  for (int place = 0; place < kHeads; ++place) {
    const auto from = static_cast<size_t>(order[static_cast<size_t>(place)]);
    circuits.ov[{0, place}] = planted.ov[from];
    for (auto& [kind, layers] : prompt.sites)
      if (layers[0].size() == kHeads) layers[0][static_cast<size_t>(place)] = planted.prompt.sites.at(kind)[0][from];
  }
  return observe_by_hand(planted.family, {.n_heads = kHeads, .n_kv_heads = kHeads, .circuits = &circuits}, prompt)[planted.output];
}

class PlantedHead : public testing::TestWithParam<Planted> {};

TEST_P(PlantedHead, IsFoundAndNeitherItsControlNorAHeadAtRestIs) {
  const auto scores = scores_of(GetParam(), {0, 1, 2});
  EXPECT_NEAR(scores[0], GetParam().score, 1e-5);
  for (const size_t other : {1u, 2u}) EXPECT_TRUE(std::isnan(scores[other]) || scores[other] <= 1e-6) << "head " << other << ": " << scores[other];
}

TEST_P(PlantedHead, IsTheSameWhereverItStandsAmongTheHeads) {
  const auto scores = scores_of(GetParam(), {0, 1, 2});
  for (const std::vector<int>& order : {std::vector<int>{1, 2, 0}, {2, 1, 0}}) {
    const auto moved = scores_of(GetParam(), order);
    for (size_t place = 0; place < kHeads; ++place) {
      const double before = scores[static_cast<size_t>(order[place])];
      if (std::isnan(before))
        EXPECT_TRUE(std::isnan(moved[place])) << place;
      else
        EXPECT_NEAR(moved[place], before, 1e-6) << place;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, PlantedHead, testing::ValuesIn(all_planted()), [](const auto& test) {
  std::string name = test.param.family;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(PlantedHeads, AreThereForEveryFamily) {
  std::set<std::string> families = {"attention-sink", "duplicate-token", "induction", "positional", "previous-token",  // in whole models
                                    "syntactic"};                                                                     // by many prompts
  for (const Planted& planted : all_planted()) families.insert(planted.family);
  for (const auto& entry : std::filesystem::directory_iterator(built_plugins())) {
    if (entry.path().extension() != ".so") continue;
    const PluginInfo info = load_plugin(entry.path()).info;
    EXPECT_TRUE(info.kind != PluginKind::family || families.contains(info.id)) << info.id << " has no planted head";
  }
}

}  // namespace
}  // namespace headlight::testing_support
