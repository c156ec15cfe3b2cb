#include "core/host/family_pass.hpp"

#include <algorithm>

#include "core/host/circuit_host.hpp"
#include "core/host/greedy_decoding.hpp"
#include "core/host/guarded_copy.hpp"
#include "core/host/plugin_host.hpp"

namespace headlight {
namespace {

// A prompt as it goes through the pass: with what was decoded after it.
struct WatchedPrompt {
  Prompt prompt;
  int index = 0;  // in the set
  int n_given = 0;
  LastResidual residual;
};

// A family of one run watching one prompt.
class Watcher {
 public:
  Watcher(WorkerRun& run, const WatchedModel& model, const RawPrompts& all, const WatchedPrompt& watched, std::vector<FamilyGrid>& grids)
      : run_(run),
        functions_(*run.family->plugin->family),
        n_cells_(static_cast<size_t>(model.description->n_layers) * static_cast<size_t>(model.description->attention.n_heads)),
        prompt_(watched.prompt, watched.index, watched.n_given),
        host_(*model.description, model.has_bos(), run.spec.family_parameters,
              [this, index = watched.index, &grids](uint32_t output, const double* values, const uint8_t* present) {
                keep(index, grids, output, values, present);
              }) {
    host_.offer(all.all());
    if (run.family->info.needs_circuits) {
      circuits_ = std::make_unique<CircuitHost>(*model.circuits, *model.description, watched.residual,
                                                [this](headlight_code code, const std::string& message) { host_.fail(code, message); });
      host_.offer(circuits_->raw());
    }
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
  std::unique_ptr<CircuitHost> circuits_;
  GuardedCopy guarded_;
  void* state_ = nullptr;
};

class Watchers : public CaptureHandler<float> {
 public:
  Watchers(const OnRunFailure& on_failure, std::vector<WatchedPrompt>& prompts, Site last_residual)
      : on_failure_(on_failure), prompts_(prompts), last_residual_(last_residual) {}

  // [lane][run]
  std::vector<std::vector<std::unique_ptr<Watcher>>> by_lane;

  void on_capture(const Capture<float>& capture) override {
    if (capture.site == last_residual_) {
      const auto n = static_cast<size_t>(capture.n_queries) * static_cast<size_t>(capture.width);
      prompts_[capture.lane].residual.rows.assign(capture.values, capture.values + n);
    }
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
  std::vector<WatchedPrompt>& prompts_;
  Site last_residual_;
};

std::vector<WatchedPrompt> prompts_to_watch(const WatchedModel& model, const PromptSet& set, const std::vector<int>& indices, int n_decoded) {
  std::vector<WatchedPrompt> watched;
  for (const int index : indices) {
    const Prompt& prompt = set.prompts[static_cast<size_t>(index)];
    watched.push_back({.prompt = prompt, .index = index, .n_given = static_cast<int>(prompt.tokens.size()), .residual = {}});
  }
  if (n_decoded == 0) return watched;
  std::vector<std::span<const TokenId>> given;
  for (const WatchedPrompt& one : watched) given.emplace_back(one.prompt.tokens);
  const auto whole = decode_greedily(*model.forward, *model.description, given, n_decoded);
  for (size_t p = 0; p < watched.size(); ++p) {
    Prompt& prompt = watched[p].prompt;
    const bool has_pieces = !prompt.pieces.empty() && model.piece_of;
    for (size_t t = prompt.tokens.size(); t < whole[p].size(); ++t) {
      if (has_pieces) prompt.pieces.push_back(model.piece_of(whole[p][t]));
      prompt.words.push_back(-1);
    }
    prompt.tokens = whole[p];
  }
  return watched;
}

// Runs whose families want prompts continued by the same number of tokens. `places` are those of the runs among all.
void observe_together(const WatchedModel& model, const RawPrompts& all, std::vector<WatchedPrompt> prompts,
                      const std::vector<WorkerRun*>& runs, const std::vector<size_t>& places, const OnRunFailure& on_failure, std::vector<std::vector<FamilyGrid>>& grids) {
  const int n_layers = model.description->n_layers;
  const Site last_residual{.kind = SiteKind::resid_post, .layer = n_layers - 1};
  Watchers watchers(on_failure, prompts, last_residual);
  PassRequest<float> request;
  for (WatchedPrompt& watched : prompts) {
    request.lanes.push_back({.tokens = watched.prompt.tokens, .wanted = {static_cast<int>(watched.prompt.tokens.size()) - 1}});
    auto& lane = watchers.by_lane.emplace_back();
    for (const size_t place : places)
      watchers.guarded(*runs[place], [&] {
        lane.push_back(std::make_unique<Watcher>(*runs[place], model, all, watched, grids[place]));
        lane.back()->begin();
      });
  }
  for (const size_t place : places) {
    const PluginInfo& family = runs[place]->family->info;
    if (family.needs_circuits) request.captures.sites.insert(last_residual);
    for (const SiteKind kind : family.sites)
      for (int layer = 0; layer < (is_in_block(kind) ? n_layers : 1); ++layer) request.captures.sites.insert({.kind = kind, .layer = layer});
  }
  request.captures.handler = &watchers;
  model.forward->run(request);
  for (auto& lane : watchers.by_lane)
    for (auto& watcher : lane) watchers.guarded(watcher->run(), [&] { watcher->end(); });
}

}  // namespace

Observation observe(const WatchedModel& model, const PromptSet& set, const std::vector<int>& prompts, const std::vector<WorkerRun*>& runs,
                    const OnRunFailure& on_failure) {
  Observation seen{.grids = std::vector<std::vector<FamilyGrid>>(runs.size())};
  const RawPrompts all(set);
  std::map<int, std::vector<size_t>> by_length;  // decoded tokens -> runs
  for (size_t r = 0; r < runs.size(); ++r) by_length[runs[r]->family->info.n_decoded].push_back(r);
  for (const auto& [n_decoded, places] : by_length) {
    observe_together(model, all, prompts_to_watch(model, set, prompts, n_decoded), runs, places, on_failure, seen.grids);
    const auto n = static_cast<std::int64_t>(prompts.size());
    seen.n_forwards += n;
    for (const size_t place : places) {
      runs[place]->n_forwards += n;
      if (places.size() > 1) runs[place]->n_forwards_shared += n;
    }
  }
  return seen;
}

}  // namespace headlight
