#include "core/engine/evaluator.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/base/error.hpp"
#include "core/engine/metric.hpp"
#include "core/engine/site_means.hpp"

namespace headlight {
namespace {

// Where the causal cone of some edits begins: nothing before it changes.
struct Cone {
  StartPoint start;
  int begin = 0;  // position
};

bool is_before_z(SiteKind kind) {
  return kind == SiteKind::resid_pre || kind == SiteKind::q || kind == SiteKind::k || kind == SiteKind::v || is_attention_matrix(kind);
}

Cone cone_of(const std::vector<Edit>& edits) {
  Cone cone{.start = {.layer = edits.front().layer, .at_z = true}, .begin = edits.front().begin};
  for (const Edit& edit : edits) {
    cone.start.layer = std::min(cone.start.layer, edit.layer);
    cone.begin = std::min(cone.begin, edit.begin);
  }
  for (const Edit& edit : edits)
    if (edit.layer == cone.start.layer && is_before_z(edit.site)) cone.start.at_z = false;
  return cone;
}

// Prompts that fit the memory budget together.
struct PromptGroup {
  std::vector<int> prompts;
  size_t n_rows = 0;
};

}  // namespace

template <typename T>
struct Evaluator<T>::State {
  State(const Model& model_in, ThreadPool& pool_in, const PromptSet& prompts_in, EvaluatorOptions options_in)
      : model(model_in), pool(pool_in), set(prompts_in), options(options_in), forward(model, pool) {}

  void make_groups();
  void ensure_clean(size_t group);
  const Prompt& prompt(int index) const { return set.prompts[static_cast<size_t>(index)]; }
  size_t length(int index) const { return prompt(index).tokens.size(); }
  void resolve_means(const std::vector<Cell>& cells);

  const Model model;
  ThreadPool& pool;
  const PromptSet& set;
  EvaluatorOptions options;
  Forward<T> forward;
  std::vector<PromptGroup> groups;
  std::vector<size_t> group_of, lane_of, first_row;  // [prompt]: its group, its lane and its first row in the group's clean run
  bool reads_questions() const { return set.metric == MetricKind::accuracy; }

