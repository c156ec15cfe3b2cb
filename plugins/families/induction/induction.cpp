// Induction heads: the query looks at what followed the earlier places of its own token, and the head writes that token.
//   prefix matching = mean over i whose token occurred before of the sum over its earlier places p of A[i, p+1]     (heads.md 2.24)
//   copying         = 4 r - 1, r = mean over the same i of raised[token looked at most] / sum over the prompt's tokens of raised,
//                     raised = max(0, logits that the head writes at i - their mean over the vocabulary)
//   weight copying  = sum l / sum |l| over the eigenvalues of W_E W_OV W_U, from plain and from effective embeddings
//   pattern_mul, pattern_abs: against the pattern of ones at p+1
// Olsson et al. 2022 (arXiv 2209.11895), second hand: offset +1, as the erratum of 2022-09-20 has it (heads.md 1.5); copying is theirs, on the
// head's direct path. Elhage et al. 2021 have the eigenvalues, read in TransformerLens. By raw embeddings GPT-2's L11H10, which suppresses what it
// sees, comes to 0.99: no copying score says what a head does. The matching trace of Olsson et al. is of pairs of heads and not here.
#include <headlight/sdk.hpp>

#include <unordered_map>

namespace {
namespace sdk = headlight::sdk;

constexpr headlight_output copying_output(const char* name, const char* doc, double max = 1) {
  return sdk::output({.name = name, .doc = doc, .unit = "1", .min = -1, .max = max});
}
constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "prefix_matching",
                 .doc = "mean attention of a repeated token to the tokens that followed its earlier places",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.2,
                 .threshold_source = "pre-registered by a third party; the paper gives none [2]"}),
    sdk::kPatternMul,
    sdk::kPatternAbs,
    copying_output("copying", "how far the token looked at most is the one that the head raises: -1 not at all, 1 as much as all others together, 3 alone", 3),
    copying_output("weight_copying", "eigenvalues of W_E W_OV W_U, their sum over the sum of their sizes: 1 where the weights raise what they see"),
    copying_output("weight_copying_effective", "the same from embeddings after block 0 with its attention left out"),
};
enum Output : uint32_t { kPrefixMatching, kPattern, kCopying = kPattern + 2, kWeightCopying, kWeightCopyingEffective };

constexpr headlight_reference kReferences[] = {
    sdk::reference("In-context Learning and Induction Heads", "https://arxiv.org/abs/2209.11895"),
    sdk::reference("A Mathematical Framework for Transformer Circuits", "https://transformer-circuits.pub/2021/framework/index.html"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_Z};
constexpr const char* kTasks[] = {"repeated-random"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "induction",
    .version = "1.1.0",
    .title = "Induction head",
    .summary = "Finds the earlier place of the current token and looks at what followed it, so that a repeated sequence goes on.",
    .stage = HEADLIGHT_STAGE_LR,
    .formula = "mean over repeated tokens i of sum over earlier places p of A[i, p+1]",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Induction : public sdk::MeanFamily {
 public:
  explicit Induction(const headlight_host* host) : MeanFamily(host, kManifest) {}

  void observe(const sdk::Capture& capture) override {
    if (!any_followers_) return;
    if (capture.site() == HEADLIGHT_SITE_PATTERN) return observe_pattern(capture);
    copying_.see(capture);
  }

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    const auto tokens = prompt.tokens();
    followers_.assign(tokens.size(), {});
    any_followers_ = false;
    std::unordered_map<int32_t, std::vector<int>> places;
    for (size_t i = 0; i < tokens.size(); ++i) {
      auto& earlier = places[tokens[i]];
      for (const int place : earlier)
        if (place + 1 < static_cast<int>(i)) followers_[i].push_back(place + 1);
      any_followers_ |= !followers_[i].empty();
      earlier.push_back(static_cast<int>(i));
    }
    std::vector<bool> wanted;
    for (const auto& followers : followers_) wanted.push_back(!followers.empty());
    copying_.begin(prompt, model(), wanted);
  }

  void finish() override {
    if (!any_followers_) return;
    const sdk::Circuits circuits = host().circuits();
    for (int layer = 0; layer < model().n_layers; ++layer) {
      copying_.of_layer(circuits, model(), layer, [&](int h, double r) { tally().add(kCopying, {layer, h}, 4 * r - 1); });
      for (const auto& [output, effective] : {std::pair{kWeightCopying, false}, {kWeightCopyingEffective, true}})
        if (const auto scores = sdk::where_defined([&] { return circuits.copying(layer, effective); }))
          for (int h = 0; h < model().n_heads; ++h) tally().add(output, {layer, h}, (*scores)[static_cast<size_t>(h)]);
    }
  }

 private:
  void observe_pattern(const sdk::Capture& pattern) {
    for (int h = 0; h < pattern.n_heads(); ++h)
      for (int query = pattern.query_begin(); query < pattern.query_end(); ++query) {
        const sdk::Head head{pattern.layer(), h};
        const auto row = pattern.row(h, query);
        const auto& followers = followers_[static_cast<size_t>(query)];
        double given = 0;
        for (const int key : followers) given += static_cast<double>(row[static_cast<size_t>(key)]);
        sdk::add_to_pattern(tally(), kPattern, head, given, followers.size());
        if (followers.empty()) continue;
        tally().add(kPrefixMatching, head, given);
        copying_.look(model(), head, query, row);
      }
  }

  std::vector<std::vector<int>> followers_;  // [token]: the places after the earlier places of the same token
  bool any_followers_ = false;
  sdk::DirectCopying copying_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Induction, kManifest)
