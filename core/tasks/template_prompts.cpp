#include "core/tasks/template_prompts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/tasks/drawn_text.hpp"
#include "core/tasks/prompt_builder.hpp"
#include "core/tasks/prompt_set.hpp"

namespace headlight::tasks {
namespace {

constexpr int kTextsPerPrompt = 20;  // texts drawn for each prompt asked for, and kTextsMore
constexpr int kTextsMore = 200;
constexpr size_t kLeastTrials = 64, kMostTrials = 512;  // texts that decide what the commonest length is
constexpr size_t kRehearsals = 50;

// The length that most orders reach, and of these the one that most prompts have. It does not depend on how many prompts are
// asked for, so that a longer list begins with the shorter one. 0 when no text makes a prompt.
size_t commonest_length(const PromptBuilder& builder, const std::string& id, size_t n_orders, std::uint64_t seed) {
  struct Seen {
    std::set<size_t> orders;
    int n = 0;
  };
  std::map<size_t, Seen> seen;
  for (size_t i = 0; i < std::clamp(8 * n_orders, kLeastTrials, kMostTrials); ++i) {
    Random random(seed, id + "/" + std::to_string(i));
    const Attempt attempt = builder.build(i % n_orders, random);
    if (!attempt.why_not.empty()) continue;
    Seen& length = seen[attempt.prompt.tokens.size()];
    length.orders.insert(i % n_orders);
    ++length.n;
  }
  const auto best = std::max_element(seen.begin(), seen.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.orders.size(), a.second.n) < std::pair(b.second.orders.size(), b.second.n);
  });
  return best == seen.end() ? 0 : best->first;
}

}  // namespace

PromptSet make_template_prompts(const TemplateTask& task, const std::string& id, const PromptContext& context, int count,
                                std::uint64_t seed) {
  if (!context.tokenizer) not_measurable(id, "it is made of texts, and the model has no tokenizer");
  const PromptBuilder builder(task, context);
  const size_t n_orders = task.n_orders();
  const size_t length = task.equal_length ? commonest_length(builder, id, n_orders, seed) : 0;  // 0: any

  PromptSet result;
  result.metric = task.metric.kind;
  Drops drops;
  int n_cut = 0;
  const int most_tries = kTextsMore + kTextsPerPrompt * count;
  while (static_cast<int>(result.prompts.size()) < count && result.n_tried < most_tries) {
    Random random(seed, id + "/" + std::to_string(result.n_tried++));
    Attempt attempt = builder.build(order_in_turn(result.prompts.size(), n_orders), random);
    if (attempt.why_not.empty() && length != 0 && attempt.prompt.tokens.size() != length)
      attempt.why_not = "it has not " + std::to_string(length) + " tokens, the commonest length";
    if (!attempt.why_not.empty()) {
      drops.add(attempt.why_not);
      continue;
    }
    n_cut += attempt.was_cut;
    result.prompts.push_back(std::move(attempt.prompt));
  }
  finish_set(result, id, count, drops);
  if (n_cut > 0) {
    result.notes.push_back(std::to_string(n_cut) + " of " + std::to_string(result.prompts.size()) + " prompts cut to the context of " +
                           std::to_string(context.n_ctx) + " tokens");
  }
  return result;
}

void rehearse(const TemplateTask& task) {
  const size_t n = std::max(kRehearsals, task.n_orders());
  std::vector<bool> found(task.roles.size());
  for (size_t i = 0; i < n; ++i) {
    Random random(i, "rehearsal");
    const DrawnText text = draw_text(task, i % task.n_orders(), random);
    if (task.corrupted && !task.corrupted->shuffle) draw_twin(task, text, random);
    for (size_t r = 0; r < found.size(); ++r)
      found[r] = found[r] || task.roles[r].of.empty() || !find_occurrences(text.rendered, task.roles[r]).empty();
  }
  for (size_t r = 0; r < found.size(); ++r) {
    const RoleSpec& role = task.roles[r];
    if (!found[r]) {
      const std::string which = role.occurrence == kEveryOccurrence ? "*" : std::to_string(role.occurrence);
      fail_at(inner_place("roles", role.name),
              "{" + role.of + "}#" + which + " is in none of " + std::to_string(n) + " texts that were drawn to try it");
    }
  }
}

}  // namespace headlight::tasks
