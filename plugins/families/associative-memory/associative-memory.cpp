// Associative-memory heads: the weights of the head alone lead from a key to its value.
//   recall(h) = share of the task's pairs (i, t) with argmax_j (e_i W_OV W_U)_j = t over the whole vocabulary        (heads.md 2.1)
// with e_i the embedding of the subject's last token, or its effective one: what block 0 makes of it alone. Bietti et al. 2023 (arXiv
// 2306.00802) probe weight matrices of small models so. Every prompt is one pair. They give no threshold: a half is a word's meaning ("leads from
// keys to values" rather than not), not a number fitted to a model.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "associative memories";

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "recall",
                 .doc = "share of the pairs whose value is the best of all tokens, from the better kind of embedding",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "more pairs than not; the paper gives none [R]",
                 .best_of_first = 1,
                 .best_of_count = 2}),
    sdk::share_output("recall_of_embeddings", "from the token's embedding"),
    sdk::share_output("recall_of_effective_embeddings", "from the token's embedding after block 0"),
    sdk::share_output("preference", "share of the pairs whose value beats the task's wrong ones, from the embedding after block 0"),
};
enum Output : uint32_t { kRecall, kOfEmbeddings, kOfEffective, kPreference };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Birth of a Transformer: A Memory Viewpoint", "https://arxiv.org/abs/2306.00802"),
    sdk::reference("Memorization in Attention-only Transformers", "https://arxiv.org/abs/2411.10115"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"fact", "fact-sound", "fact-category", "capital-of"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "associative-memory",
    .version = "1.0.1",
    .title = "Associative-memory head",
    .summary = "Has weights that lead from a subject to what is known of it, whatever the head attends to.",
    .stage = HEADLIGHT_STAGE_KR,
    .formula = "share of pairs with argmax_j (e_subject W_OV W_U)_j = answer",
    .formula_source = "M",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class AssociativeMemory : public sdk::MeanFamily {
 public:
  explicit AssociativeMemory(const headlight_host* host) : MeanFamily(host, kManifest) {}
  void observe(const sdk::Capture&) override {}  // weights alone

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    sdk::answers_of(prompt, kWho);
    value_ = static_cast<size_t>(prompt.answers().front());
    wrong_.assign(prompt.wrong().begin(), prompt.wrong().end());
    key_ = prompt.tokens()[static_cast<size_t>(sdk::places_of(prompt, "subject", kWho).front().end) - 1];
  }

  void finish() override {
    const sdk::Circuits circuits = host().circuits();
    auto keys = circuits.embed({&key_, 1});
    const auto effective = circuits.embed_effectively({&key_, 1});
    keys.insert(keys.end(), effective.begin(), effective.end());
    const auto n_heads = static_cast<size_t>(model().n_heads), n_vocab = static_cast<size_t>(model().vocab_size);
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto written = sdk::written_logits(circuits, model(), layer, keys);  // [kind of embedding, head, token]
      for (size_t h = 0; h < n_heads; ++h) {
        const sdk::Head head{layer, static_cast<int>(h)};
        const auto of = [&](size_t kind) { return std::span(written).subspan((kind * n_heads + h) * n_vocab, n_vocab); };
        if (is_silent(of(0))) continue;  // a head that writes nothing at all has no best token
        tally().add(kOfEmbeddings, head, sdk::rank_of(of(0), value_) == 0 ? 1 : 0);
        tally().add(kOfEffective, head, sdk::rank_of(of(1), value_) == 0 ? 1 : 0);
        tally().add(kPreference, head, beats_wrong(of(1)) ? 1 : 0);
      }
    }
  }

 private:
  static bool is_silent(std::span<const float> row) {
    return std::all_of(row.begin(), row.end(), [](float x) { return x == 0; });
  }
  bool beats_wrong(std::span<const float> row) const {
    return std::all_of(wrong_.begin(), wrong_.end(), [&](int32_t token) { return row[value_] > row[static_cast<size_t>(token)]; });
  }

  int32_t key_ = 0;
  size_t value_ = 0;
  std::vector<int32_t> wrong_;
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(AssociativeMemory, kManifest)
