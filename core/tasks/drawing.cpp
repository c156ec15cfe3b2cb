#include "core/tasks/drawing.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>

#include "core/base/error.hpp"

namespace headlight::tasks {
namespace {

constexpr int kMaxNodes = 200'000;   // of one text
constexpr int kMaxRedraws = 10'000;  // for a value that is not taken yet

// A text as it reads, slots by name: what "the same value" means.
std::string key_of(const Nodes& nodes) {
  std::string key;
  for (const Node& node : nodes)
    key += node.is_slot ? "{" + node.name + "." + node.field + "}" : node.text + key_of(node.children);
  return key;
}

bool is_plain(const std::vector<Nodes>& texts) {
  return std::all_of(texts.begin(), texts.end(), [](const Nodes& nodes) {
    return std::all_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.name.empty(); });
  });
}

// Records are told apart by their fields without placeholders, if they have some: {"name": "fruit", "member": "{fruits}"} is the
// same value whatever its member.
std::string key_of(const Value& value) {
  const bool has_plain = std::any_of(value.begin(), value.end(), [](const auto& field) { return is_plain(field.second); });
  std::string key;
  for (const auto& [field, texts] : value) {
    if (has_plain && !is_plain(texts)) continue;
    key += field + "\x1f";
    for (const Nodes& nodes : texts) key += key_of(nodes) + "\x1e";
  }
  return key;
}

// The keys of the list that slots have.
std::set<std::string> keys_in_use(const Grammar& grammar, const std::string& list, const Bindings& bindings) {
  std::set<std::string> keys;
  for (const auto& [slot, value] : bindings)
    if (grammar.slots.at(slot).list == list) keys.insert(key_of(value));
  return keys;
}

// Expands phrases; remembers what lists have given inside repeats that ask for distinct values.
class Expander {
 public:
  Expander(const Grammar& grammar, const Bindings& bindings, Random& random)
      : grammar_(grammar), bindings_(bindings), random_(random) {}

  Nodes expand(const Phrase& phrase) {
    std::map<std::string, Value> records;  // one record of a list for the whole phrase
    Nodes nodes;
    for (const Piece& piece : phrase) {
      if (piece.placeholder) count(0);
      nodes.push_back(piece.placeholder ? draw(*piece.placeholder, records) : literal(piece.text));
    }
    return nodes;
  }

  Value draw_value(const List& list, std::size_t entry) {
    Value value;
    for (const auto& [field, phrases] : list.entries[entry].fields) {
      value[field];
      for (const Phrase& phrase : phrases) value[field].push_back(expand(phrase));
    }
    return value;
  }

  Value draw_value(const List& list) { return draw_value(list, choose(list)); }

 private:
  size_t choose(const List& list) {
    if (list.weights.empty()) return random_.below(list.entries.size());
    double left = random_.uniform() * std::accumulate(list.weights.begin(), list.weights.end(), 0.0);
    for (size_t i = 0; i + 1 < list.weights.size(); ++i)
      if ((left -= list.weights[i]) < 0) return i;
    return list.weights.size() - 1;
  }

  void count(size_t n_bytes) {
    if (++n_nodes_ > kMaxNodes)
      throw Error(ErrorCode::bad_input, "a text grows beyond " + std::to_string(kMaxNodes) + " pieces; use smaller repeats");
    check_text_size(n_bytes_ += n_bytes);
  }

  Node literal(const std::string& text) {
    count(text.size());
    Node node;
    node.text = text;
    return node;
  }

  Node draw(const Placeholder& placeholder, std::map<std::string, Value>& records) {
    Node node{.text = "",
              .name = placeholder.name,
              .field = placeholder.field,
              .filter = placeholder.filter,
              .is_slot = false,
              .children = {}};
    if (grammar_.slots.contains(placeholder.name)) {
      node.is_slot = true;
    } else if (const auto repeat = grammar_.repeats.find(placeholder.name); repeat != grammar_.repeats.end()) {
      node.children = draw_repeat(repeat->second);
    } else if (placeholder.field.empty()) {
      node.children = draw_from_list(placeholder.name).at("").front();
    } else {
      if (!records.contains(placeholder.name)) records[placeholder.name] = draw_from_list(placeholder.name);
      node.children = records[placeholder.name].at(placeholder.field).front();
    }
    return node;
  }

