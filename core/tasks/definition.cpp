#include "core/tasks/definition.hpp"

#include <algorithm>
#include <charconv>

#include "core/base/error.hpp"
#include "core/tasks/schema.hpp"

namespace headlight::tasks {
namespace {

constexpr size_t kMaxOrders = 1000, kTooManyOrders = 1'000'000;

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// The number that is the whole of `text`.
std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "+1", "-2" or nothing at all.
std::optional<int> read_offset(std::string_view text) {
  if (text.empty()) return 0;
  const auto number = whole_number(text.substr(1));
  if ((text[0] != '+' && text[0] != '-') || !number || *number < 1) return std::nullopt;
  return text[0] == '+' ? *number : -*number;
}

MetricKind kind_called(const std::string& name) {
  for (const MetricKind kind : kMetricKinds)
    if (to_string(kind) == name) return kind;
  throw Error(ErrorCode::internal, "no metric is called \"" + name + "\"");
}

RoleSpec read_role(const Grammar& grammar, const std::string& name, const std::string& text, const std::string& place) {
  const auto refuse = [&]() -> void {
    fail_at(place, "\"" + text +
                       "\" is not a place; allowed: \"{slot}#1\" (first), \"{slot}#-1\" (last), \"{slot}#*\" (all), each with "
                       "+n or -n tokens, \"end\" and \"end-n\"");
  };
  RoleSpec role{.name = name, .of = "", .occurrence = 1, .offset = 0};
  std::optional<int> offset;
  if (text.starts_with("end")) {
    offset = read_offset(std::string_view(text).substr(3));
    if (!offset || *offset > 0) refuse();
  } else {
    const auto close = text.find("}#");
    if (!text.starts_with("{") || close == std::string::npos) refuse();
    const Phrase phrase = read_text_phrase(grammar, text.substr(0, close + 1), place);
    if (phrase.size() != 1 || !phrase[0].placeholder || phrase[0].placeholder->filter != Filter::none) refuse();
    role.of = phrase[0].placeholder->spelled();
    const std::string_view rest = std::string_view(text).substr(close + 2);
    const auto sign = rest.find_first_of("+-", 1);
    if (rest.substr(0, sign) != "*") {
      const auto number = whole_number(rest.substr(0, sign));
      if (!number || *number == 0 || *number < -1) refuse();
      role.occurrence = *number;
    } else {
      role.occurrence = kEveryOccurrence;
    }
    offset = read_offset(sign == std::string_view::npos ? "" : rest.substr(sign));
    if (!offset) refuse();
  }
  role.offset = *offset;
  if (name == "end" && (role.offset != 0 || !role.of.empty()))
    fail_at(place, "\"end\" is always the last token; choose another name");
  return role;
}

std::vector<RoleSpec> read_roles(const Grammar& grammar, const Fields& task) {
  std::vector<RoleSpec> roles;
  if (const Json* members = task.find("roles")) {
    for (const auto& [name, value] : named_members(*members, "roles")) {
      for (const std::string& text : one_or_more_texts(value, inner_place("roles", name)))
        roles.push_back(read_role(grammar, name, text, inner_place("roles", name)));
    }
  }
  if (std::none_of(roles.begin(), roles.end(), [](const RoleSpec& role) { return role.name == "end"; }))
    roles.push_back({.name = "end", .of = ""});
  std::stable_sort(roles.begin(), roles.end(), [](const RoleSpec& a, const RoleSpec& b) { return a.name < b.name; });
  return roles;
}

std::vector<ArcSpec> read_arcs(const Grammar& grammar, const Fields& task) {
  std::vector<ArcSpec> arcs;
  const Json* value = task.find("arcs");
  if (!value) return arcs;
  if (!value->is_array()) fail_at("arcs", "expected an array of arcs");
  for (size_t i = 0; i < value->size(); ++i) {
    const std::string place = inner_place("arcs", i);
    const Fields fields((*value)[i], place, {"relation", "dependent", "head"});
    const auto end_of = [&](const char* name) {
      RoleSpec spec = read_role(grammar, "arc", fields.text(name), fields.place(name));
      if (spec.of.empty() || spec.offset != 0 || spec.occurrence == kEveryOccurrence)
        fail_at(fields.place(name), "an arc's end is one place, such as \"{slot}#1\"");
      return spec;
    };
    arcs.push_back({.relation = fields.text("relation"), .dependent = end_of("dependent"), .head = end_of("head")});
  }
  return arcs;
}

std::string require_slot(const Grammar& grammar, const Json& value, const std::string& place) {
  const std::string name = read_at(place, [&] { return value.as_string(); });
  if (!grammar.slots.contains(name)) fail_at(place, "there is no slot \"" + name + "\"; slots: " + listed(grammar.slot_names()));
  return name;
}

std::vector<std::string> read_slot_names(const Grammar& grammar, const Json& value, const std::string& place) {
  std::vector<std::string> names;
  if (!value.is_array() || value.size() == 0) fail_at(place, "expected an array of slots");
  for (size_t i = 0; i < value.size(); ++i) {
    names.push_back(require_slot(grammar, value[i], inner_place(place, i)));
    if (std::count(names.begin(), names.end(), names.back()) > 1)
      fail_at(inner_place(place, i), "\"" + names.back() + "\" stands twice");
  }
  return names;
}

std::vector<std::string> names_of(const std::vector<RoleSpec>& roles) {
  std::vector<std::string> names;
  for (const RoleSpec& role : roles)
    if (std::find(names.begin(), names.end(), role.name) == names.end()) names.push_back(role.name);
  return names;
}

Corruption read_corruption(const TemplateTask& task, const Json& value) {
  const Grammar& grammar = task.grammar;
  const Fields fields(value, "corrupted", {"exchange", "redraw", "set", "shuffle"});
  if (value.size() != 1)
    fail_at("corrupted", "expected exactly one of exchange, redraw, set, shuffle; found " + std::to_string(value.size()));
  Corruption corruption;
  if (const Json* shuffle = fields.find("shuffle"))
    corruption.shuffle = read_shuffle(task.roles, *shuffle, fields.place("shuffle"));
  if (const Json* exchange = fields.find("exchange")) {
    const auto slots = read_slot_names(grammar, *exchange, fields.place("exchange"));
    if (slots.size() != 2) fail_at(fields.place("exchange"), "expected two slots, found " + std::to_string(slots.size()));
    if (grammar.slots.at(slots[0]).list != grammar.slots.at(slots[1]).list)
      fail_at(fields.place("exchange"), slots[0] + " and " + slots[1] + " do not draw from the same list");
    corruption.exchange = {slots[0], slots[1]};
  }
  if (const Json* redraw = fields.find("redraw")) {
    corruption.redraw = read_slot_names(grammar, *redraw, fields.place("redraw"));
  }
  if (const Json* set = fields.find("set")) {
    for (const auto& [name, text] : named_members(*set, fields.place("set"))) {
      const std::string place = inner_place(fields.place("set"), name);
      require_slot(grammar, Json(name), place);
      if (!grammar.list_of_slot(name).has_field(""))
        fail_at(place, "the values of \"" + name + "\" are records; exchange or redraw them");
      corruption.set[name] = read_slot_phrase(grammar, read_at(place, [&] { return text.as_string(); }), place, false);
    }
  }
  return corruption;
}

std::vector<Phrase> read_answers(const Grammar& grammar, const Fields& task, std::string_view name) {
  std::vector<Phrase> phrases;
  if (const Json* value = task.find(name)) {
    const auto texts = one_or_more_texts(*value, std::string(name));
    for (size_t i = 0; i < texts.size(); ++i) {
      const std::string place = value->is_array() ? inner_place(name, i) : std::string(name);
      if (texts[i].empty()) fail_at(place, "an answer is not empty");
      phrases.push_back(read_slot_phrase(grammar, texts[i], place, true));
    }
  }
  return phrases;
}

std::optional<Phrase> read_class(const Grammar& grammar, const Fields& task, const char* name) {
  if (!task.has(name)) return std::nullopt;
  return read_slot_phrase(grammar, task.text(name), name, false);
}

std::optional<ClosedBook> read_closed_book(const Grammar& grammar, const Fields& task) {
  const Json* value = task.find("closed_book");
  if (!value) return std::nullopt;
  const Fields fields(*value, "closed_book", {"template", "answer"});
  return ClosedBook{.text = read_slot_phrase(grammar, fields.text("template"), fields.place("template"), false),
                    .answers = {read_slot_phrase(grammar, fields.text("answer"), fields.place("answer"), true)}};
}

MetricSpec read_metric(const TemplateTask& task, const Json& value) {
  const Fields fields(value, "metric", {"kind", "over"});
  MetricSpec metric{.kind = read_metric_kind(fields), .over = Over::answer, .role = ""};
  const std::string over = fields.has("over") ? fields.text("over") : "answer";
  const std::vector<std::string> role_names = names_of(task.roles);
  if (over == "all_tokens") {
    metric.over = Over::all_tokens;
  } else if (over == "second_occurrence") {
    metric.over = Over::second_occurrence;
  } else if (over != "answer") {
    if (std::find(role_names.begin(), role_names.end(), over) == role_names.end())
      fail_at("metric.over",
              "\"" + over + "\" is not known; allowed: answer, all_tokens, second_occurrence, or a role: " + listed(role_names));
    metric.over = Over::role;
    metric.role = over;
  }
  if (metric.over == Over::answer && task.answers.empty()) fail_at("answer", "a metric over the answer needs one");
  if (metric.over != Over::answer && !task.answers.empty())
    fail_at("answer", "the metric is over " + over + ": leave \"answer\" out, or set metric.over to \"answer\"");
  if (metric.kind == MetricKind::logit_difference && metric.over != Over::answer)
    fail_at("metric.kind", "a logit difference is over the answer; use another kind over " + over);
  if (metric.kind == MetricKind::logit_difference && task.wrong.empty())
    fail_at("wrong", "a logit difference needs wrong answers");
  if (task.answers.empty() && !task.wrong.empty()) fail_at("wrong", "wrong answers need an \"answer\"");
  return metric;
}

std::vector<std::string> read_balance(const Grammar& grammar, const Json& value) {
  std::vector<std::string> names;
  if (!value.is_array()) fail_at("balance", "expected an array of slots, or of \"templates\"");
  for (size_t i = 0; i < value.size(); ++i) {
    const std::string place = inner_place("balance", i);
    const std::string name = read_at(place, [&] { return value[i].as_string(); });
    if (name != "templates" || grammar.slots.contains(name)) require_slot(grammar, value[i], place);
    for (const std::string& other : names) {
      if (other == name) fail_at(place, "\"" + name + "\" stands twice");
      if (name != "templates" && other != "templates" && grammar.slots.at(name).list == grammar.slots.at(other).list)
        fail_at(place, name + " and " + other + " share a list: not every combination of their values is possible");
    }
    names.push_back(name);
  }
  return names;
}

}  // namespace

MetricKind read_metric_kind(const Fields& metric) {
  return kind_called(metric.choice("kind", "", {"logit_difference", "log_prob", "probability", "rank", "accuracy", "kl"}));
}
MetricKind read_metric_kind_of_tokens(const Fields& metric) {
  return kind_called(metric.choice("kind", "", {"log_prob", "probability", "rank", "accuracy", "kl"}));
}

Json default_metric() { return Json::object({{"kind", std::string(to_string(MetricKind::logit_difference))}}); }

Shuffle read_shuffle(const std::vector<RoleSpec>& roles, const Json& value, const std::string& place) {
  if (value.is_string() && value.as_string() == "all") return {.all = true, .roles = {}};
  if (!value.is_array() || value.size() == 0) fail_at(place, "expected \"all\", or an array of roles");
  Shuffle shuffle{.all = false, .roles = one_or_more_texts(value, place)};
  const auto known = names_of(roles);
  for (const std::string& name : shuffle.roles)
    if (std::find(known.begin(), known.end(), name) == known.end())
      fail_at(place, "there is no role \"" + name + "\"; roles: " + listed(known));
  return shuffle;
}

size_t TemplateTask::n_orders() const {
  size_t product = 1;
  for (const std::string& name : balance) {
    const size_t n = name == "templates" ? templates.size() : grammar.list_of_slot(name).entries.size();
    product = std::min(product * n, kTooManyOrders);
  }
  return product;
}

TaskHead read_task_head(const Json& definition) {
  if (!definition.is_object()) fail_at("", "expected an object, such as {\"id\": \"ioi\", ...}");
  const auto text = [&](const char* name) {
    const Json& field = definition.at(name);
    const std::string value = read_at(std::string(name), [&] { return field.as_string(); });
    if (value.empty()) fail_at(name, "expected a text, found an empty string");
    return value;
  };
  const TaskHead head{.id = text("id"), .version = text("version"), .title = text("title"), .summary = text("summary")};
  if (!is_id(head.id)) fail_at("id", "\"" + head.id + "\" is not an id; allowed: lower-case letters, digits and -, at most 64");
  return head;
}

RepeatedRandomTask read_repeated_random(const Json& definition) {
  const Fields task(definition, "", {"id", "version", "title", "summary", "generator", "parameters", "metric"});
  RepeatedRandomTask result;
  if (const Json* parameters = task.find("parameters")) {
    const Fields fields(*parameters, "parameters", {"n", "k"});
    result.n = fields.count("n", result.n, 3, 100'000);
    result.k = fields.count("k", result.k, 2, 1000);
  }
  if (const Json* metric = task.find("metric")) {
    const Fields fields(*metric, "metric", {"kind", "over"});
    fields.choice("over", "second_occurrence", {"second_occurrence"});
    result.metric = read_metric_kind_of_tokens(fields);
  }
  return result;
}

TemplateTask read_template_task(const Json& definition) {
  const Fields task(definition, "",
                    {"id", "version", "title", "summary", "templates", "lists", "weights", "slots", "repeats", "roles", "answer",
                     "wrong", "answer_tokens", "corrupted", "metric", "equal_length", "balance", "label", "group",
                     "closed_book", "arcs"});
  TemplateTask result;
  result.grammar = read_grammar(task);
  const auto templates = task.at("templates").is_string() ? std::vector<std::string>{task.at("templates").as_string()}
                                                          : one_or_more_texts(task.at("templates"), "templates");
  for (size_t i = 0; i < templates.size(); ++i) {
    if (templates[i].empty()) fail_at(inner_place("templates", i), "a template is not empty");
    result.templates.push_back(read_text_phrase(result.grammar, templates[i], inner_place("templates", i)));
  }
  if (const Json* balance = task.find("balance")) result.balance = read_balance(result.grammar, *balance);
  if (result.n_orders() > kMaxOrders)
    fail_at("balance", "more than " + std::to_string(kMaxOrders) + " combinations cannot be used in turn; balance fewer slots");
  result.roles = read_roles(result.grammar, task);
  result.arcs = read_arcs(result.grammar, task);
  result.answers = read_answers(result.grammar, task, "answer");
  result.wrong = read_answers(result.grammar, task, "wrong");
  result.single_token_answers = task.choice("answer_tokens", "first", {"first", "single"}) == "single";
  if (const Json* corrupted = task.find("corrupted")) result.corrupted = read_corruption(result, *corrupted);
  result.label = read_class(result.grammar, task, "label");
  result.group = read_class(result.grammar, task, "group");
  result.closed_book = read_closed_book(result.grammar, task);
  const Json* metric = task.find("metric");
  result.metric = read_metric(result, metric ? *metric : default_metric());
  result.equal_length = task.flag("equal_length", false);
  return result;
}

}  // namespace headlight::tasks
