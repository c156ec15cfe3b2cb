// A prompt as the engine and the detectors need it: tokens, named places, and what the metric reads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

// A named place of a prompt: the tokens [begin, end). Several places may have one name: the labels of a few-shot prompt, say.
struct Role {
  std::string name;
  int begin = 0, end = 0;
  bool operator==(const Role&) const = default;
};

// An arc of a sentence's grammar: the tokens of the dependent and of its head.
struct Arc {
  std::string relation;  // "nsubj", as Universal Dependencies call it
  int dependent_begin = 0, dependent_end = 0;
  int head_begin = 0, head_end = 0;
  bool operator==(const Arc&) const = default;
};

// The metric of a prompt is sum over readouts of weight * f(token at the position's next-token distribution), but for accuracy.
struct Readout {
  int position = 0;
  TokenId token = 0;
  double weight = 0;
  bool operator==(const Readout&) const = default;
};

enum class MetricKind {
  logit_difference,  // f is the logit: answer minus the mean of the wrong answers
  log_prob,          // f is the log probability: of the answer, or the mean over many positions
  probability,       // f is the probability
  rank,              // f is the token's rank among all tokens: 1 is the best
  accuracy,          // the share of the prompt's questions that are answered right
  kl,                // f is KL(distribution without edits || distribution), whatever the token: 0 where nothing is edited
};
inline constexpr MetricKind kMetricKinds[] = {MetricKind::logit_difference, MetricKind::log_prob, MetricKind::probability,
                                              MetricKind::rank,             MetricKind::accuracy, MetricKind::kl};
std::string_view to_string(MetricKind kind);  // "logit_difference"; its unit is logits, nats, ranks or 1

// A question put to the model at one position: right when `answers` holds the best of all tokens, or, when there are
// `wrong` tokens, when the best answer's logit beats that of every wrong one.
struct Question {
  int position = 0;
  std::vector<TokenId> answers, wrong;
  bool operator==(const Question&) const = default;
};

// The prompt's question without what the prompt says about it. A prompt counts only for models that answer its gate.
struct Gate {
  std::string text;
  std::vector<TokenId> tokens;  // with the beginning-of-text token where the model has one
  Question question;
  bool operator==(const Gate&) const = default;
};

struct Prompt {
  std::string text;             // without the beginning-of-text token; "" when it was made of tokens
  std::vector<TokenId> tokens;  // with the beginning-of-text token where the model has one
  std::vector<std::string> pieces;  // [token] as people read it, space included; empty when the model has no tokenizer
  std::vector<int> words;           // [token] the word that it belongs to, from 0; -1 for special tokens and white space
  std::vector<Role> roles;          // by name, those of one name in the order of the text; "end" is always there: the last token
  std::vector<Arc> arcs;
  std::vector<Readout> readouts;
  std::vector<Question> questions;
  std::string answer;                      // for people
  std::string label, group;                // for probes: its class, and the item that it is about; "" when the task has none
  std::optional<Gate> gate;
  std::optional<std::vector<TokenId>> corrupted;  // the twin: as many tokens, same roles
};

struct PromptSet {
  std::vector<Prompt> prompts;
  MetricKind metric = MetricKind::log_prob;
  double chance = 0;      // accuracy of guessing
  int n_tried = 0;        // prompts made before the filters
  std::vector<std::string> notes;  // "12 of 60 prompts dropped: the answer is two tokens"
};

}  // namespace headlight
