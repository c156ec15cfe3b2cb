#include "core/tasks/prompt_set.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"

namespace headlight::tasks {

void Drops::add(const std::string& why) {
  const auto known = std::find_if(counts_.begin(), counts_.end(), [&](const auto& count) { return count.first == why; });
  if (known == counts_.end()) {
    counts_.emplace_back(why, 1);
  } else {
    ++known->second;
  }
}

std::vector<std::string> Drops::notes(int n_tried) const {
  std::vector<std::string> notes;
  for (const auto& [why, n] : counts_)
    notes.push_back(std::to_string(n) + " of " + std::to_string(n_tried) + " prompts dropped: " + why);
  return notes;
}

double constant_guess_accuracy(const std::vector<Prompt>& prompts) {
  std::map<TokenId, int> n_right;
  int n_questions = 0, most = 0;
  for (const Prompt& prompt : prompts) {
    for (const Question& question : prompt.questions) {
      ++n_questions;
      for (const TokenId answer : question.answers) most = std::max(most, ++n_right[answer]);
    }
  }
  return n_questions == 0 ? 0 : static_cast<double>(most) / n_questions;
}

void not_measurable(std::string_view id, const std::string& why) {
  throw Error(ErrorCode::not_measurable, "the task \"" + std::string(id) + "\" is not measurable here: " + why);
}

}  // namespace headlight::tasks
