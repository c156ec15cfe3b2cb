#include "core/tasks/grammar_checks.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"

namespace headlight::tasks {
namespace {

constexpr size_t kMaxDepth = 100;  // of what stands in what

bool is_plain(const List& list) {
  for (const Entry& entry : list.entries)
    for (const auto& [field, phrases] : entry.fields)
      for (const Phrase& phrase : phrases)
        for (const Piece& piece : phrase)
          if (piece.placeholder) return false;
  return true;
}

bool is_plain_list(const Grammar& grammar, const std::string& name) {
  const auto list = grammar.lists.find(name);
  return list != grammar.lists.end() && is_plain(list->second);
}

std::string in_braces(const Placeholder& placeholder, const char* sign = "") { return "{" + placeholder.spelled() + sign + "}"; }

void require_placeholder(const Grammar& grammar, const Placeholder& placeholder, const std::string& place) {
  if (!grammar.has(placeholder.name))
    fail_at(place, in_braces(placeholder) + " is neither a slot, a list nor a repeat; there are: " + listed(grammar.names()));
  const List* list = grammar.values_of(placeholder.name);
  if (!list && !placeholder.field.empty()) fail_at(place, in_braces(placeholder) + ": a repeat has no fields");
  if (list && !list->has_field(placeholder.field)) {
    fail_at(place, in_braces(placeholder) + ": the values of \"" + placeholder.name + "\" have " +
                       listed_fields(list->entries[0]) +
                       (placeholder.field.empty() ? ", write {" + placeholder.name + ".FIELD}" : ""));
  }
}

void require_text_phrase(const Grammar& grammar, const Phrase& phrase, const std::string& place) {
  for (const Piece& piece : phrase) {
    if (!piece.placeholder) continue;
    const Placeholder& placeholder = *piece.placeholder;
    require_placeholder(grammar, placeholder, place);
    if (placeholder.spread) fail_at(place, in_braces(placeholder, "*") + " stands for many texts: only answers can use it");
    const List* list = grammar.values_of(placeholder.name);
    if (list && list->is_many(placeholder.field))
      fail_at(place, in_braces(placeholder) + " has many values; only answers can use them, as " + in_braces(placeholder, "*"));
  }
}

// How deep others stand in `name`, which stands at the end of `path`; `depths` are those that are known.
size_t require_no_circle(const Grammar& grammar, const std::string& name, std::vector<std::string>& path, std::map<std::string, size_t>& depths) {
  if (const auto known = depths.find(name); known != depths.end()) return known->second;
  if (const auto seen = std::find(path.begin(), path.end(), name); seen != path.end()) {
    std::string circle;
    for (auto step = seen; step != path.end(); ++step) circle += *step + " -> ";
    throw Error(ErrorCode::bad_input, "\"" + name + "\" contains itself: " + circle + name);
  }
  path.push_back(name);
  size_t depth = 1;
  const auto check_depth = [&](size_t found) {
    if (found > kMaxDepth)
      throw Error(ErrorCode::bad_input, "\"" + path.front() + "\" contains what contains others, more than " + std::to_string(kMaxDepth) + " deep");
  };
  check_depth(path.size());
  const auto follow = [&](const Phrase& phrase) {
    for (const Piece& piece : phrase)
      if (piece.placeholder) depth = std::max(depth, 1 + require_no_circle(grammar, piece.placeholder->name, path, depths));
    check_depth(depth);
  };
  if (const List* list = grammar.values_of(name)) {
    for (const Entry& entry : list->entries)
      for (const auto& [field, phrases] : entry.fields)
        for (const Phrase& phrase : phrases) follow(phrase);
  } else {
    follow(grammar.repeats.at(name).of);
  }
  path.pop_back();
  return depths[name] = depth;
}

void check_texts(const Grammar& grammar) {
  for (const auto& [name, list] : grammar.lists) {
    const std::string place = name[0] == '(' ? "slots." + name.substr(1, name.size() - 2) : "lists." + name;
    for (const Entry& entry : list.entries)
      for (const auto& [field, phrases] : entry.fields)
        for (const Phrase& phrase : phrases) require_text_phrase(grammar, phrase, place);
  }
  for (const auto& [name, repeat] : grammar.repeats) require_text_phrase(grammar, repeat.of, "repeats." + name + ".of");
  std::map<std::string, size_t> depths;
  for (const std::string& name : grammar.names()) {
    std::vector<std::string> path;
    require_no_circle(grammar, name, path, depths);
  }
}

// Lists of plain words must have enough of them; what phrases can say is seen when they are drawn.
void check_slots_can_differ(const Grammar& grammar) {
  std::map<std::string, std::vector<std::string>> sharing;
  for (const auto& [name, slot] : grammar.slots) sharing[slot.list].push_back(name);
  for (const auto& [name, slots] : sharing) {
    const List& list = grammar.lists.at(name);
    std::vector<std::map<std::string, std::vector<Phrase>>> different;
    for (const Entry& entry : list.entries) {
      if (slots.size() > different.size() && std::find(different.begin(), different.end(), entry.fields) == different.end())
        different.push_back(entry.fields);
    }
    if (is_plain(list) && different.size() < slots.size()) {
      fail_at("slots", listed(slots) + " need different values of the list \"" + name + "\", which has only " +
                           std::to_string(different.size()));
    }
  }
}

}  // namespace

std::string listed_fields(const Entry& entry) {
  std::vector<std::string> names;
  for (const auto& [name, phrases] : entry.fields) names.push_back(name.empty() ? "a text" : name);
  return listed(names);
}

void check_grammar(const Grammar& grammar) {
  check_texts(grammar);
  check_slots_can_differ(grammar);
}

Phrase read_text_phrase(const Grammar& grammar, const std::string& text, const std::string& place) {
  const Phrase phrase = read_at(place, [&] { return parse_phrase(text); });
  require_text_phrase(grammar, phrase, place);
  return phrase;
}

Phrase read_slot_phrase(const Grammar& grammar, const std::string& text, const std::string& place, bool may_spread) {
  const Phrase phrase = read_at(place, [&] { return parse_phrase(text); });
  int n_spread = 0;
  for (const Piece& piece : phrase) {
    if (!piece.placeholder) continue;
    const Placeholder& placeholder = *piece.placeholder;
    require_placeholder(grammar, placeholder, place);
    const bool is_slot = grammar.slots.contains(placeholder.name);
    if (placeholder.spread) {
      if (!may_spread || ++n_spread > 1)
        fail_at(place, in_braces(placeholder, "*") + " stands for many texts, which is for answers, once in each");
      if (!is_slot && !is_plain_list(grammar, placeholder.name))
        fail_at(place, in_braces(placeholder, "*") + ": only slots, and lists whose values have no placeholders, can be listed");
    } else if (!is_slot) {
      fail_at(place,
              in_braces(placeholder) + " would be drawn anew here; only slots can stand here: " + listed(grammar.slot_names()));
    } else if (grammar.values_of(placeholder.name)->is_many(placeholder.field)) {
      fail_at(place, in_braces(placeholder) + " has many values; write " + in_braces(placeholder, "*"));
    }
  }
  return phrase;
}

}  // namespace headlight::tasks
