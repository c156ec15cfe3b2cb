// From a drawn text to a prompt: its tokens, roles, readouts, questions and twin, or the reason why it is none.
#pragma once

#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/tasks/definition.hpp"
#include "core/tasks/drawn_text.hpp"
#include "core/tasks/task.hpp"

namespace headlight::tasks {

// The places in the text that a role is about: one, or all of its name. Empty when it is not there (so often).
std::vector<const Occurrence*> find_occurrences(const Rendered& rendered, const RoleSpec& role);

struct Attempt {
  Prompt prompt;
  std::string why_not;  // "" when the prompt is good
  bool was_cut = false;
};

class PromptBuilder {
 public:
  // Both are borrowed. REQUIRES a tokenizer.
  PromptBuilder(const TemplateTask& task, const PromptContext& context) : task_(task), context_(context) {}

  Attempt build(size_t order, Random& random) const;

 private:
  struct Tokens {
    std::vector<TokenId> ids;       // with the beginning-of-text token
    std::vector<TextSpan> offsets;  // [token]; (0, 0) for the beginning-of-text token
  };

  // Each gives the reason why the prompt cannot be used, or "".
  std::string tokenize(const std::string& text, Tokens& tokens) const;
  std::string limit_length(const std::string& text, const Tokens& tokens, Attempt& attempt) const;
  std::string find_roles(const Rendered& rendered, const Tokens& tokens, Prompt& prompt) const;
  std::string add_role(const RoleSpec& spec, Role role, Prompt& prompt) const;
  std::string read_answer(const DrawnText& drawn, Prompt& prompt) const;
  std::string first_token(const Prompt& prompt, const std::string& text, TokenId& first) const;
  std::string first_tokens(const Prompt& prompt, const std::vector<std::string>& texts, std::vector<TokenId>& firsts) const;
  std::string add_gate(const DrawnText& drawn, Prompt& prompt) const;
  std::string read_tokens(Prompt& prompt) const;
  std::string add_twin(const DrawnText& drawn, Random& random, Prompt& prompt) const;
  std::string try_twin(const Rendered& rendered, Prompt& prompt) const;
  std::string try_shuffle(Random& random, Prompt& prompt) const;

  bool fits_vocabulary(const std::vector<TokenId>& ids) const;
  void add_words(const Tokens& tokens, Prompt& prompt) const;
  static bool overlapping_tokens(const Tokens& tokens, const Occurrence& place, Role& role);
  void add_answer_readouts(const Question& question, Prompt& prompt) const;
  std::vector<int> target_tokens(const Prompt& prompt) const;

  const TemplateTask& task_;
  const PromptContext& context_;
};

}  // namespace headlight::tasks
