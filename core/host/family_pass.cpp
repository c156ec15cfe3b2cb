#include "core/host/family_pass.hpp"

#include <algorithm>

#include "core/host/guarded_copy.hpp"
#include "core/host/plugin_host.hpp"

namespace headlight {
namespace {

// A family of one run watching one prompt.
class Watcher {
 public:
  Watcher(WorkerRun& run, const ModelDescription& model, bool has_bos, const Prompt& prompt, int index, std::vector<FamilyGrid>& grids)
      : run_(run),
        functions_(*run.family->plugin->family),
        n_cells_(static_cast<size_t>(model.n_layers) * static_cast<size_t>(model.attention.n_heads)),
        prompt_(prompt, index),
        host_(model, has_bos, run.spec.family_parameters,
              [this, index, &grids](uint32_t output, const double* values, const uint8_t* present) { keep(index, grids, output, values, present); }) {
    host_.check(functions_.open(host_.raw(), &state_), run_.family->info.id + " cannot open");
  }
  ~Watcher() {
    if (state_) functions_.close(state_);
  }
  Watcher(const Watcher&) = delete;

  void begin() { host_.check(functions_.begin_prompt(state_, prompt_.raw()), doing()); }
  void observe(const Capture<float>& capture) {
    const headlight_capture raw{.size = sizeof(headlight_capture),
                                .site = static_cast<headlight_site>(capture.site.kind),
                                .layer = capture.site.layer,
                                .query_begin = capture.query_begin,
                                .n_queries = capture.n_queries,
                                .n_heads = capture.n_heads,
                                .n_keys = capture.n_keys,
                                .width = capture.width,
                                .values = run_.spec.guards_captures ? guarded_.show(numbers_of(capture)) : capture.values};
    host_.check(functions_.observe(state_, &raw), doing());
  }
  void end() { host_.check(functions_.end_prompt(state_), doing()); }
  WorkerRun& run() { return run_; }

 private:
  static std::span<const float> numbers_of(const Capture<float>& c) {
    const auto n_rows = static_cast<size_t>(c.n_heads) * static_cast<size_t>(c.n_queries);
    return {c.values, n_rows * static_cast<size_t>(is_attention_matrix(c.site.kind) ? c.n_keys : c.width)};
  }
  std::string doing() const { return run_.family->info.id + " on prompt " + std::to_string(prompt_.raw()->index); }

  void keep(int index, std::vector<FamilyGrid>& grids, uint32_t output, const double* values, const uint8_t* present) {
    if (output >= run_.family->info.outputs.size())
      throw Error(ErrorCode::plugin, "emits output " + std::to_string(output) + " but declares " + std::to_string(run_.family->info.outputs.size()));
    FamilyGrid grid{.prompt = index, .output = output, .values = std::vector<double>(values, values + n_cells_), .present = {}};
    if (present)
      grid.present.assign(present, present + n_cells_);
    else
      grid.present.assign(n_cells_, 1);
    grids.push_back(std::move(grid));
  }

  WorkerRun& run_;
  const headlight_family& functions_;
  size_t n_cells_;
  RawPrompt prompt_;
  PluginHost host_;
  GuardedCopy guarded_;
  void* state_ = nullptr;
};

class Watchers : public CaptureHandler<float> {
 public:
  explicit Watchers(const OnRunFailure& on_failure) : on_failure_(on_failure) {}

  // [lane][run]
  std::vector<std::vector<std::unique_ptr<Watcher>>> by_lane;

  void on_capture(const Capture<float>& capture) override {
    for (auto& watcher : by_lane[capture.lane]) {
      const auto& sites = watcher->run().family->info.sites;
      if (std::find(sites.begin(), sites.end(), capture.site.kind) == sites.end()) continue;
      guarded(watcher->run(), [&] { watcher->observe(capture); });
    }
  }
  template <typename Action>
  void guarded(WorkerRun& run, Action action) {
    if (run.failed) return;
    try {
      action();
    } catch (const Error& error) {
      on_failure_(run, error);
    }
  }

 private:
  const OnRunFailure& on_failure_;
};

}  // namespace

std::vector<std::vector<FamilyGrid>> observe(Forward<float>& forward, const ModelDescription& model, bool has_bos, const PromptSet& set,
                                             const std::vector<int>& prompts, const std::vector<WorkerRun*>& runs,
                                             const OnRunFailure& on_failure) {
  std::vector<std::vector<FamilyGrid>> grids(runs.size());
  Watchers watchers(on_failure);
  PassRequest<float> request;
  for (const int index : prompts) {
    const Prompt& prompt = set.prompts[static_cast<size_t>(index)];
    request.lanes.push_back({.tokens = prompt.tokens, .wanted = {static_cast<int>(prompt.tokens.size()) - 1}});
    auto& lane = watchers.by_lane.emplace_back();
    for (size_t r = 0; r < runs.size(); ++r)
      watchers.guarded(*runs[r], [&] {
        lane.push_back(std::make_unique<Watcher>(*runs[r], model, has_bos, prompt, index, grids[r]));
        lane.back()->begin();
      });
  }
  for (const WorkerRun* run : runs)
    for (const SiteKind kind : run->family->info.sites)
      for (int layer = 0; layer < (is_in_block(kind) ? model.n_layers : 1); ++layer) request.captures.sites.insert({.kind = kind, .layer = layer});
  request.captures.handler = &watchers;
  forward.run(request);
  for (auto& lane : watchers.by_lane)
    for (auto& watcher : lane) watchers.guarded(watcher->run(), [&] { watcher->end(); });
  return grids;
}

}  // namespace headlight
