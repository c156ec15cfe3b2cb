#include "core/engine/site_means.hpp"

namespace headlight {
namespace {

template <typename T>
class MeanHandler : public CaptureHandler<T> {
 public:
  void on_capture(const Capture<T>& capture) override {
    const auto width = static_cast<size_t>(capture.n_heads) * static_cast<size_t>(capture.width);
    auto& sum = sums[capture.site];
    sum.resize(width);
    for (int query = 0; query < capture.n_queries; ++query)
      for (size_t i = 0; i < width; ++i) sum[i] += static_cast<double>(capture.values[static_cast<size_t>(query) * width + i]);
    counts[capture.site] += capture.n_queries;
  }
  std::map<Site, std::vector<double>> sums;
  std::map<Site, int> counts;
};

}  // namespace

template <typename T>
std::map<Site, std::vector<float>> site_means(Forward<T>& forward, const std::set<Site>& sites,
                                              const std::vector<std::span<const TokenId>>& prompts, size_t rows_at_once) {
  MeanHandler<T> handler;
  PassRequest<T> request;
  request.captures = {.sites = sites, .handler = &handler};
  size_t rows = 0;
  for (size_t p = 0; p < prompts.size(); ++p) {
    request.lanes.push_back({.tokens = prompts[p]});
    rows += prompts[p].size();
    if (rows < rows_at_once && p + 1 < prompts.size()) continue;
    forward.run(request);
    request.lanes.clear();
    rows = 0;
  }
  std::map<Site, std::vector<float>> means;
  for (const auto& [site, sum] : handler.sums)
    for (const double value : sum) means[site].push_back(static_cast<float>(value / handler.counts[site]));
  return means;
}

void collect_mean_sites(const std::vector<Edit>& edits, std::set<Site>& sites) {
  for (const Edit& edit : edits)
    if (edit.op == EditOp::mean) sites.insert({.kind = edit.site, .layer = edit.layer});
}

std::vector<Edit> with_means(const std::vector<Edit>& edits, const std::map<Site, std::vector<float>>& means, const ModelDescription& model) {
  std::vector<Edit> resolved = edits;
  for (Edit& edit : resolved) {
    if (edit.op != EditOp::mean) continue;
    const auto& mean = means.at({.kind = edit.site, .layer = edit.layer});
    const size_t width = vector_width(edit, model);
    const size_t begin = edit.head < 0 ? 0 : static_cast<size_t>(edit.head) * width;
    edit.op = EditOp::replace;
    edit.values.assign(mean.begin() + static_cast<std::ptrdiff_t>(begin), mean.begin() + static_cast<std::ptrdiff_t>(begin + width));
  }
  return resolved;
}

template std::map<Site, std::vector<float>> site_means<float>(Forward<float>&, const std::set<Site>&,
                                                              const std::vector<std::span<const TokenId>>&, size_t);
template std::map<Site, std::vector<float>> site_means<double>(Forward<double>&, const std::set<Site>&,
                                                               const std::vector<std::span<const TokenId>>&, size_t);

}  // namespace headlight
