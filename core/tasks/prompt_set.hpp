// What the two kinds of tasks share when they make prompts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/tasks/prompt.hpp"

namespace headlight::tasks {

// Why prompts were dropped, each reason with its count, in the order of their first.
class Drops {
 public:
  void add(const std::string& why);
  // "12 of 60 prompts dropped: it has no answer"
  std::vector<std::string> notes(int n_tried) const;

 private:
  std::vector<std::pair<std::string, int>> counts_;
};

// The share of questions that one answer given to all of them gets right, for the best such answer.
double constant_guess_accuracy(const std::vector<Prompt>& prompts);

// Notes and chance of the prompts that were made. Throws as not_measurable does when they are fewer than two (and than `count`).
void finish_set(PromptSet& set, std::string_view id, int count, const Drops& drops);

// "the task "ioi" is not measurable here: WHY"
[[noreturn]] void not_measurable(std::string_view id, const std::string& why);

}  // namespace headlight::tasks
