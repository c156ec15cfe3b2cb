// Random chains of a few tokens: what comes next can be known only from how often each token followed each other before
// (Edelman et al. 2024, arXiv 2402.11004). For any model, with or without a tokenizer.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/json.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

struct MarkovChainTask {
  int n_states = 3;
  int length = 100;  // tokens, without the beginning-of-text token
  MetricKind metric = MetricKind::log_prob;
};

MarkovChainTask read_markov_chain(const Json& definition);

// Every chain has its own tokens and its own transitions, each row of them drawn from the flat Dirichlet distribution. The metric is
// over all tokens after the first; a question stands where one next token was seen more often than all others, and that one is
// right. In the twin the tokens are in random order.
PromptSet make_markov_chain(const MarkovChainTask& task, const std::string& id, const PromptContext& context, int count,
                            std::uint64_t seed);

}  // namespace headlight::tasks
