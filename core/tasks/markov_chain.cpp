#include "core/tasks/markov_chain.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/random.hpp"
#include "core/tasks/definition.hpp"
#include "core/tasks/prompt_set.hpp"
#include "core/tasks/random_tokens.hpp"
#include "core/tasks/schema.hpp"
#include "core/tasks/words.hpp"

namespace headlight::tasks {
namespace {

constexpr int kLeastChain = 10;
constexpr int kTwinChains = 20;

// A point of the simplex, all equally likely.
std::vector<double> draw_flat_dirichlet(int n, Random& random) {
  std::vector<double> row(static_cast<size_t>(n));
  double sum = 0;
  for (double& value : row) sum += value = -std::log1p(-random.uniform());
  for (double& value : row) value /= sum;
  return row;
}

size_t draw_from(const std::vector<double>& probabilities, Random& random) {
  double left = random.uniform();
  for (size_t i = 0; i + 1 < probabilities.size(); ++i)
    if ((left -= probabilities[i]) < 0) return i;
  return probabilities.size() - 1;
}

std::vector<size_t> draw_chain(int n_states, int length, Random& random) {
  std::vector<std::vector<double>> transitions;
  for (int i = 0; i < n_states; ++i) transitions.push_back(draw_flat_dirichlet(n_states, random));
  std::vector<size_t> chain{random.below(static_cast<std::uint64_t>(n_states))};
  while (static_cast<int>(chain.size()) < length) chain.push_back(draw_from(transitions[chain.back()], random));
  return chain;
}

// The state that followed `counts` most often, if one did.
std::optional<size_t> best_of(const std::vector<int>& counts) {
  const auto best = std::max_element(counts.begin(), counts.end());
  if (std::count(counts.begin(), counts.end(), *best) != 1) return std::nullopt;
  return static_cast<size_t>(best - counts.begin());
}

Prompt prompt_of(const std::vector<size_t>& chain, const std::vector<TokenId>& states, std::optional<TokenId> bos) {
  const int start = bos ? 1 : 0, n = static_cast<int>(chain.size());
  Prompt prompt;
  if (bos) prompt.tokens.push_back(*bos);
  for (const size_t state : chain) prompt.tokens.push_back(states[state]);
  for (int i = 0; i < start + n; ++i) prompt.words.push_back(i - start);
  prompt.roles = {{"chain", start, start + n}, {"end", start + n - 1, start + n}};
  std::vector<std::vector<int>> counts(states.size(), std::vector<int>(states.size()));
  for (int i = 0; i + 1 < n; ++i) {
    const size_t now = chain[static_cast<size_t>(i)], next = chain[static_cast<size_t>(i) + 1];
    prompt.readouts.push_back({start + i, states[next], 1.0 / (n - 1)});
    if (const auto best = best_of(counts[now])) {
      Question question{.position = start + i, .answers = {states[*best]}, .wrong = {}};
      for (size_t s = 0; s < states.size(); ++s)
        if (s != *best) question.wrong.push_back(states[s]);
      prompt.questions.push_back(std::move(question));
    }
    ++counts[now][next];
  }
  return prompt;
}

std::optional<std::vector<TokenId>> in_random_order(const Prompt& prompt, size_t start, Random& random) {
  for (int attempt = 0; attempt < kTwinChains; ++attempt) {
    std::vector<TokenId> moved(prompt.tokens.begin() + static_cast<std::ptrdiff_t>(start), prompt.tokens.end());
    random.shuffle(moved);
    std::vector<TokenId> twin(prompt.tokens.begin(), prompt.tokens.begin() + static_cast<std::ptrdiff_t>(start));
    twin.insert(twin.end(), moved.begin(), moved.end());
    if (twin != prompt.tokens) return twin;
  }
  return std::nullopt;
}

}  // namespace

MarkovChainTask read_markov_chain(const Json& definition) {
  const Fields task(definition, "", {"id", "version", "title", "summary", "generator", "parameters", "metric"});
  MarkovChainTask result;
  if (const Json* parameters = task.find("parameters")) {
    const Fields fields(*parameters, "parameters", {"states", "length"});
    result.n_states = fields.count("states", result.n_states, 2, 100);
    result.length = fields.count("length", result.length, kLeastChain, 100'000);
  }
  if (const Json* metric = task.find("metric")) {
    const Fields fields(*metric, "metric", {"kind", "over"});
    result.metric = read_metric_kind_of_tokens(fields);
    fields.choice("over", "all_tokens", {"all_tokens"});
  }
  return result;
}

PromptSet make_markov_chain(const MarkovChainTask& task, const std::string& id, const PromptContext& context, int count,
                            std::uint64_t seed) {
  const std::vector<TokenId> usable = usable_ids(context);
  const int n_special = context.bos ? 1 : 0;
  const int length = context.n_ctx == 0 ? task.length : std::min(task.length, context.n_ctx - n_special);
  if (length < kLeastChain || static_cast<int>(usable.size()) < task.n_states) {
    not_measurable(id, "a chain needs " + std::to_string(kLeastChain) + " tokens of " + std::to_string(task.n_states) +
                           " kinds; the context holds " + std::to_string(context.n_ctx) + " and the vocabulary has " +
                           std::to_string(usable.size()));
  }
  PromptSet result;
  result.metric = task.metric;
  result.chance = 1.0 / task.n_states;
  result.n_tried = count;
  if (length < task.length)
    result.notes.push_back("chains of " + std::to_string(length) + " tokens instead of " + std::to_string(task.length) +
                           ": the context holds " + std::to_string(context.n_ctx));
  for (int i = 0; i < count; ++i) {
    Random random(seed, id + "/" + std::to_string(i));
    const auto states = sample_tokens(usable, static_cast<size_t>(task.n_states), random);
    Prompt prompt = prompt_of(draw_chain(task.n_states, length, random), states, context.bos);
    prompt.corrupted = in_random_order(prompt, static_cast<size_t>(n_special), random);
    if (context.tokenizer) prompt.pieces = token_pieces(*context.tokenizer, prompt.tokens);
    result.prompts.push_back(std::move(prompt));
  }
  return result;
}

}  // namespace headlight::tasks
