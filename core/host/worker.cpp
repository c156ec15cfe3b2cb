#include "core/host/worker.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <map>
#include <memory>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/engine/evaluator.hpp"
#include "core/host/family_pass.hpp"
#include "core/host/frames.hpp"
#include "core/host/method_run.hpp"
#include "core/host/model_prompts.hpp"
#include "core/host/pattern_samples.hpp"
#include "core/host/worker_process.hpp"
#include "core/tasks/task.hpp"
#include "core/tensor/product.hpp"

namespace headlight {
namespace {

constexpr size_t kRowsPerObservation = 1024;

std::atomic<bool> asked_to_stop{false};

using MemoryReserve = std::array<std::byte, size_t{1} << 20>;  // bytes: to say that memory is used up

Json failure_message(const char* type, const Error& error) {
  return Json::object({{"type", type}, {"code", std::string(to_string(error.code()))}, {"message", error.what()}});
}

class Worker {
 public:
  Worker(Job job, FrameWriter& out, std::unique_ptr<MemoryReserve>& reserve)
      : job_(std::move(job)), out_(out), reserve_(reserve), pool_(job_.n_threads), model_(Model::open(job_.model)), description_(model_.description()) {}

  // Before memory is limited and foreign code runs: returns the bytes that products will have of it.
  size_t reserve_for_products() { return reserve_product_memory(pool_); }

  void run() {
    load_plugins();
    make_prompt_set();
    Evaluator<float> evaluator(model_, pool_, set_, options());
    clean_ = evaluator.clean();
    report_outcomes();
    if (job_.wants_patterns) send_patterns();
    std::vector<WorkerRun*> measuring;
    for (WorkerRun& run : runs_)
      if (run.measures_family() && !run.failed) measuring.push_back(&run);
    if (!measuring.empty()) measure_families(measuring);
    for (WorkerRun& run : runs_)
      if (!run.measures_family() && !run.failed) evaluate_cells(run, evaluator);
    std::int64_t n_watched = 0;
    for (const WorkerRun& run : runs_) n_watched += run.n_forwards;
    out_.write(Json::object({{"type", "job_done"}, {"forwards", n_forwards_}, {"forwards_alone", n_watched}}));
  }

 private:
  EvaluatorOptions options() const {
    EvaluatorOptions options;
    if (job_.memory_bytes > 0) options.memory_bytes = static_cast<size_t>(job_.memory_bytes) / 2;
    return options;
  }

  void load_plugins() {
    for (size_t i = 0; i < job_.runs.size(); ++i) {
      WorkerRun run{.index = i, .spec = job_.runs[i], .family = {}, .method = {}, .committed_prompts = {}, .committed_cells = {}, .pending = {}};
      for (const CellValue& value : run.spec.committed) {
        run.committed_prompts.insert({value.part, value.replicate, value.prompt});
        if (value.part == Part::value) run.committed_cells.insert({value.output, value.head.layer, value.head.head, value.prompt});
      }
      runs_.push_back(std::move(run));
      guarded(runs_.back(), [&] {
        runs_.back().method = load_plugin(runs_.back().spec.method);
        if (!runs_.back().spec.family.empty()) runs_.back().family = load_plugin(runs_.back().spec.family);
      });
    }
  }

  void make_prompt_set() {
    const Task task = parse_task(job_.task);
    tokenizer_ = find_tokenizer(job_.model);
    set_ = make_prompts_for(model_, tokenizer_ ? &*tokenizer_ : nullptr, pool_, task, job_.n_prompts, static_cast<std::uint64_t>(job_.seed));
    Json prompts = Json::array();
    const int n = static_cast<int>(set_.prompts.size());
    for (int p = 0; p < n; ++p) prompts.push(describe(set_.prompts[static_cast<size_t>(p)], p, n, tokenizer_ ? &*tokenizer_ : nullptr));
    Json notes = Json::array();
    for (const std::string& note : set_.notes) notes.push(note);
    out_.write(Json::object({{"type", "prompts"}, {"prompts", prompts}, {"metric", std::string(to_string(set_.metric))}, {"chance", set_.chance},
                             {"n_tried", set_.n_tried}, {"notes", notes}}));
  }

