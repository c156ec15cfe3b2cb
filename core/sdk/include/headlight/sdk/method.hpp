// A method drives: it hands over cells and gets their metric.
#pragma once

#include <headlight/sdk/errors.hpp>
#include <headlight/sdk/sight.hpp>

#include <functional>
#include <span>
#include <vector>

namespace headlight::sdk {

struct Cell {
  int prompt = 0;
  Head head;
  std::vector<headlight_edit> edits;
  int output = -1;  // the output that follows from this cell alone, if there is one: an interrupted run is spared it then
};

inline headlight_edit edit_z(headlight_edit_op op, Head head) {
  return {.size = sizeof(headlight_edit),
          .op = op,
          .site = HEADLIGHT_SITE_Z,
          .layer = head.layer,
          .head = head.head,
          .position_begin = 0,
          .position_end = -1,
          .factor = 1,
          .values = nullptr,
          .n_values = 0};
}

class Session {
 public:
  Session(const headlight_host* host, const headlight_session* raw) : host_(host), raw_(raw) {}
  const headlight_model& model() const { return *host_->model; }
  double parameter(size_t index) const { return host_->parameters[index]; }
  int n_prompts() const { return raw_->n_prompts; }

  headlight_prompt prompt(int index) const {
    headlight_prompt prompt{};
    prompt.size = sizeof(prompt);
    detail::check(raw_->prompt(raw_->context, index, &prompt));
    return prompt;
  }
  double clean_metric(int prompt) const {
    double metric = 0;
    detail::check(raw_->clean_metric(raw_->context, prompt, &metric));
    return metric;
  }
  // Calls back with each cell's index and metric. Emit there what follows from a cell: what an interrupted run has
  // delivered is not computed again.
  void evaluate(std::span<const Cell> cells, const std::function<void(size_t cell, double metric)>& on_value) const {
    std::vector<headlight_cell> raw;
    raw.reserve(cells.size());
    for (const Cell& cell : cells)
      raw.push_back({.size = sizeof(headlight_cell),
                     .prompt = cell.prompt,
                     .head_layer = cell.head.layer,
                     .head = cell.head.head,
                     .n_edits = static_cast<uint32_t>(cell.edits.size()),
                     .edits = cell.edits.data(),
                     .output = cell.output});
    Callback<decltype(on_value)> callback{host_, on_value};
    detail::check(raw_->evaluate(
        raw_->context, raw.data(), raw.size(),
        [](void* user, size_t cell, double metric) {
          auto& self = *static_cast<Callback<decltype(on_value)>*>(user);
          return detail::guarded(self.host, [&] { self.function(cell, metric); });
        },
        &callback));
  }
  // The family's statistic: calls back per prompt and output with [layer * n_heads + head] values; present marks measured heads.
  using OnStatistic = std::function<void(int prompt, uint32_t output, const double* values, const uint8_t* present)>;
  void statistic(const OnStatistic& on_value) const {
    Callback<const OnStatistic&> callback{host_, on_value};
    detail::check(raw_->statistic(
        raw_->context,
        [](void* user, int32_t prompt, uint32_t output, const double* values, const uint8_t* present) {
          auto& self = *static_cast<Callback<const OnStatistic&>*>(user);
          return detail::guarded(self.host, [&] { self.function(prompt, output, values, present); });
        },
        &callback));
  }
  void emit(uint32_t output, Head head, int prompt, double value) const {
    detail::check(raw_->emit(raw_->context, output, head.layer, head.head, prompt, value));
  }
  void progress(uint64_t done, uint64_t total) const {
    if (!raw_->progress(raw_->context, done, total)) throw Failure(HEADLIGHT_CANCELLED, "cancelled");
  }

 private:
  template <typename Function>
  struct Callback {
    const headlight_host* host;
    Function function;
  };
  const headlight_host* host_;
  const headlight_session* raw_;
};

class Method {
 public:
  virtual ~Method() = default;
  virtual void run(const Session& session) = 0;
};

}  // namespace headlight::sdk
