// One text of a task, as it was drawn: a tree of what stands where, so that the same draw can be written again with other values
// in its slots (the corrupted twin).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/tasks/grammar.hpp"

namespace headlight::tasks {

// A literal (no name), a slot (its value stands in the bindings) or a draw from a list or repeat (its value stands in
// `children`).
struct Node {
  std::string text;
  std::string name;  // "" for a literal
  std::string field;
  Filter filter = Filter::none;
  bool is_slot = false;
  std::vector<Node> children;
  bool operator==(const Node&) const = default;
};
using Nodes = std::vector<Node>;

// The value of a slot: for each field one text, or many.
using Value = std::map<std::string, std::vector<Nodes>>;
using Bindings = std::map<std::string, Value>;

// Values for all slots, in the order of their names; `forced` slots take the entry with that index of their list.
// Throws Error{bad_input} when slots that share a list cannot be given different values.
Bindings draw_slots(const Grammar& grammar, const std::map<std::string, size_t>& forced, Random& random);

// New values for these slots: different from their old ones and from those of all slots that share their list.
Bindings redraw_slots(const Grammar& grammar, const Bindings& bindings, const std::vector<std::string>& slots, Random& random);

// Draws all that the phrase leaves open. Throws Error{bad_input} when it grows beyond all bounds.
Nodes expand(const Grammar& grammar, const Phrase& phrase, const Bindings& bindings, Random& random);

// Where a slot, list or repeat ("IO", "fact.key") stands: code points [begin, end).
struct Occurrence {
  std::string name;
  int begin = 0, end = 0;
};

struct Rendered {
  std::string text;
  std::vector<Occurrence> occurrences;  // those of one name in the order of the text
};
Rendered render(const Nodes& nodes, const Bindings& bindings);
// Throws Error{bad_input} for a text that no model could read, before it fills the memory.
void check_text_size(size_t n_bytes);

// The texts of an answer (read_slot_phrase): one, or one for each value of the placeholder that is spread.
std::vector<std::string> answer_texts(const Grammar& grammar, const Phrase& phrase, const Bindings& bindings);

}  // namespace headlight::tasks
