#include "core/tasks/repeated_random.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/base/random.hpp"
#include "core/tasks/prompt_set.hpp"
#include "core/tasks/random_tokens.hpp"
#include "core/tasks/words.hpp"

namespace headlight::tasks {
namespace {

constexpr int kLeastBlock = 3;  // tokens

Prompt repeat(const std::vector<TokenId>& block, int k, std::optional<TokenId> bos) {
  const int n = static_cast<int>(block.size()), start = bos ? 1 : 0;
  Prompt prompt;
  if (bos) prompt.tokens.push_back(*bos);
  for (int i = 0; i < k; ++i) prompt.tokens.insert(prompt.tokens.end(), block.begin(), block.end());
  const int n_tokens = static_cast<int>(prompt.tokens.size());
  for (int i = 0; i < n_tokens; ++i) prompt.words.push_back(i - start);  // every token is a word; -1 before them all
  prompt.roles = {{"end", n_tokens - 1, n_tokens}, {"first", start, start + n}, {"second", start + n, start + 2 * n}};
  for (int i = 1; i < n; ++i) {
    const int position = start + n + i - 1;
    const TokenId next = block[static_cast<size_t>(i)];
    prompt.readouts.push_back({position, next, 1.0 / (n - 1)});
    prompt.questions.push_back({.position = position, .answers = {next}, .wrong = {}});
  }
  return prompt;
}

// The twin's first block has other tokens, so that nothing in it tells how the second goes on.
std::vector<TokenId> with_other_first_block(const Prompt& prompt, const std::vector<TokenId>& usable, Random& random) {
  const Role& first = prompt.roles[1];
  const std::unordered_set<TokenId> block(prompt.tokens.begin() + first.begin, prompt.tokens.begin() + first.end);
  std::vector<TokenId> others;
  std::copy_if(usable.begin(), usable.end(), std::back_inserter(others), [&](TokenId id) { return !block.contains(id); });
  std::vector<TokenId> twin = prompt.tokens;
  const auto replacement = sample_tokens(others, block.size(), random);
  std::copy(replacement.begin(), replacement.end(), twin.begin() + first.begin);
  return twin;
}

}  // namespace

PromptSet make_repeated_random(const RepeatedRandomTask& task, const std::string& id, const PromptContext& context, int count,
                               std::uint64_t seed) {
  const std::vector<TokenId> usable = usable_ids(context);
  const int n_usable = static_cast<int>(usable.size());
  const int fitting = context.n_ctx == 0 ? task.n : (context.n_ctx - (context.bos ? 1 : 0)) / task.k;
  const int n = std::min({task.n, fitting, n_usable});
  const std::string limits = "the context holds " + (context.n_ctx == 0 ? "any number of" : std::to_string(context.n_ctx)) +
                             " tokens and the vocabulary has " + std::to_string(n_usable) + " to draw from";
  if (n < kLeastBlock) {
    not_measurable(id, "a block of " + std::to_string(kLeastBlock) + " tokens, " + std::to_string(task.k) +
                           " times over, needs more room: " + limits);
  }
  PromptSet result;
  result.metric = task.metric;
  result.chance = 1.0 / n_usable;
  result.n_tried = count;
  if (n < task.n)
    result.notes.push_back("blocks of " + std::to_string(n) + " tokens instead of " + std::to_string(task.n) + ": " + limits);
  const bool has_twins = n_usable >= 2 * n;
  if (!has_twins)
    result.notes.push_back("no twins: they need " + std::to_string(2 * n) + " different tokens, and there are " +
                           std::to_string(n_usable));
  for (int i = 0; i < count; ++i) {
    Random random(seed, id + "/" + std::to_string(i));
    result.prompts.push_back(repeat(sample_tokens(usable, static_cast<size_t>(n), random), task.k, context.bos));
    if (context.tokenizer) result.prompts.back().pieces = token_pieces(*context.tokenizer, result.prompts.back().tokens);
    if (has_twins) result.prompts.back().corrupted = with_other_first_block(result.prompts.back(), usable, random);
  }
  return result;
}

}  // namespace headlight::tasks
