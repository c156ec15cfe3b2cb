// What families that write an answer compare, and with what: the right answers with the wrong ones, what a prompt states with what is
// known, a token with the rest of the vocabulary.
#pragma once

#include <headlight/sdk/errors.hpp>
#include <headlight/sdk/sight.hpp>

#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace headlight::sdk {

// The mean of some tokens beyond the mean of others.
class Contrast {
 public:
  Contrast() = default;
  Contrast(std::span<const int32_t> right, std::span<const int32_t> against) : tokens_(right.begin(), right.end()), n_right_(right.size()) {
    tokens_.insert(tokens_.end(), against.begin(), against.end());
  }
  const std::vector<int32_t>& tokens() const { return tokens_; }
  std::span<const int32_t> right() const { return std::span(tokens_).first(n_right_); }
  std::span<const int32_t> against() const { return std::span(tokens_).subspan(n_right_); }
  // Of numbers in the order of tokens().
  double operator()(std::span<const float> numbers) const {
    const auto mean = [](std::span<const float> part) {
      return part.empty() ? 0 : std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(part.size());
    };
    return mean(numbers.first(n_right_)) - mean(numbers.subspan(n_right_));
  }

 private:
  std::vector<int32_t> tokens_;  // right ones first
  size_t n_right_ = 0;
};

// The prompt's right answers against its wrong ones. WHO needs them, such as "letter movers".
inline Contrast answers_of(const Prompt& prompt, const std::string& who) {
  if (prompt.answers().empty() || prompt.wrong().empty())
    throw Failure(HEADLIGHT_UNSUPPORTED, who + " need a right and a wrong answer after the prompt; this task has none");
  return {prompt.answers(), prompt.wrong()};
}

// All places of a role.
inline std::vector<Span> places_of(const Prompt& prompt, const std::string& role, const std::string& who) {
  auto places = prompt.roles(role);
  if (places.empty()) throw Failure(HEADLIGHT_UNSUPPORTED, who + " need the role " + role + "; this task does not name it");
  return places;
}

inline double sum(std::span<const float> row, std::span<const Span> places) {
  double total = 0;
  for (const Span place : places) total += sum(row, place);
  return total;
}

// Of a prompt that states something else than what is known (role context_answer): what it states against what is known. Tasks ask for
// the one or for the other; the one that stands there is the stated one.
inline Contrast stated_against_known(const Prompt& prompt, const std::string& who) {
  answers_of(prompt, who);
  const int32_t stated = prompt.tokens()[static_cast<size_t>(places_of(prompt, "context_answer", who).front().begin)];
  const auto wrong = prompt.wrong();
  const bool asks_what_is_known = std::find(wrong.begin(), wrong.end(), stated) != wrong.end();
  return asks_what_is_known ? Contrast(wrong, prompt.answers()) : Contrast(prompt.answers(), wrong);
}

// N tokens spread evenly over the vocabulary (all of a smaller one): their mean stands for that of the vocabulary, with which logits are
// centred.
inline std::vector<int32_t> vocabulary_sample(const headlight_model& model, int n = 256) {
  std::vector<int32_t> tokens(static_cast<size_t>(std::min(n, model.vocab_size)));
  for (size_t i = 0; i < tokens.size(); ++i)
    tokens[i] = static_cast<int32_t>(static_cast<int64_t>(i) * model.vocab_size / static_cast<int64_t>(tokens.size()));
  return tokens;
}

}  // namespace headlight::sdk