  std::optional<size_t> kept_group;
  CleanRun<T> kept;
  FinalRows<T> kept_final;  // of a metric that compares with them
  std::vector<std::optional<Reading>> clean_readings;  // [prompt]
  std::map<Site, std::vector<float>> means;
  PlanReport report;
};

template <typename T>
void Evaluator<T>::State::make_groups() {
  const size_t n_prompts = set.prompts.size();
  const size_t per_row = forward.clean_bytes_per_row() + forward.pass_bytes_per_row();
  group_of.resize(n_prompts);
  lane_of.resize(n_prompts);
  first_row.resize(n_prompts);
  clean_readings.resize(n_prompts);
  for (size_t p = 0; p < n_prompts; ++p) {
    const size_t rows = length(static_cast<int>(p));
    if (rows * per_row > options.memory_bytes)
      throw Error(ErrorCode::out_of_memory, "a prompt of " + std::to_string(rows) + " tokens needs " + std::to_string(rows * per_row >> 20) +
                                                " MiB, but the memory budget is " + std::to_string(options.memory_bytes >> 20) +
                                                " MiB: raise --memory or shorten the prompts");
    if (groups.empty() || (groups.back().n_rows + rows) * per_row > options.memory_bytes) groups.emplace_back();
    group_of[p] = groups.size() - 1;
    lane_of[p] = groups.back().prompts.size();
    first_row[p] = groups.back().n_rows;
    groups.back().prompts.push_back(static_cast<int>(p));
    groups.back().n_rows += rows;
  }
}

template <typename T>
void Evaluator<T>::State::ensure_clean(size_t group) {
  if (kept_group == group) return;
  PassRequest<T> request;
  std::vector<const Prompt*> prompts;
  for (const int index : groups[group].prompts) {
    prompts.push_back(&prompt(index));
    Lane<T> lane{.tokens = prompt(index).tokens};
    lane.wanted = positions_read(prompt(index), true);
    request.lanes.push_back(std::move(lane));
  }
  request.keep = &kept;
  const auto& rows = forward.run(request);
  if (set.metric == MetricKind::kl) {
    kept_final.lanes = rows.lanes;
    kept_final.values.resize(rows.values.size());
    std::copy_n(rows.values.data(), rows.values.size(), kept_final.values.data());
  }
  const auto readings = read_metrics<T>(forward, pool, {.kind = set.metric, .prompts = prompts, .rows = &rows, .questions = true});
  for (size_t i = 0; i < readings.size(); ++i) clean_readings[static_cast<size_t>(groups[group].prompts[i])] = readings[i];
  kept_group = group;
  const auto work = static_cast<std::int64_t>(groups[group].n_rows) * model.description().n_layers;
  report.full += work;
  report.computed += work;
  ++report.n_passes;
}

template <typename T>
void Evaluator<T>::State::resolve_means(const std::vector<Cell>& cells) {
  std::set<Site> wanted, missing;
  for (const Cell& cell : cells) collect_mean_sites(cell.edits, wanted);
  for (const Site& site : wanted)
    if (!means.contains(site)) missing.insert(site);
  if (missing.empty()) return;
  std::vector<std::span<const TokenId>> prompts;
  for (const Prompt& p : set.prompts) prompts.emplace_back(p.tokens);
  means.merge(site_means(forward, missing, prompts, options.rows_at_once));
}

template <typename T>
Evaluator<T>::Evaluator(const Model& model, ThreadPool& pool, const PromptSet& prompts, EvaluatorOptions options)
    : state_(std::make_unique<State>(model, pool, prompts, options)) {
  state_->make_groups();
}
template <typename T>
Evaluator<T>::~Evaluator() = default;

template <typename T>
std::vector<PromptOutcome> Evaluator<T>::clean() {
  std::vector<PromptOutcome> outcomes;
  for (size_t p = 0; p < state_->set.prompts.size(); ++p) {
    if (!state_->clean_readings[p]) state_->ensure_clean(state_->group_of[p]);
    const Reading& reading = *state_->clean_readings[p];
    outcomes.push_back({.prompt = static_cast<int>(p), .metric = reading.metric, .accuracy = reading.accuracy});
  }
  return outcomes;
}

template <typename T>
std::vector<std::vector<size_t>> Evaluator<T>::plan(const std::vector<Cell>& cells) const {
  // Prompts of one group together, then by start, then as they were given: a pass holds cells of one start point.
  struct Key {
    size_t group;
    int layer;
    bool at_z;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> keys;
  for (const Cell& cell : cells) {
    if (cell.prompt < 0 || static_cast<size_t>(cell.prompt) >= state_->set.prompts.size())
      throw Error(ErrorCode::bad_input, "a cell asks for prompt " + std::to_string(cell.prompt) + " of " + std::to_string(state_->set.prompts.size()));
    for (const Edit& edit : cell.edits) check_edit(edit, state_->model.description());
    const StartPoint start = cell.edits.empty() ? StartPoint{.layer = -1, .at_z = false} : cone_of(cell.edits).start;
    keys.push_back({state_->group_of[static_cast<size_t>(cell.prompt)], start.layer, start.at_z});
  }
  std::vector<size_t> order(cells.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });

  std::vector<std::vector<size_t>> groups;
  size_t rows = 0;
  for (const size_t cell : order) {
    const size_t length = state_->length(cells[cell].prompt);
    const bool fits = !groups.empty() && keys[groups.back().front()] == keys[cell] && rows + length <= state_->options.rows_at_once;
    if (!fits) {
      groups.emplace_back();
      rows = 0;
    }
    groups.back().push_back(cell);
    rows += length;
  }
  return groups;
}

template <typename T>
std::vector<double> Evaluator<T>::evaluate(const std::vector<Cell>& cells, const std::vector<size_t>& group) {
  State& s = *state_;
  if (group.empty()) return {};
  const size_t prompt_group = s.group_of[static_cast<size_t>(cells[group.front()].prompt)];
  s.resolve_means(cells);
  s.ensure_clean(prompt_group);

  std::vector<double> values;
  if (cells[group.front()].edits.empty()) {
    for (const size_t cell : group) values.push_back(s.clean_readings[static_cast<size_t>(cells[cell].prompt)]->metric);
    return values;
  }
  PassRequest<T> request;
  std::vector<const Prompt*> prompts;
  std::vector<size_t> clean_lanes;
  std::vector<std::vector<Edit>> edits;
  edits.reserve(group.size());
  for (const size_t index : group) {
    const Cell& cell = cells[index];
    const Cone cone = cone_of(cell.edits);
    edits.push_back(with_means(cell.edits, s.means, s.model.description()));
    Lane<T> lane{.tokens = s.prompt(cell.prompt).tokens, .edits = edits.back()};
    lane.wanted = positions_read(s.prompt(cell.prompt), s.reads_questions());
    // A position that the metric reads before the edit keeps its clean value; recomputing from there keeps one path for both.
    lane.begin = std::min(cone.begin, lane.wanted.front());
    lane.clean = &s.kept;
    lane.clean_row = s.first_row[static_cast<size_t>(cell.prompt)];
    const auto n_layers = s.model.description().n_layers;
    s.report.full += static_cast<std::int64_t>(lane.tokens.size()) * n_layers;
    s.report.computed += static_cast<std::int64_t>(lane.tokens.size() - static_cast<size_t>(lane.begin)) * (n_layers - cone.start.layer);
    prompts.push_back(&s.prompt(cell.prompt));
    clean_lanes.push_back(s.lane_of[static_cast<size_t>(cell.prompt)]);
    request.lanes.push_back(std::move(lane));
    request.start = cone.start;
  }
  const auto& rows = s.forward.run(request);
  ++s.report.n_passes;
  const ReadRequest<T> read{.kind = s.set.metric, .prompts = prompts, .rows = &rows, .clean = &s.kept_final, .clean_lanes = clean_lanes};
  for (const Reading& reading : read_metrics<T>(s.forward, s.pool, read)) values.push_back(reading.metric);
  return values;
}

template <typename T>
PlanReport Evaluator<T>::report() const {
  return state_->report;
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace headlight
