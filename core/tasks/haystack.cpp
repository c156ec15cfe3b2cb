#include "core/tasks/haystack.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/random.hpp"
#include "core/tasks/prompt_builder.hpp"
#include "core/tasks/prompt_set.hpp"
#include "core/tasks/schema.hpp"
#include "core/tasks/template_prompts.hpp"

namespace headlight::tasks {
namespace {

constexpr int kMaxTokens = 1'000'000, kMaxDepths = 101;
constexpr int kFirstSentences = 8;   // of the text whose length tells how many are needed
constexpr int kFittings = 8;         // corrections of that number
constexpr double kLeastShare = 0.9;  // of the tokens asked for, that a text must reach
constexpr int kTriesPerPrompt = 20, kTriesMore = 200;

// What one prompt is to be.
struct Wanted {
  size_t order = 0;
  double depth = 0;
  int n_tokens = 0;
};

TemplateTask with_sentences(const TemplateTask& task, int n, double depth) {
  TemplateTask result = task;
  const int n_before = static_cast<int>(std::lround(n * depth));
  Repeat &before = result.grammar.repeats.at("before"), &after = result.grammar.repeats.at("after");
  before.least = before.most = n_before;
  after.least = after.most = n - n_before;
  return result;
}

Attempt build(const TemplateTask& task, const PromptContext& context, const Wanted& wanted, int n_sentences, Random random) {
  const TemplateTask sized = with_sentences(task, n_sentences, wanted.depth);
  return PromptBuilder(sized, context).build(wanted.order, random);
}

// The longest of the texts tried that is no longer than wanted. Each try draws the same slots and more or fewer sentences.
Attempt fit(const TemplateTask& task, const PromptContext& context, const Wanted& wanted, const Random& random) {
  PromptContext boundless = context;
  boundless.n_ctx = 0;
  Attempt best;
  best.why_not = "no number of sentences makes " + std::to_string(wanted.n_tokens) + " tokens";
  double n = kFirstSentences, n_per_sentence = 12;
  for (int i = 0; i < kFittings; ++i) {
    const int n_sentences = std::max(0, static_cast<int>(n));
    Attempt attempt = build(task, boundless, wanted, n_sentences, random);
    if (!attempt.why_not.empty()) {
      if (best.prompt.tokens.empty()) best.why_not = attempt.why_not;
      n += 1;  // another text
      continue;
    }
    const int n_tokens = static_cast<int>(attempt.prompt.tokens.size());
    if (n_sentences > 0) n_per_sentence = std::max(1.0, static_cast<double>(n_tokens) / (n_sentences + 1));
    if (n_tokens <= wanted.n_tokens && attempt.prompt.tokens.size() > best.prompt.tokens.size()) best = std::move(attempt);
    const double n_missing = (wanted.n_tokens - n_tokens) / n_per_sentence;
    if (n_missing >= 0 && n_missing < 1.5) break;
    n = n_sentences + (n_missing > 0 ? std::max(1.0, std::floor(n_missing)) : std::floor(n_missing));
  }
  if (best.why_not.empty() && static_cast<double>(best.prompt.tokens.size()) < kLeastShare * wanted.n_tokens)
    best.why_not = "its text could not be made about " + std::to_string(wanted.n_tokens) + " tokens long";
  return best;
}

std::string depth_label(double depth) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", depth);
  return text;
}

}  // namespace

HaystackTask read_haystack(const Json& definition) {
  HaystackTask result;
  Json without = definition;
  std::erase_if(without.as_object(),
                [](const Json::Member& member) { return member.first == "generator" || member.first == "parameters"; });
  if (!definition.contains("templates")) fail_at("", "the generator \"haystack\" needs \"templates\" with {before} and {after}");
  result.task = read_template_task(without);
  for (const char* name : {"before", "after"})
    if (!result.task.grammar.repeats.contains(name))
      fail_at("repeats", std::string("the generator \"haystack\" needs a repeat \"") + name + "\", whose number it sets");
  if (result.task.equal_length) fail_at("equal_length", "the generator \"haystack\" makes texts of the lengths in parameters.tokens");
  const Json empty = Json::object();
  const Json* parameters = definition.find("parameters");
  const Fields fields(parameters ? *parameters : empty, "parameters", {"tokens", "depths"});
  result.n_depths = fields.count("depths", result.n_depths, 1, kMaxDepths);
  if (const Json* tokens = fields.find("tokens"); tokens && tokens->is_array()) {
    if (tokens->size() == 0) fail_at("parameters.tokens", "expected a number, or an array of numbers that is not empty");
    for (size_t i = 0; i < tokens->size(); ++i) {
      const auto n = read_at(inner_place("parameters.tokens", i), [&] { return (*tokens)[i].as_integer(); });
      if (n < 0 || n > kMaxTokens) fail_at(inner_place("parameters.tokens", i), std::to_string(n) + " is out of range");
      result.lengths.push_back(static_cast<int>(n));
    }
  } else {
    result.lengths = {fields.count("tokens", 0, 0, kMaxTokens)};
  }
  return result;
}

void rehearse_haystack(const HaystackTask& haystack) { rehearse(with_sentences(haystack.task, kFirstSentences, 0.5)); }

PromptSet make_haystack(const HaystackTask& haystack, const std::string& id, const PromptContext& context, int count,
                        std::uint64_t seed) {
  if (!context.tokenizer) not_measurable(id, "it is made of texts, and the model has no tokenizer");
  const size_t n_base = haystack.task.n_orders(), n_depths = static_cast<size_t>(haystack.n_depths);
  const size_t n_orders = n_base * n_depths * haystack.lengths.size();
  PromptSet result;
  result.metric = haystack.task.metric.kind;
  Drops drops;
  const int most_tries = kTriesMore + kTriesPerPrompt * count;
  while (static_cast<int>(result.prompts.size()) < count && result.n_tried < most_tries) {
    const size_t turn = order_in_turn(result.prompts.size(), n_orders);
    int n_tokens = haystack.lengths[turn / n_depths % haystack.lengths.size()];
    if (context.n_ctx != 0 && (n_tokens == 0 || n_tokens > context.n_ctx)) n_tokens = context.n_ctx;
    if (n_tokens == 0) not_measurable(id, "the context has no end, and the task no number of tokens");
    const double depth = n_depths == 1 ? 0.5 : static_cast<double>(turn % n_depths) / static_cast<double>(n_depths - 1);
    const Wanted wanted{.order = turn / n_depths / haystack.lengths.size(), .depth = depth, .n_tokens = n_tokens};
    Attempt attempt = fit(haystack.task, context, wanted, Random(seed, id + "/" + std::to_string(result.n_tried++)));
    if (!attempt.why_not.empty()) {
      drops.add(attempt.why_not);
      continue;
    }
    if (!haystack.task.label) attempt.prompt.label = depth_label(depth);
    result.prompts.push_back(std::move(attempt.prompt));
  }
  finish_set(result, id, count, drops);
  return result;
}

}  // namespace headlight::tasks