  static Json describe(const Prompt& prompt, int index, int n_prompts, const Tokenizer* tokenizer) {
    Json ids = Json::array(), tokens = Json::array(), roles = Json::object();
    for (const TokenId id : prompt.tokens) {
      ids.push(id);
      tokens.push(tokenizer ? shown_text(*tokenizer, id) : std::to_string(id));
    }
    std::map<std::string, Json::Array> places;  // a name's only place stands as [begin, end], several as a list of these
    for (const Role& role : prompt.roles) places[role.name].push_back(Json(Json::Array{Json(role.begin), Json(role.end)}));
    for (const auto& [name, spans] : places) roles.set(name, spans.size() == 1 ? spans.front() : Json(spans));
    return Json::object({{"index", index}, {"reported", is_reported(index, n_prompts)}, {"ids", ids}, {"tokens", tokens}, {"roles", roles}, {"answer", prompt.answer}});
  }

  void report_outcomes() {
    Json outcomes = Json::array();
    for (const PromptOutcome& outcome : clean_) {
      if (!std::isfinite(outcome.metric))
        throw Error(ErrorCode::not_measurable, "the model gives no finite number on prompt " + std::to_string(outcome.prompt) +
                                                   ": are its weights whole?");
      outcomes.push(Json::object({{"prompt", outcome.prompt}, {"metric", outcome.metric}, {"accuracy", outcome.accuracy ? Json(*outcome.accuracy) : Json()}}));
    }
    out_.write(Json::object({{"type", "outcomes"}, {"outcomes", outcomes}}));
  }

  // Consecutive prompts that make one pass; the same for every run and every resumption.
  std::vector<std::vector<int>> batches() const {
    std::vector<std::vector<int>> batches;
    size_t rows = 0;
    for (size_t p = 0; p < set_.prompts.size(); ++p) {
      const size_t length = set_.prompts[p].tokens.size();
      if (batches.empty() || rows + length > kRowsPerObservation) {
        batches.emplace_back();
        rows = 0;
      }
      batches.back().push_back(static_cast<int>(p));
      rows += length;
    }
    return batches;
  }

  void measure_families(const std::vector<WorkerRun*>& runs) {
    const auto n_batches = static_cast<std::int64_t>(batches().size());
    std::int64_t total = n_batches;
    for (const NullKind kind : {NullKind::shuffled_tokens, NullKind::random_weights})
      if (uses(runs, kind)) total += n_batches * (kind == NullKind::random_weights ? n_random() : 1);
    std::int64_t done = 0;
    measure(model_, set_, runs, Part::value, 0, done, total);
    const auto seed = static_cast<std::uint64_t>(job_.seed);
    if (const auto shuffled = with_null(runs, NullKind::shuffled_tokens); !shuffled.empty()) {
      measure(model_, shuffle_tokens(set_, description_.bos_token, seed + 1), shuffled, Part::null_value, 0, done, total);
    }
    if (const auto random = with_null(runs, NullKind::random_weights); !random.empty()) {
      // Of each model its own: models of one shape would share all chances else.
      const std::uint64_t first = Random(seed, "random weights of " + model_.checkpoint->fingerprint).next();
      for (int replicate = 0; replicate < n_random(); ++replicate) {
        measure(model_.with_random_weights(first + static_cast<std::uint64_t>(replicate)), set_, random, Part::null_value, replicate, done, total);
      }
    }
    for (WorkerRun* run : runs)
      if (!run->failed) finish(*run, Json::object({{"forwards", run->n_forwards}, {"forwards_shared", run->n_forwards_shared}}));
  }

  int n_random() const { return n_random_models(description_.n_layers * description_.attention.n_heads); }

