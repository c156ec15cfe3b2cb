#include "core/host/closed_book.hpp"

#include <algorithm>

#include "core/engine/forward.hpp"

namespace headlight {

bool ClosedBook::operator()(const Gate& gate) {
  const auto [said, is_new] = said_.try_emplace(gate.tokens);
  if (is_new) {
    Forward<float> forward(model_, *pool_);
    PassRequest<float> request;
    request.lanes.push_back({.tokens = gate.tokens, .wanted = {gate.question.position}});
    std::vector<float> logits(forward.vocab_size());
    forward.logits(forward.run(request).values.data(), 1, logits.data());
    said->second = static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  }
  const auto& answers = gate.question.answers;
  return std::find(answers.begin(), answers.end(), said->second) != answers.end();
}

}  // namespace headlight
