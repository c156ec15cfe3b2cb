#include "core/tasks/prompt_builder.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "core/tasks/shuffling.hpp"
#include "core/tasks/words.hpp"

namespace headlight::tasks {
namespace {

constexpr int kLeastCut = 8;    // tokens that a cut text keeps
constexpr int kTwinTries = 20;  // redraws of a twin until it has as many tokens

std::string code_points_before(const std::string& text, int end) {
  size_t i = 0;
  for (int n = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && n++ == end) break;
  return text.substr(0, i);
}

}  // namespace

Attempt PromptBuilder::build(size_t order, Random& random) const {
  return build(draw_text(task_, order, random), random);
}

Attempt PromptBuilder::build(const DrawnText& drawn, Random& random) const {
  Attempt attempt;
  Tokens tokens;
  std::string& why = attempt.why_not;
  why = tokenize(drawn.rendered.text, tokens);
  if (why.empty()) why = limit_length(drawn.rendered.text, tokens, attempt);
  if (why.empty()) why = find_roles(drawn.rendered, tokens, attempt.prompt);
  if (why.empty()) add_words(drawn, tokens, attempt.prompt);
  if (why.empty()) why = task_.metric.over == Over::answer ? read_answer(drawn, attempt.prompt) : read_tokens(attempt.prompt);
  if (why.empty() && !drawn.gate.empty()) why = add_gate(drawn, attempt.prompt);
  attempt.prompt.label = drawn.label;
  attempt.prompt.group = drawn.group;
  if (why.empty() && drawn.twin) why = try_twin(*drawn.twin, attempt.prompt);
  if (why.empty() && task_.corrupted) why = add_twin(drawn, random, attempt.prompt);
  return attempt;
}

std::string PromptBuilder::tokenize(const std::string& text, Tokens& tokens) const {
  Encoding encoding = context_.tokenizer->encode(text, false);
  if (encoding.ids.empty() || context_.tokenizer->decode(encoding.ids) != text) return "the tokenizer cannot express the text";
  if (!fits_vocabulary(encoding.ids)) return "a token is beyond the model's vocabulary";
  tokens = {};
  if (context_.bos) {
    tokens.ids.push_back(*context_.bos);
    tokens.offsets.push_back({});
  }
  tokens.ids.insert(tokens.ids.end(), encoding.ids.begin(), encoding.ids.end());
  tokens.offsets.insert(tokens.offsets.end(), encoding.offsets.begin(), encoding.offsets.end());
  return "";
}

bool PromptBuilder::fits_vocabulary(const std::vector<TokenId>& ids) const {
  return std::all_of(ids.begin(), ids.end(), [&](TokenId id) { return id >= 0 && id < context_.vocab_size; });
}

// A text whose tokens are all read can be cut to the context; one that ends in a question cannot.
std::string PromptBuilder::limit_length(const std::string& text, const Tokens& tokens, Attempt& attempt) const {
  attempt.prompt.text = text;
  attempt.prompt.tokens = tokens.ids;
  if (context_.n_ctx == 0 || static_cast<int>(tokens.ids.size()) <= context_.n_ctx) return "";
  const bool may_cut = task_.metric.over == Over::all_tokens || task_.metric.over == Over::second_occurrence;
  if (!may_cut || context_.n_ctx < kLeastCut) return "longer than the context of " + std::to_string(context_.n_ctx) + " tokens";
  attempt.was_cut = true;
  attempt.prompt.tokens.resize(static_cast<size_t>(context_.n_ctx));
  attempt.prompt.text = code_points_before(text, tokens.offsets[static_cast<size_t>(context_.n_ctx) - 1].end);
  return "";
}

// `tokens` are those of the whole text, prompt.tokens may have been cut.
std::string PromptBuilder::find_roles(const Rendered& rendered, const Tokens& tokens, Prompt& prompt) const {
  const int n_tokens = static_cast<int>(prompt.tokens.size());
  for (const RoleSpec& spec : task_.roles) {
    Role role{.name = spec.name, .begin = n_tokens - 1, .end = n_tokens};
    const auto places = find_occurrences(rendered, spec);
    if (!spec.of.empty() && places.empty() && spec.occurrence != kEveryOccurrence) return "it has no role \"" + spec.name + "\"";
    if (spec.of.empty()) {
      if (std::string why = add_role(spec, role, prompt); !why.empty()) return why;
    }
    for (const Occurrence* place : places) {
      if (!overlapping_tokens(tokens, *place, role)) return "it has no role \"" + spec.name + "\"";
      if (std::string why = add_role(spec, role, prompt); !why.empty()) return why;
    }
  }
  for (const RoleSpec& spec : task_.roles) {  // {slot}#* may be nowhere, but not all places of a role
    if (task_.may_lack_roles) break;
    if (std::none_of(prompt.roles.begin(), prompt.roles.end(), [&](const Role& role) { return role.name == spec.name; }))
      return "it has no role \"" + spec.name + "\"";
  }
  const auto place = [](const Role& role) { return std::tie(role.name, role.begin, role.end); };
  std::sort(prompt.roles.begin(), prompt.roles.end(), [&](const Role& a, const Role& b) { return place(a) < place(b); });
  return "";
}

std::string PromptBuilder::add_role(const RoleSpec& spec, Role role, Prompt& prompt) const {
  if (spec.offset > 0) role.begin = role.end - 1 + spec.offset;
  if (spec.offset < 0) role.begin += spec.offset;
  if (spec.offset != 0) role.end = role.begin + 1;
  if (role.begin < 0 || role.end > static_cast<int>(prompt.tokens.size()))
    return "its role \"" + spec.name + "\" is outside the prompt";
  prompt.roles.push_back(std::move(role));
  return "";
}

void PromptBuilder::add_words(const DrawnText& drawn, const Tokens& tokens, Prompt& prompt) const {
  prompt.pieces = token_pieces(*context_.tokenizer, prompt.tokens);
  prompt.words = words_of_tokens(drawn.words.empty() ? words_of_text(prompt.text) : drawn.words, tokens.offsets);
  prompt.words.resize(prompt.tokens.size());  // the text may have been cut
  for (const TextArc& arc : drawn.arcs) {
    Role dependent, head;
    const auto find = [&](const TextSpan& span, Role& role) {
      return overlapping_tokens(tokens, {.name = "", .begin = span.begin, .end = span.end}, role) &&
             role.end <= static_cast<int>(prompt.tokens.size());
    };
    if (find(arc.dependent, dependent) && find(arc.head, head))
      prompt.arcs.push_back({.relation = arc.relation,
                             .dependent_begin = dependent.begin,
                             .dependent_end = dependent.end,
                             .head_begin = head.begin,
                             .head_end = head.end});
  }
}

bool PromptBuilder::overlapping_tokens(const Tokens& tokens, const Occurrence& place, Role& role) {
  role.begin = role.end = -1;
  for (int i = 0; i < static_cast<int>(tokens.offsets.size()); ++i) {
    const TextSpan& span = tokens.offsets[static_cast<size_t>(i)];
    if (span.begin >= place.end || span.end <= place.begin || span.begin == span.end) continue;
    if (role.begin < 0) role.begin = i;
    role.end = i + 1;
  }
  return role.begin >= 0;
}

std::string PromptBuilder::read_answer(const DrawnText& drawn, Prompt& prompt) const {
  Question question{.position = static_cast<int>(prompt.tokens.size()) - 1, .answers = {}, .wrong = {}};
  if (std::string why = first_tokens(prompt, drawn.answers, question.answers); !why.empty()) return why;
  if (std::string why = first_tokens(prompt, drawn.wrong, question.wrong); !why.empty()) return why;
  if (question.answers.empty()) return "it has no answer";
  if (!task_.wrong.empty() && question.wrong.empty()) return "it has no wrong answer";
  for (const TokenId answer : question.answers)
    if (std::find(question.wrong.begin(), question.wrong.end(), answer) != question.wrong.end())
      return "an answer and a wrong answer begin with the same token";

  add_answer_readouts(question, prompt);
  for (const std::string& text : drawn.answers)
    prompt.answer += (prompt.answer.empty() ? "" : " / ") + text.substr(text[0] == ' ' ? 1 : 0);
  prompt.questions.push_back(std::move(question));
  return "";
}

void PromptBuilder::add_answer_readouts(const Question& question, Prompt& prompt) const {
  const double n_answers = static_cast<double>(question.answers.size()), n_wrong = static_cast<double>(question.wrong.size());
  const double weight = task_.metric.kind == MetricKind::probability ? 1 : 1 / n_answers;
  for (const TokenId token : question.answers) prompt.readouts.push_back({question.position, token, weight});
  if (task_.metric.kind != MetricKind::logit_difference) return;
  for (const TokenId token : question.wrong) prompt.readouts.push_back({question.position, token, -1 / n_wrong});
}

// The first token of `text` after the prompt.
std::string PromptBuilder::first_token(const Prompt& prompt, const std::string& text, TokenId& first) const {
  const size_t n_special = context_.bos ? 1 : 0, n_prompt = prompt.tokens.size() - n_special;
  const std::string whole = prompt.text + text;
  const Encoding encoding = context_.tokenizer->encode(whole, false);
  if (!std::equal(prompt.tokens.begin() + static_cast<std::ptrdiff_t>(n_special), prompt.tokens.end(), encoding.ids.begin(),
                  encoding.ids.begin() + static_cast<std::ptrdiff_t>(std::min(n_prompt, encoding.ids.size()))))
    return "an answer merges with the last token of the prompt";
  if (encoding.ids.size() == n_prompt || context_.tokenizer->decode(encoding.ids) != whole)
    return "the tokenizer cannot express an answer";
  if (task_.single_token_answers && encoding.ids.size() > n_prompt + 1) return "an answer or wrong answer is more than one token";
  first = encoding.ids[n_prompt];
  return fits_vocabulary({first}) ? "" : "a token is beyond the model's vocabulary";
}

std::string PromptBuilder::first_tokens(const Prompt& prompt, const std::vector<std::string>& texts,
                                        std::vector<TokenId>& firsts) const {
  for (const std::string& text : texts) {
    TokenId first = 0;
    if (std::string why = first_token(prompt, text, first); !why.empty()) return why;
    if (std::find(firsts.begin(), firsts.end(), first) == firsts.end()) firsts.push_back(first);
  }
  return "";
}

std::string PromptBuilder::add_gate(const DrawnText& drawn, Prompt& prompt) const {
  Tokens tokens;
  if (std::string why = tokenize(drawn.gate, tokens); !why.empty()) return "its closed-book question: " + why;
  Attempt alone;
  if (std::string why = limit_length(drawn.gate, tokens, alone); !why.empty()) return "its closed-book question: " + why;
  Question question{.position = static_cast<int>(tokens.ids.size()) - 1, .answers = {}, .wrong = {}};
  if (std::string why = first_tokens(alone.prompt, drawn.gate_answers, question.answers); !why.empty())
    return "its closed-book question: " + why;
  prompt.gate = Gate{.text = drawn.gate, .tokens = std::move(tokens.ids), .question = std::move(question)};
  if (context_.knows && !context_.knows(*prompt.gate)) return "the model does not answer their closed-book question";
  return "";
}

// Every token that the metric is over, given what is before it.
std::string PromptBuilder::read_tokens(Prompt& prompt) const {
  const std::vector<int> targets = target_tokens(prompt);
  if (targets.empty()) return "no token is what the metric reads";
  for (const int target : targets) {
    const TokenId token = prompt.tokens[static_cast<size_t>(target)];
    prompt.readouts.push_back({target - 1, token, 1 / static_cast<double>(targets.size())});
    prompt.questions.push_back({.position = target - 1, .answers = {token}, .wrong = {}});
  }
  return "";
}

std::vector<int> PromptBuilder::target_tokens(const Prompt& prompt) const {
  std::vector<int> targets;
  const auto is_read = [&](int i) {
    if (task_.metric.over != Over::role) return true;
    return std::any_of(prompt.roles.begin(), prompt.roles.end(), [&](const Role& role) {
      return role.name == task_.metric.role && i >= role.begin && i < role.end;
    });
  };
  std::set<std::pair<TokenId, TokenId>> pairs;
  for (int i = 1; i < static_cast<int>(prompt.tokens.size()); ++i) {
    const bool is_new = pairs.insert({prompt.tokens[static_cast<size_t>(i) - 1], prompt.tokens[static_cast<size_t>(i)]}).second;
    if (task_.metric.over == Over::second_occurrence ? !is_new : is_read(i)) targets.push_back(i);
  }
  return targets;
}

std::string PromptBuilder::add_twin(const DrawnText& drawn, Random& random, Prompt& prompt) const {
  std::string why;
  for (int attempt = 0; attempt < kTwinTries; ++attempt) {
    why = task_.corrupted->shuffle ? try_shuffle(random, prompt) : try_twin(draw_twin(task_, drawn, random), prompt);
    if (why.empty() || !task_.corrupted->is_random()) break;
  }
  return why;
}

std::string PromptBuilder::try_shuffle(Random& random, Prompt& prompt) const {
  auto twin = shuffled_tokens(*task_.corrupted->shuffle, prompt, context_.bos ? 1 : 0, random);
  if (twin == prompt.tokens) return "its twin is the same";
  prompt.corrupted = std::move(twin);
  return "";
}

std::string PromptBuilder::try_twin(const Rendered& rendered, Prompt& prompt) const {
  Tokens tokens;
  if (std::string why = tokenize(rendered.text, tokens); !why.empty()) return "its twin: " + why;
  Attempt twin;
  if (std::string why = limit_length(rendered.text, tokens, twin); !why.empty()) return "its twin: " + why;
  if (twin.prompt.tokens.size() != prompt.tokens.size()) return "its twin has another number of tokens";
  if (std::string why = find_roles(rendered, tokens, twin.prompt); !why.empty()) return "its twin: " + why;
  if (twin.prompt.roles != prompt.roles) return "its twin has the roles at other tokens";
  if (twin.prompt.tokens == prompt.tokens) return "its twin is the same";
  prompt.corrupted = std::move(twin.prompt.tokens);
  return "";
}

}  // namespace headlight::tasks
