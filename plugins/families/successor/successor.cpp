// Successor heads: the weights of the head alone lead from a member of a sequence to the next one.
//   succession(h) = share of the members t with argmax (x W_OV W_U) = succ(t) over the sequence, x = W_E[t] after block 0's MLP
// (heads.md 2.32). Gould et al. 2024 (arXiv 2312.09230). Three variants, as accounts of the paper leave it open whether t itself is
// among the alternatives: with it, without it, and from the plain embedding, which the paper says shows nothing. Every prompt is one
// member, and the task's answers and wrong answers are the sequence.
#include <headlight/sdk.hpp>

namespace {
namespace sdk = headlight::sdk;

constexpr const char* kWho = "successor heads";

constexpr headlight_output kOutputs[] = {
    sdk::output({.name = "succession",
                 .doc = "share of the members whose successor is the best of the sequence, the member itself included",
                 .unit = "share",
                 .min = 0,
                 .max = 1,
                 .threshold = 0.5,
                 .threshold_source = "most of the members; the paper names the largest [R]"}),
    sdk::share_output("succession_without_self", "the same with the member itself left out"),
    sdk::share_output("succession_of_embeddings", "from the plain embedding, the member itself included"),
};
enum Output : uint32_t { kSuccession, kWithoutSelf, kOfEmbeddings };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Successor Heads: Recurring, Interpretable Attention Heads In The Wild", "https://arxiv.org/abs/2312.09230"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN};
constexpr const char* kTasks[] = {"successor", "successor-run", "successor-natural"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "successor",
    .version = "1.0.0",
    .title = "Successor head",
    .summary = "Has weights that lead from a day, month, number or letter to the next one.",
    .stage = HEADLIGHT_STAGE_LR,
    .formula = "share of members t with argmax over the sequence of (MLP0(W_E[t]) W_OV W_U) = succ(t)",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class Successor : public sdk::MeanFamily {
 public:
  explicit Successor(const headlight_host* host) : MeanFamily(host, kManifest) {}
  void observe(const sdk::Capture&) override {}  // weights alone

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    item_ = prompt.tokens()[static_cast<size_t>(sdk::places_of(prompt, "item", kWho).front().end) - 1];
    sequence_ = sdk::answers_of(prompt, kWho).tokens();
    if (std::find(sequence_.begin(), sequence_.end(), item_) == sequence_.end()) sequence_.push_back(item_);
  }

  void finish() override {
    const sdk::Circuits circuits = host().circuits();
    auto items = circuits.embed_effectively({&item_, 1});
    const auto plain = circuits.embed({&item_, 1});
    items.insert(items.end(), plain.begin(), plain.end());
    const auto n_heads = static_cast<size_t>(model().n_heads);
    for (int layer = 0; layer < model().n_layers; ++layer) {
      const auto written = sdk::written_logits(circuits, model(), layer, items, sequence_);  // [kind of embedding, head, member]
      for (size_t h = 0; h < n_heads; ++h) {
        const sdk::Head head{layer, static_cast<int>(h)};
        const auto of = [&](size_t kind) { return std::span(written).subspan((kind * n_heads + h) * sequence_.size(), sequence_.size()); };
        tally().add(kSuccession, head, next_is_best(of(0), true) ? 1 : 0);
        tally().add(kWithoutSelf, head, next_is_best(of(0), false) ? 1 : 0);
        tally().add(kOfEmbeddings, head, next_is_best(of(1), true) ? 1 : 0);
      }
    }
  }

 private:
  bool next_is_best(std::span<const float> row, bool with_self) const {
    for (size_t member = 1; member < row.size(); ++member)
      if ((with_self || sequence_[member] != item_) && row[member] >= row[0]) return false;
    return true;
  }

  int32_t item_ = 0;
  std::vector<int32_t> sequence_;  // the successor first; the member itself is somewhere in it
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(Successor, kManifest)
