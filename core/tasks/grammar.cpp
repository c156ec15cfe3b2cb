#include "core/tasks/grammar.hpp"

#include <algorithm>

#include "core/tasks/grammar_checks.hpp"

namespace headlight::tasks {
namespace {

constexpr int kMaxRepeats = 10'000;
constexpr int kMaxNumber = 1'000'000;
constexpr int kMaxNumbers = 50'000;  // of all ranges of a task: a few bytes of a file stand for each

// {"from": 2, "to": 97, "digits": 2} is "02" to "97".
std::vector<Phrase> read_numbers(Grammar& grammar, const Json& value, const std::string& place) {
  const Fields fields(value, place, {"from", "to", "digits"});
  fields.at("from"), fields.at("to");
  const int from = fields.count("from", 0, 0, kMaxNumber), to = fields.count("to", 0, from, from + 9999);
  const auto digits = static_cast<size_t>(fields.count("digits", 1, 1, 9));
  grammar.n_numbers += to - from + 1;
  if (grammar.n_numbers > kMaxNumbers)
    fail_at(place, "with these, the task's ranges have " + std::to_string(grammar.n_numbers) + " numbers; at most " + std::to_string(kMaxNumbers) + " are read");
  std::vector<Phrase> numbers;
  for (int number = from; number <= to; ++number) {
    std::string text = std::to_string(number);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    numbers.push_back({{.text = text, .placeholder = {}}});
  }
  return numbers;
}

List read_number_list(Grammar& grammar, const Json& value, const std::string& place) {
  List list;
  for (const Phrase& number : read_numbers(grammar, value, place)) list.entries.push_back({.fields = {{"", {number}}}});
  return list;
}

std::vector<Phrase> read_phrases(const Json& value, const std::string& place) {
  std::vector<Phrase> phrases;
  if (value.is_array() && value.size() == 0) return phrases;
  for (const std::string& text : one_or_more_texts(value, place))
    phrases.push_back(read_at(place, [&] { return parse_phrase(text); }));
  return phrases;
}

Entry read_entry(Grammar& grammar, const Json& value, const std::string& place) {
  Entry entry;
  if (value.is_string()) {
    entry.fields[""] = read_phrases(value, place);
  } else if (value.is_object() && value.size() > 0) {
    for (const auto& [name, field] : named_members(value, place)) {
      const std::string inner = inner_place(place, name);
      entry.fields[name] = field.is_object() ? read_numbers(grammar, field, inner) : read_phrases(field, inner);
    }
  } else {
    fail_at(place, "expected a string or a record, such as {\"key\": \"France\", \"value\": \"Paris\"}");
  }
  return entry;
}

List read_list(Grammar& grammar, const Json& value, const std::string& place) {
  if (value.is_object()) return read_number_list(grammar, value, place);
  if (!value.is_array() || value.size() == 0) fail_at(place, "expected an array of strings or of records that is not empty");
  List list;
  for (size_t i = 0; i < value.size(); ++i) {
    list.entries.push_back(read_entry(grammar, value[i], inner_place(place, i)));
    if (listed_fields(list.entries[i]) != listed_fields(list.entries[0])) {
      fail_at(inner_place(place, i),
              "has " + listed_fields(list.entries[i]) + ", but the first of the list has " + listed_fields(list.entries[0]));
    }
  }
  return list;
}

void read_weights(Grammar& grammar, const Json& value) {
  for (const auto& [name, numbers] : named_members(value, "weights")) {
    const std::string place = inner_place("weights", name);
    const auto list = grammar.lists.find(name);
    if (list == grammar.lists.end()) fail_at(place, "there is no such list");
    const size_t n = list->second.entries.size();
    if (!numbers.is_array() || numbers.size() != n)
      fail_at(place, "expected an array of " + std::to_string(n) + " numbers, one for each value of the list");
    for (size_t i = 0; i < n; ++i) {
      const double weight = read_at(inner_place(place, i), [&] { return numbers[i].as_number(); });
      if (!(weight > 0)) fail_at(inner_place(place, i), "a weight is above 0, found " + number_text(weight));
      list->second.weights.push_back(weight);
    }
  }
}

void read_slots(Grammar& grammar, const Json& value) {
  std::vector<std::string> list_names;
  for (const auto& [name, list] : grammar.lists) list_names.push_back(name);
  for (const auto& [name, definition] : named_members(value, "slots")) {
    const std::string place = inner_place("slots", name);
    if (grammar.lists.contains(name)) fail_at(place, "a list has this name already");
    if (definition.is_string()) {
      const std::string& list = definition.as_string();
      if (!grammar.lists.contains(list)) fail_at(place, "there is no list \"" + list + "\"; lists: " + listed(list_names));
      grammar.slots[name] = {list};
    } else if (definition.is_array() || definition.is_object()) {
      grammar.slots[name] = {"(" + name + ")"};
      grammar.lists["(" + name + ")"] = read_list(grammar, definition, place);
    } else {
      fail_at(place, "expected the name of a list, or a list");
    }
  }
}

Repeat read_repeat(const Grammar& grammar, const Json& value, const std::string& place) {
  const Fields fields(value, place, {"of", "least", "most", "between", "ending", "distinct"});
  Repeat repeat;
  repeat.of = read_at(fields.place("of"), [&] { return parse_phrase(fields.text("of")); });
  fields.at("least"), fields.at("most");
  repeat.least = fields.count("least", 0, 0, kMaxRepeats);
  repeat.most = fields.count("most", 0, repeat.least, kMaxRepeats);
  if (const Json* between = fields.find("between"))
    repeat.between = read_at(fields.place("between"), [&] { return between->as_string(); });
  if (const Json* ending = fields.find("ending"))
    repeat.ending = read_at(fields.place("ending"), [&] { return ending->as_string(); });
  if (const Json* distinct = fields.find("distinct")) repeat.distinct = one_or_more_texts(*distinct, fields.place("distinct"));
  for (const std::string& list : repeat.distinct)
    if (!grammar.lists.contains(list) || list[0] == '(') fail_at(fields.place("distinct"), "there is no list \"" + list + "\"");
  return repeat;
}

}  // namespace

bool List::is_many(const std::string& field) const {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.fields.at(field).size() != 1; });
}

