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
  return result;
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
