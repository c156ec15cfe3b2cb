// A family on the shortest prompts there are: where sums over "the tokens before" are empty and means divide by nothing.
#include <optional>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/host/family_pass.hpp"
#include "core/host/frames.hpp"
#include "core/host/worker.hpp"
#include "core/host/worker_process.hpp"

namespace headlight {
namespace {

// `n` tokens, the beginning-of-text token first where the model has one; its one role is "end".
PromptSet set_of_one(int n, const ModelDescription& model, Random& random) {
  Prompt prompt;
  for (int i = 0; i < n; ++i)
    prompt.tokens.push_back(i == 0 && model.bos_token
                                ? *model.bos_token
                                : static_cast<TokenId>(random.below(static_cast<std::uint64_t>(model.vocab_size))));
  prompt.roles.push_back({.name = "end", .begin = n - 1, .end = n});
  PromptSet set;
  set.prompts.push_back(std::move(prompt));
  return set;
}

// What is wrong with the family's answer to one prompt; nothing when it gives good numbers, none, or says that it cannot.
std::optional<Error> problem_of(WorkerRun run, const WatchedModel& model, const PromptSet& set) {
  std::optional<Error> problem;
  const auto on_failure = [&](WorkerRun& failed, const Error& error) {
    failed.failed = true;
    problem = error;
  };
  const auto grids = observe(model, set, {0}, {&run}, on_failure).grids;
  try {
    for (const FamilyGrid& grid : grids[0])
      for (size_t i = 0; i < grid.values.size(); ++i)
        if (const auto n_heads = static_cast<size_t>(model.description->attention.n_heads); grid.present[i])
          run.emit(Part::value, 0, static_cast<int>(grid.output), {static_cast<int>(i / n_heads), static_cast<int>(i % n_heads)},
                   0, grid.values[i]);
  } catch (const Error& error) {
    problem = error;
  }
  const bool says_so = problem && (problem->code() == ErrorCode::unsupported || problem->code() == ErrorCode::not_measurable);
  return says_so ? std::nullopt : problem;
}

void try_lengths(const Json& request, FrameWriter& out) {
  const Model model = Model::open(request.at("model").as_string());
  ThreadPool pool(1);
  Forward<float> forward(model, pool);
  Circuits circuits(model, pool);
  const WatchedModel watched{.forward = &forward, .circuits = &circuits, .description = &model.description(), .piece_of = {}};
  WorkerRun run{.index = 0,
                .spec = {},
                .family = load_plugin(request.at("family").as_string()),
                .method = {},
                .committed_prompts = {},
                .committed_cells = {},
                .pending = {}};
  run.method.info.measures_family = true;  // the numbers are the family's
  run.spec.guards_captures = request.at("guards_captures").as_bool();
  for (const PluginParameter& parameter : run.family->info.parameters)
    run.spec.family_parameters.push_back(parameter.default_value);
  Random random(1);
  for (int n = 1; n <= 3; ++n) {
    const auto problem = problem_of(run, watched, set_of_one(n, model.description(), random));
    out.write(Json::object({{"type", "length"}, {"n_tokens", n}, {"problem", problem ? Json(problem->what()) : Json()}}));
  }
}

}  // namespace

int try_short_prompts(int in, int out) {
  if (!bind_to_parent(out)) return 1;
  FrameWriter writer(out);
  FrameReader reader;
  const auto frame = read_frame(in, reader);
  if (!frame) return 1;
  try {
    try_lengths(frame->message, writer);
  } catch (const Error& error) {
    writer.write(Json::object({{"type", "length"}, {"n_tokens", 0}, {"problem", error.what()}}));
  }
  return 0;
}

}  // namespace headlight
