#include "core/tasks/drawn_text.hpp"

#include <algorithm>

namespace headlight::tasks {
namespace {

std::vector<std::string> all_answers(const TemplateTask& task, const std::vector<Phrase>& phrases, const Bindings& bindings) {
  std::vector<std::string> texts;
  for (const Phrase& phrase : phrases)
    for (std::string& text : answer_texts(task.grammar, phrase, bindings)) texts.push_back(std::move(text));
  return texts;
}

}  // namespace

DrawnText draw_text(const TemplateTask& task, size_t order, Random& random) {
  size_t template_index = random.below(task.templates.size());
  std::map<std::string, size_t> forced;
  for (const std::string& name : task.balance) {
    const size_t n = name == "templates" ? task.templates.size() : task.grammar.list_of_slot(name).entries.size();
    (name == "templates" ? template_index : forced[name]) = order % n;
    order /= n;
  }
  DrawnText result;
  result.bindings = draw_slots(task.grammar, forced, random);
  result.body = expand(task.grammar, task.templates[template_index], result.bindings, random);
  result.rendered = render(result.body, result.bindings);
  result.answers = all_answers(task, task.answers, result.bindings);
  result.wrong = all_answers(task, task.wrong, result.bindings);
  std::erase_if(result.wrong, [&](const std::string& text) {
    return std::find(result.answers.begin(), result.answers.end(), text) != result.answers.end();
  });
  const auto text_of = [&](const Phrase& phrase) { return answer_texts(task.grammar, phrase, result.bindings).front(); };
  if (task.label) result.label = text_of(*task.label);
  if (task.group) result.group = text_of(*task.group);
  if (task.closed_book) {
    result.gate = text_of(task.closed_book->text);
    result.gate_answers = all_answers(task, task.closed_book->answers, result.bindings);
  }
  for (const ArcSpec& arc : task.arcs) {
    const auto dependent = find_occurrences(result.rendered, arc.dependent), head = find_occurrences(result.rendered, arc.head);
    if (dependent.empty() || head.empty()) continue;
    result.arcs.push_back({.relation = arc.relation,
                           .dependent = {.begin = dependent[0]->begin, .end = dependent[0]->end},
                           .head = {.begin = head[0]->begin, .end = head[0]->end}});
  }
  return result;
}

std::vector<const Occurrence*> find_occurrences(const Rendered& rendered, const RoleSpec& role) {
  std::vector<const Occurrence*> places;
  for (const Occurrence& place : rendered.occurrences)
    if (place.name == role.of) places.push_back(&place);
  if (role.occurrence == kEveryOccurrence) return places;
  const size_t n = places.size();
  const size_t index = role.occurrence < 0 ? n - 1 : static_cast<size_t>(role.occurrence) - 1;
  if (index >= n) return {};
  return {places[index]};
}

Rendered draw_twin(const TemplateTask& task, const DrawnText& clean, Random& random) {
  const Corruption& corruption = *task.corrupted;
  Bindings bindings = clean.bindings;
  if (corruption.exchange) std::swap(bindings.at(corruption.exchange->first), bindings.at(corruption.exchange->second));
  if (!corruption.redraw.empty()) bindings = redraw_slots(task.grammar, clean.bindings, corruption.redraw, random);
  for (const auto& [slot, phrase] : corruption.set) {
    Nodes text(1);
    text[0].text = answer_texts(task.grammar, phrase, clean.bindings).front();
    bindings[slot][""] = {text};
  }
  return render(clean.body, bindings);
}

size_t order_in_turn(size_t index, size_t n_orders) {
  const size_t shift = n_orders % 2 == 0 ? index / n_orders : 0;
  return (index + shift) % n_orders;
}

}  // namespace headlight::tasks