  static std::vector<WorkerRun*> with_null(const std::vector<WorkerRun*>& runs, NullKind kind) {
    std::vector<WorkerRun*> chosen;
    for (WorkerRun* run : runs)
      if (run->null_kind() == kind) chosen.push_back(run);
    return chosen;
  }
  static bool uses(const std::vector<WorkerRun*>& runs, NullKind kind) { return !with_null(runs, kind).empty(); }

  void measure(const Model& model, const PromptSet& set, const std::vector<WorkerRun*>& runs, Part part, int replicate, std::int64_t& done,
               std::int64_t total) {
    Forward<float> forward(model, pool_);
    std::optional<Circuits> circuits;
    if (std::any_of(runs.begin(), runs.end(), [](const WorkerRun* run) { return run->family->info.needs_circuits; })) circuits.emplace(model, pool_);
    const WatchedModel watched{.forward = &forward,
                               .circuits = circuits ? &*circuits : nullptr,
                               .description = &description_,
                               .piece_of = tokenizer_ ? [this](TokenId id) { return shown_text(*tokenizer_, id); } : std::function<std::string(TokenId)>()};
    for (const auto& batch : batches()) {
      std::vector<WorkerRun*> open;
      for (WorkerRun* run : runs)
        if (!run->failed && !is_committed(*run, part, replicate, batch)) open.push_back(run);
      if (!open.empty()) {
        const auto started = std::chrono::steady_clock::now();
        const Observation seen = observe(watched, set, batch, open, [this](WorkerRun& run, const Error& error) { fail(run, error); });
        n_forwards_ += seen.n_forwards;
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        for (size_t r = 0; r < open.size(); ++r) {
          open[r]->seconds += seconds / static_cast<double>(open.size());
          guarded(*open[r], [&] {
            run_method(context(*open[r], set, nullptr, &seen.grids[r], part, replicate));
            deliver(*open[r]);
          });
        }
      }
      ++done;
      for (WorkerRun* run : runs) progress(*run, done, total);
      check_cancelled();
    }
  }

  static bool is_committed(const WorkerRun& run, Part part, int replicate, const std::vector<int>& prompts) {
    for (const int prompt : prompts)
      if (!run.committed_prompts.contains({part, replicate, prompt})) return false;
    return true;
  }

  void evaluate_cells(WorkerRun& run, Evaluator<float>& evaluator) {
    const auto started = std::chrono::steady_clock::now();
    const PlanReport before = evaluator.report();
    guarded(run, [&] { run_method(context(run, set_, &evaluator, nullptr, Part::value, 0)); });
    run.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    check_cancelled();
    const PlanReport after = evaluator.report();
    if (!run.failed) finish(run, Json::object({{"rows", after.computed - before.computed}, {"rows_full", after.full - before.full}}));
  }

  MethodContext context(WorkerRun& run, const PromptSet& set, Evaluator<float>* evaluator, const std::vector<FamilyGrid>* grids, Part part,
                        int replicate) {
    return {.run = &run,
            .model = &description_,
            .has_bos = description_.bos_token.has_value(),
            .set = &set,
            .evaluator = evaluator,
            .clean = &clean_,
            .grids = grids,
            .part = part,
            .replicate = replicate,
            .deliver = [this, &run] { deliver(run); },
            .progress = [this, &run](std::int64_t done, std::int64_t total) { return progress(run, done, total); }};
  }

