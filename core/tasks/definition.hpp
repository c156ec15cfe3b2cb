// A task file as it was understood: what plugins/tasks/README.md documents, field by field.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/tasks/grammar.hpp"
#include "core/tasks/prompt.hpp"
#include "core/tasks/schema.hpp"

namespace headlight::tasks {

// What the metric and the questions read.
enum class Over { answer, all_tokens, second_occurrence, role };

struct MetricSpec {
  MetricKind kind = MetricKind::log_prob;
  Over over = Over::answer;
  std::string role;  // of Over::role
};

// "{IO}#2+1": the token after the second {IO}. `of` is "" for "end". Several may have one name.
struct RoleSpec {
  std::string name, of;
  int occurrence = 1;  // from 1; -1 is the last, kEveryOccurrence all of them
  int offset = 0;      // 0: the tokens themselves; +n, -n: one token, so many after or before them
};

// An arc of grammar between two places; it is left out where one of them is not in the text.
struct ArcSpec {
  std::string relation;
  RoleSpec dependent, head;
};

// Tokens that change places: those of the roles with these names, or all.
struct Shuffle {
  bool all = false;
  std::vector<std::string> roles;
};

// How the twin differs: exactly one of the four.
struct Corruption {
  std::optional<std::pair<std::string, std::string>> exchange;  // two slots change their values
  std::vector<std::string> redraw;                              // slots get new values
  std::map<std::string, Phrase> set;                            // slots get this text
  std::optional<Shuffle> shuffle;                               // the tokens, not the text

  bool is_random() const { return !redraw.empty() || shuffle; }  // whether another try gives another twin
};

// A question that a model must answer without the prompt.
struct ClosedBook {
  Phrase text;
  std::vector<Phrase> answers;
};

inline constexpr int kEveryOccurrence = 0;

struct TemplateTask {
  Grammar grammar;
  std::vector<Phrase> templates;
  std::vector<std::string> balance;  // "templates" and slots whose values are used in turn
  std::vector<RoleSpec> roles;       // by name, then as written
  std::vector<ArcSpec> arcs;
  bool may_lack_roles = false;       // whether a prompt without one of the roles is good all the same
  std::vector<Phrase> answers, wrong;
  bool single_token_answers = false;
  std::optional<Corruption> corrupted;
  std::optional<Phrase> label, group;
  std::optional<ClosedBook> closed_book;
  MetricSpec metric;
  bool equal_length = false;

  // Ways of choosing what is balanced: the product of what each can be.
  size_t n_orders() const;
};

struct RepeatedRandomTask {
  int n = 50, k = 2;
  MetricKind metric = MetricKind::log_prob;
};

struct TaskHead {
  std::string id, version, title, summary;
};

// Each throws Error{bad_input} that names the field and what it should be.
TaskHead read_task_head(const Json& definition);
RepeatedRandomTask read_repeated_random(const Json& definition);
TemplateTask read_template_task(const Json& definition);

// For readers of other kinds of tasks.
MetricKind read_metric_kind(const Fields& metric);
// The same where there is no answer to tell from wrong ones: no logit difference.
MetricKind read_metric_kind_of_tokens(const Fields& metric);
// Of a task that names none: the logit difference of its answers.
Json default_metric();
Shuffle read_shuffle(const std::vector<RoleSpec>& roles, const Json& value, const std::string& place);

}  // namespace headlight::tasks
