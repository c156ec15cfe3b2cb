#include "core/host/pattern_samples.hpp"

#include <algorithm>

namespace headlight {
namespace {

// Puts the tiles of a pattern together.
class Collector : public CaptureHandler<float> {
 public:
  Collector(int prompt, int n_tokens, std::vector<ActivationRecord>& records) : prompt_(prompt), n_tokens_(n_tokens), records_(records) {}

  void on_capture(const Capture<float>& capture) override {
    const auto n = static_cast<size_t>(n_tokens_);
    if (capture.query_begin == 0)
      records_.push_back({.site = to_string(capture.site), .layer = capture.site.layer, .prompt = prompt_,
                          .shape = {capture.n_heads, n_tokens_, n_tokens_},
                          .values = std::vector<float>(static_cast<size_t>(capture.n_heads) * n * n, 0.0f)});
    auto& values = records_.back().values;
    for (int head = 0; head < capture.n_heads; ++head)
      for (int query = 0; query < capture.n_queries; ++query) {
        const float* row = capture.values + static_cast<size_t>(head * capture.n_queries + query) * static_cast<size_t>(capture.n_keys);
        std::copy_n(row, capture.n_keys, values.begin() + static_cast<std::ptrdiff_t>((static_cast<size_t>(head) * n + static_cast<size_t>(capture.query_begin + query)) * n));
      }
  }

 private:
  int prompt_, n_tokens_;
  std::vector<ActivationRecord>& records_;
};

}  // namespace

std::vector<ActivationRecord> sample_patterns(Forward<float>& forward, const ModelDescription& model, const PromptSet& set) {
  std::vector<ActivationRecord> records;
  const int n_prompts = static_cast<int>(set.prompts.size());
  int n_shown = 0;
  for (int p = 0; p < n_prompts && n_shown < kShownPrompts; ++p) {
    const auto& tokens = set.prompts[static_cast<size_t>(p)].tokens;
    if (!is_reported(p, n_prompts) || static_cast<int>(tokens.size()) > kShownTokens) continue;
    Collector collector(p, static_cast<int>(tokens.size()), records);
    PassRequest<float> request;
    request.lanes.push_back({.tokens = tokens, .wanted = {static_cast<int>(tokens.size()) - 1}});
    for (int layer = 0; layer < model.n_layers; ++layer) request.captures.sites.insert({.kind = SiteKind::pattern, .layer = layer});
    request.captures.handler = &collector;
    forward.run(request);
    ++n_shown;
  }
  return records;
}

}  // namespace headlight
