// What the texts of a task are drawn from: lists, slots and repeats, read from its file and checked as a whole.
//   a slot    has one value in a prompt, the same wherever it stands; slots of one named list have different values
//   a list    gives a new value at every place where it stands
//   a repeat  is a phrase several times over
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/tasks/phrase.hpp"
#include "core/tasks/schema.hpp"

namespace headlight::tasks {

// A value of a list. A plain text has one field, named ""; a record's field has one phrase, or many for {slot.field*}.
struct Entry {
  std::map<std::string, std::vector<Phrase>> fields;
};

struct List {
  std::vector<Entry> entries;   // never empty; all have the same fields
  std::vector<double> weights;  // [entry], or empty: all alike

  bool has_field(const std::string& field) const { return entries.front().fields.contains(field); }
  bool is_many(const std::string& field) const;  // whether an entry has more or less than one phrase there
};

struct Slot {
  std::string list;  // of Grammar::lists; an inline list is kept there as "(slot)"
};

struct Repeat {
  Phrase of;
  int least = 1, most = 1;
  std::string between = " ", ending;  // `ending` follows the last one, when there is one
  std::vector<std::string> distinct;  // lists whose values are not drawn twice here, nor when a slot has them
};

struct Grammar {
  std::map<std::string, List> lists;
  std::map<std::string, Slot> slots;
  std::map<std::string, Repeat> repeats;
  int n_numbers = 0;  // that ranges stand for

  const List& list_of_slot(const std::string& slot) const { return lists.at(slots.at(slot).list); }
  const List* values_of(const std::string& name) const;  // of a slot or list; null for repeats and names that are none
  bool has(const std::string& name) const;
  std::vector<std::string> slot_names() const;
  std::vector<std::string> names() const;  // of slots, lists and repeats that a text can use
};

// Reads the fields "lists", "weights", "slots" and "repeats". Throws Error{bad_input} for names that do not exist, stand twice or
// contain themselves, for records without the field, and for slots that share a list too short to give them different values.
Grammar read_grammar(const Fields& task);

// A phrase that stands in a text, such as a template. Throws Error{bad_input} at `place` for a placeholder that the grammar
// lacks.
Phrase read_text_phrase(const Grammar& grammar, const std::string& text, const std::string& place);
// A phrase of an answer or of a corruption: slots, or with `may_spread` also {list*} and {slot.field*}; never a fresh draw.
Phrase read_slot_phrase(const Grammar& grammar, const std::string& text, const std::string& place, bool may_spread);

}  // namespace headlight::tasks
