#include "core/tasks/prompt_set.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"

namespace headlight::tasks {
namespace {

// How often guessing is right: among the answers that compete, or with the same answer everywhere.
double chance_of(const std::vector<Prompt>& prompts) {
  double among = 0;
  int n_questions = 0;
  for (const Prompt& prompt : prompts) {
    for (const Question& question : prompt.questions) {
      const double n_answers = static_cast<double>(question.answers.size()), n_wrong = static_cast<double>(question.wrong.size());
      if (n_wrong > 0) among += n_answers / (n_answers + n_wrong);
      ++n_questions;
    }
  }
  return std::max(n_questions > 0 ? among / n_questions : 0, constant_guess_accuracy(prompts));
}

std::string joined(const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes) text += "; " + note;
  return text;
}

}  // namespace

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

void finish_set(PromptSet& set, std::string_view id, int count, const Drops& drops) {
  set.notes = drops.notes(set.n_tried);
  const int n_made = static_cast<int>(set.prompts.size());
  const std::string made = std::to_string(n_made) + " of " + std::to_string(count) + " prompts could be made";
  if (n_made < std::min(count, 2)) not_measurable(id, made + joined(set.notes));
  if (n_made < count) set.notes.push_back("only " + made);
  set.chance = chance_of(set.prompts);
}

void not_measurable(std::string_view id, const std::string& why) {
  throw Error(ErrorCode::not_measurable, "the task \"" + std::string(id) + "\" is not measurable here: " + why);
}

}  // namespace headlight::tasks