  Value draw_from_list(const std::string& name) {
    const List& list = grammar_.lists.at(name);
    const auto taken = taken_.find(name);
    if (taken == taken_.end()) return draw_value(list);
    for (int attempt = 0; attempt < kMaxRedraws; ++attempt) {
      Value value = draw_value(list);
      if (taken->second.insert(key_of(value)).second) return value;
    }
    throw Error(ErrorCode::bad_input, "the list \"" + name + "\" has too few values for a repeat that wants distinct ones");
  }

  Nodes draw_repeat(const Repeat& repeat) {
    const auto outer = taken_;
    for (const std::string& list : repeat.distinct) taken_[list] = keys_in_use(grammar_, list, bindings_);
    const int n = repeat.least + static_cast<int>(random_.below(static_cast<std::uint64_t>(repeat.most - repeat.least) + 1));
    Nodes nodes;
    for (int i = 0; i < n; ++i) {
      if (i > 0) nodes.push_back(literal(repeat.between));
      Nodes one = expand(repeat.of);
      nodes.insert(nodes.end(), std::make_move_iterator(one.begin()), std::make_move_iterator(one.end()));
    }
    if (n > 0) nodes.push_back(literal(repeat.ending));
    taken_ = outer;
    return nodes;
  }

  const Grammar& grammar_;
  const Bindings& bindings_;
  Random& random_;
  std::map<std::string, std::set<std::string>> taken_;  // by list
  int n_nodes_ = 0;
  size_t n_bytes_ = 0;  // of literal text
};

// A value whose key is not taken.
Value draw_unlike(const Grammar& grammar, const std::string& slot, const std::set<std::string>& taken, const Bindings& bindings,
                  Random& random) {
  const List& list = grammar.list_of_slot(slot);
  for (int attempt = 0; attempt < kMaxRedraws; ++attempt) {
    Value value = Expander(grammar, bindings, random).draw_value(list);
    if (!taken.contains(key_of(value))) return value;
  }
  throw Error(ErrorCode::bad_input,
              "the list of the slot \"" + slot + "\" has too few values to give it one that no other slot has");
}

}  // namespace

Bindings draw_slots(const Grammar& grammar, const std::map<std::string, size_t>& forced, Random& random) {
  Bindings bindings;
  const auto force = [&](bool is_inline) {
    for (const auto& [slot, entry] : forced)
      if ((grammar.slots.at(slot).list[0] == '(') == is_inline)
        bindings[slot] = Expander(grammar, bindings, random).draw_value(grammar.list_of_slot(slot), entry);
  };
  force(false);  // the others must differ from those that share their list
  for (const auto& [name, slot] : grammar.slots) {
    if (forced.contains(name)) continue;
    bindings[name] = draw_unlike(grammar, name, keys_in_use(grammar, slot.list, bindings), bindings, random);
  }
  force(true);  // last: a repeat in them may want values that no slot has
  return bindings;
}

Bindings redraw_slots(const Grammar& grammar, const Bindings& bindings, const std::vector<std::string>& slots, Random& random) {
  Bindings result = bindings;
  for (const std::string& name : slots) {
    const std::string& list = grammar.slots.at(name).list;
    std::set<std::string> taken = keys_in_use(grammar, list, bindings);
    taken.merge(keys_in_use(grammar, list, result));
    result[name] = draw_unlike(grammar, name, taken, bindings, random);
  }
  return result;
}

Nodes expand(const Grammar& grammar, const Phrase& phrase, const Bindings& bindings, Random& random) {
  return Expander(grammar, bindings, random).expand(phrase);
}

}  // namespace headlight::tasks
