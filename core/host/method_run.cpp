#include "core/host/method_run.hpp"

#include <cstddef>
#include <memory>

#include "core/host/grown_struct.hpp"
#include "core/host/plugin_host.hpp"

namespace headlight {
namespace {

class SessionHost {
 public:
  explicit SessionHost(const MethodContext& context)
      : c_(context), host_(*context.model, context.has_bos, context.run->spec.method_parameters), prompts_(*context.set) {
    session_ = {.size = sizeof(headlight_session),
                .context = this,
                .n_prompts = static_cast<int32_t>(prompts_.all().size()),
                .prompt = [](void* self, int32_t index, headlight_prompt* out) {
                  return guard(self, [&](SessionHost& s) {
                    copy_prompt(*s.prompts_.all()[s.checked(index)], s.c_.run->method.plugin->abi_minor, out);
                  });
                },
                .clean_metric = [](void* self, int32_t index, double* metric) {
                  return guard(self, [&](SessionHost& s) { *metric = s.c_.clean->at(s.checked(index)).metric; });
                },
                .evaluate = [](void* self, const headlight_cell* cells, size_t n_cells,
                               headlight_code (*on_value)(void*, size_t, double), void* user) {
                  return guard(self, [&](SessionHost& s) { s.evaluate(cells, n_cells, on_value, user); });
                },
                .statistic = [](void* self, headlight_code (*on_value)(void*, int32_t, uint32_t, const double*, const uint8_t*), void* user) {
                  return guard(self, [&](SessionHost& s) { s.statistic(on_value, user); });
                },
                .emit = [](void* self, uint32_t output, int32_t layer, int32_t head, int32_t prompt, double value) {
                  const headlight_code code = guard(self, [&](SessionHost& s) { s.emit(output, layer, head, prompt, value); });
                  if (code != HEADLIGHT_OK) static_cast<SessionHost*>(self)->host_.refuse(code, "");
                  return code;
                },
                .progress = [](void* self, uint64_t done, uint64_t total) -> int32_t {
                  const auto& s = *static_cast<SessionHost*>(self);
                  return s.c_.progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
                }};
  }

  void run() {
    const auto& method = *c_.run->method.plugin->method;
    host_.check(method.run(host_.raw(), &session_), c_.run->method.info.id);
  }

 private:
  template <typename Body>
  static headlight_code guard(void* self, Body body) {
    auto& s = *static_cast<SessionHost*>(self);
    try {
      body(s);
      return HEADLIGHT_OK;
    } catch (const Error& error) {
      const auto code = static_cast<headlight_code>(error.code());
      s.host_.fail(code, error.what());
      return code;
    } catch (const std::exception& error) {
      s.host_.fail(HEADLIGHT_INTERNAL, error.what());
      return HEADLIGHT_INTERNAL;
    }
  }

  size_t checked(int32_t prompt) const {
    if (prompt < 0 || static_cast<size_t>(prompt) >= prompts_.all().size())
      throw Error(ErrorCode::plugin, "asks for prompt " + std::to_string(prompt) + " of " + std::to_string(prompts_.all().size()));
    return static_cast<size_t>(prompt);
  }

  Edit edit_from(const headlight_edit& raw) const {
    Edit edit{.op = static_cast<EditOp>(raw.op), .site = static_cast<SiteKind>(raw.site), .layer = raw.layer, .head = raw.head,
              .begin = raw.position_begin, .end = raw.position_end, .factor = raw.factor, .values = {}};
    if (raw.op < HEADLIGHT_EDIT_ZERO || raw.op > HEADLIGHT_EDIT_PROJECT_OUT) throw Error(ErrorCode::plugin, "asks for an edit of an unknown kind " + std::to_string(raw.op));
    if (raw.n_values) edit.values.assign(raw.values, raw.values + raw.n_values);
    return edit;
  }

  static headlight_cell cell_at(const headlight_cell* cells, size_t i) {
    return grown(cells, i, offsetof(headlight_cell, output), {.output = -1});
  }
  static headlight_edit edit_at(const headlight_edit* edits, size_t i) { return grown(edits, i, sizeof(headlight_edit)); }

  void evaluate(const headlight_cell* raw, size_t n_cells, headlight_code (*on_value)(void*, size_t, double), void* user) {
    if (!c_.evaluator) throw Error(ErrorCode::plugin, "evaluates cells although its manifest says that it measures the family");
    std::vector<Cell> cells;
    cells.reserve(n_cells);
    for (size_t i = 0; i < n_cells; ++i) {
      const headlight_cell cell = cell_at(raw, i);
      cells.push_back({.prompt = static_cast<int>(checked(cell.prompt)), .edits = {}});
      for (uint32_t e = 0; e < cell.n_edits; ++e) cells.back().edits.push_back(edit_from(edit_at(cell.edits, e)));
    }
    std::int64_t done = 0;
    for (const auto& group : c_.evaluator->plan(cells)) {
      if (!is_committed(raw, group)) {
        const auto values = c_.evaluator->evaluate(cells, group);
        for (size_t i = 0; i < group.size(); ++i) {
          const headlight_code code = on_value(user, group[i], values[i]);
          if (code != HEADLIGHT_OK) throw Error(ErrorCode::plugin, "refuses the value of a cell");
        }
        c_.deliver();
      }
      done += static_cast<std::int64_t>(group.size());
      if (!c_.progress(done, static_cast<std::int64_t>(n_cells))) throw Error(ErrorCode::cancelled, "cancelled");
    }
  }

  bool is_committed(const headlight_cell* raw, const std::vector<size_t>& group) const {
    for (const size_t i : group) {
      const headlight_cell cell = cell_at(raw, i);
      if (!c_.run->is_committed(cell.output, {cell.head_layer, cell.head}, cell.prompt)) return false;
    }
    return true;
  }

  void statistic(headlight_code (*on_value)(void*, int32_t, uint32_t, const double*, const uint8_t*), void* user) {
    if (!c_.grids) throw Error(ErrorCode::plugin, "asks for the family's statistic although its manifest does not say that it measures the family");
    for (const FamilyGrid& grid : *c_.grids) {
      const headlight_code code = on_value(user, grid.prompt, grid.output, grid.values.data(), grid.present.data());
      if (code != HEADLIGHT_OK) throw Error(ErrorCode::plugin, "refuses a statistic");
    }
  }

  void emit(uint32_t output, int32_t layer, int32_t head, int32_t prompt, double value) {
    const auto& attention = c_.model->attention;
    if (layer < 0 || layer >= c_.model->n_layers || head < 0 || head >= attention.n_heads)
      throw Error(ErrorCode::plugin, "emits a value of " + to_string(HeadId{layer, head}) + ", which the model does not have");
    checked(prompt);
    c_.run->emit(c_.part, c_.replicate, static_cast<int>(output), {layer, head}, prompt, value);
  }

  const MethodContext& c_;
  PluginHost host_;
  RawPrompts prompts_;
  headlight_session session_{};
};

}  // namespace

void run_method(const MethodContext& context) { SessionHost(context).run(); }

}  // namespace headlight
