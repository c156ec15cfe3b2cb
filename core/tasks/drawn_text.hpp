// One text of a task with templates, and its twin.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/tasks/definition.hpp"
#include "core/tasks/drawing.hpp"

namespace headlight::tasks {

struct DrawnText {
  Nodes body;
  Bindings bindings;
  Rendered rendered;
  std::vector<std::string> answers, wrong;  // wrong ones that are also answers are left out
  std::string label, group;
  std::string gate;  // "" when the task asks nothing without the prompt
  std::vector<std::string> gate_answers;
};

// `order` in [0, task.n_orders()) fixes what the task balances.
DrawnText draw_text(const TemplateTask& task, size_t order, Random& random);

// The same draw with the corruption's values. REQUIRES task.corrupted, and that it does not shuffle tokens.
Rendered draw_twin(const TemplateTask& task, const DrawnText& clean, Random& random);

// Orders in turn such that both halves of a list, and its even and odd places, have each equally often (ABBA for two).
size_t order_in_turn(size_t index, size_t n_orders);

}  // namespace headlight::tasks