const List* Grammar::values_of(const std::string& name) const {
  const auto slot = slots.find(name);
  const auto list = lists.find(slot == slots.end() ? name : slot->second.list);
  return list == lists.end() ? nullptr : &list->second;
}

bool Grammar::has(const std::string& name) const {
  return slots.contains(name) || lists.contains(name) || repeats.contains(name);
}

std::vector<std::string> Grammar::slot_names() const {
  std::vector<std::string> result;
  for (const auto& [name, slot] : slots) result.push_back(name);
  return result;
}

std::vector<std::string> Grammar::names() const {
  std::vector<std::string> result = slot_names();
  for (const auto& [name, list] : lists)
    if (name[0] != '(') result.push_back(name);
  for (const auto& [name, repeat] : repeats) result.push_back(name);
  return result;
}

Grammar read_grammar(const Fields& task) {
  Grammar grammar;
  if (const Json* lists = task.find("lists"))
    for (const auto& [name, list] : named_members(*lists, "lists"))
      grammar.lists[name] = read_list(grammar, list, inner_place("lists", name));
  if (const Json* weights = task.find("weights")) read_weights(grammar, *weights);
  if (const Json* slots = task.find("slots")) read_slots(grammar, *slots);
  if (const Json* repeats = task.find("repeats")) {
    for (const auto& [name, repeat] : named_members(*repeats, "repeats")) {
      const std::string place = inner_place("repeats", name);
      if (grammar.has(name)) fail_at(place, "a slot or list has this name already");
      grammar.repeats[name] = read_repeat(grammar, repeat, place);
    }
  }
  check_grammar(grammar);
  return grammar;
}

}  // namespace headlight::tasks