  template <typename Action>
  void guarded(WorkerRun& run, Action action) {
    if (run.failed) return;
    try {
      action();
    } catch (const Error& error) {
      if (asked_to_stop) throw Error(ErrorCode::cancelled, "cancelled");
      fail(run, error);
    }
  }
  // Where a plugin has used up the memory nothing more can be computed here: BLAS dies where it gets none. The other runs get
  // workers of their own.
  void fail(WorkerRun& run, const Error& error) {
    run.failed = true;
    const bool is_without_memory = error.code() == ErrorCode::out_of_memory;
    if (is_without_memory) reserve_.reset();
    Json message = failure_message("run_failed", error);
    message.set("run", static_cast<std::int64_t>(run.index));
    out_.write(message);
    if (is_without_memory) throw std::bad_alloc();
  }
  void deliver(WorkerRun& run) {
    if (run.pending.empty()) return;
    out_.write(Json::object({{"type", "values"}, {"run", static_cast<std::int64_t>(run.index)}}), to_blob(run.pending));
    run.pending.clear();
  }
  bool progress(WorkerRun& run, std::int64_t done, std::int64_t total) {
    out_.write(Json::object({{"type", "progress"}, {"run", static_cast<std::int64_t>(run.index)}, {"done", done}, {"total", total}}));
    return !asked_to_stop;
  }
  void finish(WorkerRun& run, Json work) {
    deliver(run);
    out_.write(Json::object({{"type", "run_done"}, {"run", static_cast<std::int64_t>(run.index)}, {"seconds", run.seconds}, {"work", std::move(work)}}));
  }
  static void check_cancelled() {
    if (asked_to_stop) throw Error(ErrorCode::cancelled, "cancelled");
  }

  void send_patterns() {
    Forward<float> forward(model_, pool_);
    for (const ActivationRecord& record : sample_patterns(forward, description_, set_)) {
      Json shape = Json::array();
      for (const int extent : record.shape) shape.push(extent);
      out_.write(Json::object({{"type", "activation"}, {"site", record.site}, {"layer", record.layer}, {"prompt", record.prompt}, {"shape", shape}}),
                 std::string_view(reinterpret_cast<const char*>(record.values.data()), record.values.size() * sizeof(float)));
    }
    out_.write(Json::object({{"type", "activations_done"}}));
  }

  const Job job_;
  FrameWriter& out_;
  std::unique_ptr<MemoryReserve>& reserve_;
  ThreadPool pool_;
  const Model model_;
  const ModelDescription& description_;
  std::optional<Tokenizer> tokenizer_;
  PromptSet set_;
  std::vector<PromptOutcome> clean_;
  std::vector<WorkerRun> runs_;
  std::int64_t n_forwards_ = 0;  // for families
};

constexpr rlim_t kOwnMemory = rlim_t{256} << 20;          // bytes: what the program itself needs beside the budget
constexpr rlim_t kMemoryToDescribe = rlim_t{2} << 30;      // bytes: for libraries that allocate while they are loaded

}  // namespace

int run_worker(int in, int out) {
  if (!bind_to_parent(out)) return 1;
  std::signal(SIGTERM, [](int) { asked_to_stop = true; });
  FrameWriter writer(out);
  FrameReader reader;
  const auto frame = read_frame(in, reader);
  if (!frame) return 1;
  auto reserve = std::make_unique<MemoryReserve>();
  try {
    Job job = job_from(frame->message, frame->blob);
    const auto budget = static_cast<rlim_t>(job.memory_bytes);
    Worker worker(std::move(job), writer, reserve);
    const size_t products = worker.reserve_for_products();
    if (budget > 0) limit_memory(budget + kOwnMemory + products);
    worker.run();
  } catch (const Error& error) {
    writer.write(failure_message("job_failed", error));
  } catch (const std::bad_alloc&) {
    reserve.reset();
    writer.write(failure_message("job_failed", Error(ErrorCode::out_of_memory, "the memory budget is used up: raise --memory")));
  }
  return 0;
}

int describe_plugins(int in, int out) {
  if (!bind_to_parent(out)) return 1;
  limit_memory(kMemoryToDescribe);
  FrameWriter writer(out);
  FrameReader reader;
  const auto frame = read_frame(in, reader);
  if (!frame) return 1;
  for (const Json& path : frame->message.at("paths").as_array()) {
    writer.write(Json::object({{"type", "loading"}, {"path", path}}));
    try {
      writer.write(Json::object({{"type", "plugin"}, {"plugin", to_json(load_plugin(path.as_string()).info)}}));
    } catch (const Error& error) {
      Json message = failure_message("problem", error);
      message.set("path", path);
      writer.write(message);
    }
  }
  return 0;
}

}  // namespace headlight
