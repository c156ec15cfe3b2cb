// Semantic induction heads: looking at the subject of a relation that the text has stated, the head raises its object.
//   For a stated triplet (s, o) and a position j >= both: where s = argmax_k A[j, k], by more than 2.2 times the next largest,
//     p = softmax of W_U(LN_f(x_j W_OV)) over the distinct tokens up to j, q = max(0, p - mean p), a = q[o] / sum q
//   relation index = mean of a over those (triplet, j)                                                            (heads.md 2.22)
// Ren et al. 2024 (arXiv 2402.13055), as an audit has it, second hand: x_j is the embedding of the CURRENT token, not of the attended one.
// with_residual takes the residual stream there instead. Both pass the layer's norm and the final one, as the weights at work do. Neither
// proves a function: the audit found next to no correlation with causal importance.
#include <headlight/sdk.hpp>

#include <cmath>
#include <map>
#include <vector>

namespace {
namespace sdk = headlight::sdk;

constexpr float kClearly = 2.2f;

constexpr headlight_output kOutputs[] = {
    sdk::share_output("relation_index", "how far the head raises the object where it looks at its subject, read off the current token's embedding"),
    sdk::share_output("with_residual", "the same read off the residual stream"),
    sdk::share_output("attention_to_subject", "share of positions where a subject clearly gets most, of those after a triplet"),
};
enum Output : uint32_t { kRelationIndex, kWithResidual, kAttentionToSubject };

constexpr headlight_reference kReferences[] = {
    sdk::reference("Identifying Semantic Induction Heads", "https://arxiv.org/abs/2402.13055"),
};
constexpr headlight_site kSites[] = {HEADLIGHT_SITE_PATTERN, HEADLIGHT_SITE_RESID_PRE};
constexpr const char* kTasks[] = {"owner", "mcqa-context", "conflict-context"};

constexpr headlight_manifest kManifest = sdk::family_manifest({
    .id = "semantic-induction",
    .version = "1.0.0",
    .title = "Semantic induction head",
    .summary = "Looks at the subject of a stated relation and raises its object.",
    .stage = HEADLIGHT_STAGE_ICI,
    .formula = "mean over j with argmax_k A[j, k] = s of q[o] / sum q, q = max(0, p - mean p), p = softmax(x_j W_OV W_U)",
    .formula_source = "2",
    .null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS,
    .references = kReferences,
    .outputs = kOutputs,
    .sites = kSites,
    .tasks = kTasks,
    .needs_circuits = true,
});

class SemanticInduction : public sdk::MeanFamily {
 public:
  explicit SemanticInduction(const headlight_host* host) : MeanFamily(host, kManifest) {}

 protected:
  void look_at(const sdk::Prompt& prompt) override {
    subjects_ = prompt.roles("name");
    objects_ = prompt.roles("thing");
    if (subjects_.empty()) subjects_ = prompt.roles("context_subject"), objects_ = prompt.roles("context_answer");
    if (subjects_.empty() || subjects_.size() != objects_.size())
      throw sdk::Failure(HEADLIGHT_UNSUPPORTED,
                         "semantic induction needs stated relations: the roles name and thing, or context_subject and context_answer, one for each other");
    tokens_.assign(prompt.tokens().begin(), prompt.tokens().begin() + prompt.n_given());
    looks_.assign(static_cast<size_t>(model().n_layers), {});
    residual_ = std::vector<std::vector<float>>(looks_.size());
  }

  void observe(const sdk::Capture& capture) override {
    const auto layer = static_cast<size_t>(capture.layer());
    for (int j = capture.query_begin(); j < std::min(capture.query_end(), static_cast<int>(tokens_.size())); ++j) {
      if (capture.site() == HEADLIGHT_SITE_RESID_PRE) {
        const auto vector = capture.vector(0, j);
        residual_[layer].insert(residual_[layer].end(), vector.begin(), vector.end());
      } else {
        for (int h = 0; h < capture.n_heads(); ++h) look(capture.layer(), h, j, capture.row(h, j));
      }
    }
  }

  void finish() override {
    const sdk::Circuits circuits = host().circuits();
    std::vector<int32_t> distinct;  // in the order of the text: those up to a position come first
    std::vector<size_t> n_visible;  // [position]
    std::map<int32_t, size_t> place;
    for (const int32_t token : tokens_) {
      if (place.emplace(token, distinct.size()).second) distinct.push_back(token);
      n_visible.push_back(distinct.size());
    }
    for (int layer = 0; layer < model().n_layers; ++layer) {
      if (looks_[static_cast<size_t>(layer)].empty()) continue;
      for (const auto& [output, x] : {std::pair{kRelationIndex, circuits.embed(tokens_)}, {kWithResidual, residual_[static_cast<size_t>(layer)]}}) {
        const auto written = circuits.results(layer, circuits.values(layer, circuits.head_input(layer, x)));  // [position, head, d_model]
        const auto logits = circuits.logits(written, distinct);                                               // [position, head, token]
        for (const Look& look : looks_[static_cast<size_t>(layer)]) {
          const auto row = (static_cast<size_t>(look.position) * static_cast<size_t>(model().n_heads) + static_cast<size_t>(look.head)) * distinct.size();
          const auto visible = std::span(logits).subspan(row, n_visible[static_cast<size_t>(look.position)]);
          tally().add(output, {layer, look.head}, raised(visible, place.at(look.object)));
        }
      }
    }
  }

 private:
  struct Look {
    int head, position;
    int32_t object;
  };

  void look(int layer, int h, int j, std::span<const float> row) {
    const auto top = static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
    float next = 0;
    for (int k = 0; k < static_cast<int>(row.size()); ++k)
      if (k != top) next = std::max(next, row[static_cast<size_t>(k)]);
    const bool clearly = row[static_cast<size_t>(top)] > kClearly * next;
    bool is_after = false, at_subject = false;
    for (size_t t = 0; t < subjects_.size(); ++t) {
      if (j < std::max(subjects_[t].end, objects_[t].end) - 1) continue;
      is_after = true;
      if (!clearly || top < subjects_[t].begin || top >= subjects_[t].end) continue;
      at_subject = true;
      looks_[static_cast<size_t>(layer)].push_back({h, j, tokens_[static_cast<size_t>(objects_[t].begin)]});
    }
    if (is_after) tally().add(kAttentionToSubject, {layer, h}, at_subject ? 1 : 0);
  }

  static double raised(std::span<const float> logits, size_t object) {
    const double largest = static_cast<double>(*std::max_element(logits.begin(), logits.end()));
    std::vector<double> p;
    double sum = 0, above = 0;
    for (const float logit : logits) sum += p.emplace_back(std::exp(static_cast<double>(logit) - largest));
    const double mean = sum / static_cast<double>(p.size());
    for (const double share : p) above += std::max(0.0, share - mean);
    return above > 0 ? std::max(0.0, p[object] - mean) / above : 0;
  }

  std::vector<sdk::Span> subjects_, objects_;
  std::vector<int32_t> tokens_;
  std::vector<std::vector<Look>> looks_;      // [layer]
  std::vector<std::vector<float>> residual_;  // [layer]: [position, d_model]
};

}  // namespace

HEADLIGHT_EXPORT_FAMILY(SemanticInduction, kManifest)
