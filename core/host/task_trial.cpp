#include "core/host/task_trial.hpp"

#include "core/base/error.hpp"
#include "core/engine/evaluator.hpp"
#include "core/host/model_prompts.hpp"
#include "core/host/summarize.hpp"

namespace headlight {
namespace {

std::string text_of(const Tokenizer* tokenizer, TokenId id) { return tokenizer ? shown_text(*tokenizer, id) : std::to_string(id); }

std::vector<std::string> texts_of(const Tokenizer* tokenizer, const std::vector<TokenId>& ids) {
  std::vector<std::string> texts;
  for (const TokenId id : ids) texts.push_back(text_of(tokenizer, id));
  return texts;
}

TriedPrompt describe(const Prompt& prompt, const PromptOutcome& outcome, const Tokenizer* tokenizer) {
  TriedPrompt tried{.tokens = texts_of(tokenizer, prompt.tokens), .roles = {}, .arcs = prompt.arcs, .answers = {}, .wrong = {}, .twin = {}, .outcome = outcome};
  for (const Role& role : prompt.roles) tried.roles.push_back({role.name, role.begin, role.end});
  const int last = static_cast<int>(prompt.tokens.size()) - 1;
  for (const Question& question : prompt.questions)
    if (question.position == last) {
      tried.answers = texts_of(tokenizer, question.answers);
      tried.wrong = texts_of(tokenizer, question.wrong);
    }
  if (prompt.corrupted) tried.twin = texts_of(tokenizer, *prompt.corrupted);
  return tried;
}

}  // namespace

TaskTrial try_task(const Task& task, const ModelSource& source, int n_prompts, std::int64_t seed, int n_threads) {
  ThreadPool pool(n_threads);
  const Model model = Model::open(source.folder);
  const auto tokenizer = find_tokenizer(source.folder);
  const Tokenizer* words = tokenizer ? &*tokenizer : nullptr;
  TaskTrial trial;
  trial.n_asked = n_prompts;
  PromptSet set;
  try {
    set = make_prompts_for(model, words, pool, task, n_prompts, static_cast<std::uint64_t>(seed));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_measurable) throw;
    trial.summary.measurable = false;
    trial.summary.why_not = error.what();
    return trial;
  }
  trial.making = {.n_tried = set.n_tried, .notes = set.notes};
  const auto outcomes = Evaluator<float>(model, pool, set).clean();
  RunFacts facts;
  facts.n_prompts = static_cast<int>(set.prompts.size());
  facts.metric = to_string(set.metric);
  facts.chance = set.chance;
  trial.summary = summarize(facts, {}, outcomes);
  for (size_t p = 0; p < set.prompts.size(); ++p) trial.prompts.push_back(describe(set.prompts[p], outcomes[p], words));
  return trial;
}

}  // namespace headlight
