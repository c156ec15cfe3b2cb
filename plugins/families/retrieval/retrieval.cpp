// Retrieval heads: while the model writes down a needle that it found far back, the head looks at the very token that is being written.
//   Head h copies token w at a decoding step iff w is in the needle k, argmax_j A[j] of the step lies in the needle, and the token there is w.
//   score = |copied tokens| / |k| as sets of tokens;  by_step = copying steps / length of the needle, as the published code counts
// Wu et al. 2024 (arXiv 2404.15574), nightdessert/Retrieval_Head. Only prompts whose needle is found count (ROUGE-1 recall above one half,
// over tokens here); at most 16 tokens are decoded, and what follows the end of a line is not looked at. Models with random weights find no
// needle, so there is nothing to measure in them: the head is compared with the others of its layer.
#include <headlight/sdk.hpp>

#include <set>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr int kDecoded = 16;
constexpr double kFound = 0.5;

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "retrieval",
                 .doc = "share of the needle's tokens that the head looks at while they are being written",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.1,
                 .threshold_source = "a tenth (Wu et al. 2024) [P]"}),
    sdk::output({.name = "by_step", .doc = "the same counted over decoding steps: a token that is written twice counts twice", .unit = "1", .min = 0, .max = kDecoded}),
};
enum Output : uint32_t { kRetrieval, kByStep };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Retrieval Head Mechanistically Explains Long-Context Factuality", "https://arxiv.org/abs/2404.15574"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"needle", "needle-words"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "retrieval",
    .version = "1.0.0",
    .title = "Retrieval head",
    .summary = "Looks at the place far back from which the token that is being written is copied.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "|{w written : w in needle, argmax_j A[j] in needle, token there = w}| / |needle|, as sets",
    .formula_source = "P",
    .null_kind = HEADLIGHT_NULL_OTHER_HEADS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .n_decoded = kDecoded,
});

class Retrieval : public sdk::MeanFamily {
 public:
  explicit Retrieval(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const auto needle = prompt.role("needle");
    if (!needle) throw sdk::Failure(HEADLIGHT_UNSUPPORTED, "retrieval heads need the role needle: the text that is asked for");
    needle_ = *needle;
    tokens_.assign(prompt.tokens().begin(), prompt.tokens().end());
    n_given_ = prompt.n_given();
    end_ = n_given_;
    while (end_ < prompt.n_tokens() && prompt.piece(end_).find('\n') == std::string_view::npos) ++end_;
    copied_.assign(static_cast<size_t>(model().n_layers) * static_cast<size_t>(model().n_heads), {});
    // ROUGE-1 recall: each token of the needle is found at most once.
    std::multiset<int32_t> missing(tokens_.begin() + needle_.begin, tokens_.begin() + needle_.end);
    for (int i = n_given_; i < end_; ++i)
      if (const auto place = missing.find(tokens_[static_cast<size_t>(i)]); place != missing.end()) missing.erase(place);
    const double length = needle_.end - needle_.begin;
    is_found_ = 1 - static_cast<double>(missing.size()) / length > kFound;
  }

  void observe(const sdk::Capture& pattern) override {
    if (!is_found_) return;
    for (int h = 0; h < pattern.n_heads(); ++h) {
      auto& copied = copied_[static_cast<size_t>(pattern.layer() * model().n_heads + h)];
      for (int query = std::max(n_given_ - 1, pattern.query_begin()); query < std::min(end_ - 1, pattern.query_end()); ++query) {
        const auto row = pattern.row(h, query);
        const auto top = static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
        const int32_t written = tokens_[static_cast<size_t>(query) + 1];
        if (top >= needle_.begin && top < needle_.end && tokens_[static_cast<size_t>(top)] == written) copied.push_back(written);
      }
    }
  }

  void finish() override {
    if (!is_found_) return;
    const std::set<int32_t> needle(tokens_.begin() + needle_.begin, tokens_.begin() + needle_.end);
    for (int layer = 0; layer < model().n_layers; ++layer)
      for (int h = 0; h < model().n_heads; ++h) {
        const auto& copied = copied_[static_cast<size_t>(layer * model().n_heads + h)];
        const std::set<int32_t> distinct(copied.begin(), copied.end());
        tally().add(kRetrieval, {layer, h}, static_cast<double>(distinct.size()) / static_cast<double>(needle.size()));
        tally().add(kByStep, {layer, h}, static_cast<double>(copied.size()) / (needle_.end - needle_.begin));
      }
  }

 private:
  sdk::Span needle_;
  std::vector<int32_t> tokens_;
  int n_given_ = 0, end_ = 0;  // the decoded tokens that count are [n_given_, end_)
  bool is_found_ = false;
  std::vector<std::vector<int32_t>> copied_;  // [layer, head] tokens, in the order of the steps
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Retrieval, kManifest)
