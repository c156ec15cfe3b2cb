// Headlight's plugin boundary in C++: derive from Family or Method, describe it, and let one macro export it.
// plugins/README.md is the tutorial; plugin.h is what lies beneath. Header only; needs the standard library alone.
#pragma once

#include <headlight/plugin.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::sdk {

// ---- The manifest: constant data, written with designated initialisers.

struct OutputFacts {
  const char* name;
  const char* doc;
  const char* unit;  // "share", "logits", "nats"
  double min, max;   // a value outside is a defect
  std::optional<double> threshold = {};
  const char* threshold_source = "";
  uint32_t best_of_first = 0, best_of_count = 0;  // count > 0: for each head the best of these outputs; never emitted
};
constexpr headlight_output output(const OutputFacts& facts) {
  return {.size = sizeof(headlight_output),
          .has_threshold = facts.threshold.has_value(),
          .name = facts.name,
          .doc = facts.doc,
          .unit = facts.unit,
          .min = facts.min,
          .max = facts.max,
          .threshold = facts.threshold.value_or(0),
          .threshold_source = facts.threshold_source,
          .best_of_first = facts.best_of_first,
          .best_of_count = facts.best_of_count};
}

constexpr headlight_reference reference(const char* title, const char* url) { return {sizeof(headlight_reference), title, url}; }

struct ParameterFacts {
  const char* name;
  const char* doc;
  double default_value, min, max;
  bool integer = false;
};
constexpr headlight_parameter parameter(const ParameterFacts& facts) {
  return {.size = sizeof(headlight_parameter),
          .type = facts.integer ? HEADLIGHT_TYPE_INTEGER : HEADLIGHT_TYPE_NUMBER,
          .name = facts.name,
          .doc = facts.doc,
          .default_value = facts.default_value,
          .min = facts.min,
          .max = facts.max};
}

// What families and methods both say of themselves.
struct Facts {
  const char* id;
  const char* version;
  const char* title;
  const char* summary;
  headlight_stage stage = HEADLIGHT_STAGE_NONE;  // of a family
  const char* formula = "";
  const char* formula_source = "R";              // C P S 2 M R
  headlight_null null_kind = HEADLIGHT_NULL_RANDOM_WEIGHTS;
  std::span<const headlight_reference> references = {};
  std::span<const headlight_parameter> parameters = {};
  std::span<const headlight_output> outputs = {};
  std::span<const headlight_site> sites = {};      // of a family
  std::span<const char* const> tasks = {};         // of a family
  bool measures_family = false;                    // of a method
  bool needs_circuits = false;                     // of a family: circuits() is there
  int n_decoded = 0;                               // of a family: prompts are continued greedily by up to so many tokens
};
constexpr headlight_manifest manifest(headlight_kind kind, const Facts& facts) {
  return {.size = sizeof(headlight_manifest),
          .kind = kind,
          .stage = facts.stage,
          .null_kind = facts.null_kind,
          .id = facts.id,
          .version = facts.version,
          .title = facts.title,
          .summary = facts.summary,
          .formula = facts.formula,
          .formula_source = facts.formula_source,
          .references = facts.references.data(),
          .n_references = static_cast<uint32_t>(facts.references.size()),
          .n_parameters = static_cast<uint32_t>(facts.parameters.size()),
          .parameters = facts.parameters.data(),
          .outputs = facts.outputs.data(),
          .n_outputs = static_cast<uint32_t>(facts.outputs.size()),
          .n_sites = static_cast<uint32_t>(facts.sites.size()),
          .sites = facts.sites.data(),
          .tasks = facts.tasks.data(),
          .n_tasks = static_cast<uint32_t>(facts.tasks.size()),
          .measures_family = facts.measures_family,
          .needs = facts.needs_circuits ? static_cast<uint32_t>(HEADLIGHT_NEEDS_CIRCUITS) : 0u,
          .n_decoded = facts.n_decoded};
}
constexpr headlight_manifest family_manifest(const Facts& facts) { return manifest(HEADLIGHT_FAMILY, facts); }
constexpr headlight_manifest method_manifest(const Facts& facts) { return manifest(HEADLIGHT_METHOD, facts); }

// ---- Errors: throw this, or any standard exception, anywhere in a plugin.

class Failure : public std::runtime_error {
 public:
  Failure(headlight_code code, const std::string& message) : std::runtime_error(message), code_(code) {}
  headlight_code code() const { return code_; }

 private:
  headlight_code code_;
};

namespace detail {

// Runs `body`, turning what it throws into the boundary's pair of code and message.
template <typename Body>
headlight_code guarded(const headlight_host* host, Body body) noexcept {
  try {
    body();
    return HEADLIGHT_OK;
  } catch (const Failure& failure) {
    if (host) host->fail(host->context, failure.code(), failure.what());
    return failure.code();
  } catch (const std::bad_alloc&) {
    if (host) host->fail(host->context, HEADLIGHT_OUT_OF_MEMORY, "the memory budget is used up: raise --memory");
    return HEADLIGHT_OUT_OF_MEMORY;
  } catch (const std::exception& exception) {
    if (host) host->fail(host->context, HEADLIGHT_INTERNAL, exception.what());
  } catch (...) {
    if (host) host->fail(host->context, HEADLIGHT_INTERNAL, "an exception that is no std::exception");
  }
  return HEADLIGHT_INTERNAL;
}

// The host has already recorded why.
inline void check(headlight_code code) {
  if (code != HEADLIGHT_OK) throw Failure(code, code == HEADLIGHT_CANCELLED ? "cancelled" : "refused by the host");
}

}  // namespace detail

// ---- What a plugin sees.

struct Head {
  int layer = 0, head = 0;
};

struct Span {
  int begin = 0, end = 0;  // tokens, end exclusive
};

class Prompt {
 public:
  explicit Prompt(const headlight_prompt& raw) : raw_(&raw) {}
  int index() const { return raw_->index; }
  int n_tokens() const { return raw_->n_tokens; }
  std::span<const int32_t> tokens() const { return {raw_->tokens, static_cast<size_t>(raw_->n_tokens)}; }
  // The place of this name, the first of several.
  std::optional<Span> role(std::string_view name) const {
    for (int i = 0; i < raw_->n_roles; ++i)
      if (name == raw_->roles[i].name) return Span{raw_->roles[i].begin, raw_->roles[i].end};
    return std::nullopt;
  }
  std::vector<Span> roles(std::string_view name) const {
    std::vector<Span> places;
    for (int i = 0; i < raw_->n_roles; ++i)
      if (name == raw_->roles[i].name) places.push_back({raw_->roles[i].begin, raw_->roles[i].end});
    return places;
  }
  int n_given() const { return raw_->n_given; }  // the tokens after these were decoded
  int end() const { return raw_->n_given - 1; }  // the position that predicts the answer
  // First tokens of what is right after the prompt, and of what it is compared with; empty where the task asks at many positions.
  std::span<const int32_t> answers() const { return {raw_->answers, static_cast<size_t>(raw_->n_answers)}; }
  std::span<const int32_t> wrong() const { return {raw_->wrong, static_cast<size_t>(raw_->n_wrong)}; }
  std::string_view piece(int position) const { return raw_->pieces[position]; }
  int word(int position) const { return raw_->words[position]; }  // -1: none

 private:
  const headlight_prompt* raw_;
};

class Capture {
 public:
  explicit Capture(const headlight_capture& raw) : raw_(&raw) {}
  headlight_site site() const { return raw_->site; }
  int layer() const { return raw_->layer; }
  int n_heads() const { return raw_->n_heads; }
  int width() const { return raw_->width; }
  int query_begin() const { return raw_->query_begin; }
  int query_end() const { return raw_->query_begin + raw_->n_queries; }

  // PATTERN and ATTN_SCORES: what a query (a position of the prompt, query_begin() <= query < query_end()) gives to its keys 0 .. query.
  std::span<const float> row(int head, int query) const {
    const auto line = static_cast<size_t>(head) * static_cast<size_t>(raw_->n_queries) + static_cast<size_t>(query - raw_->query_begin);
    return {raw_->values + line * static_cast<size_t>(raw_->n_keys), static_cast<size_t>(query) + 1};
  }
  // The other sites: the vector of a head (0 for the residual stream) at a position.
  std::span<const float> vector(int head, int position) const {
    const auto place = static_cast<size_t>(position - raw_->query_begin) * static_cast<size_t>(raw_->n_heads) + static_cast<size_t>(head);
    return {raw_->values + place * static_cast<size_t>(raw_->width), static_cast<size_t>(raw_->width)};
  }

 private:
  const headlight_capture* raw_;
};

// One number per head; heads that are never set count as not measured.
class HeadGrid {
 public:
  explicit HeadGrid(const headlight_model& model)
      : n_heads_(model.n_heads), values_(static_cast<size_t>(model.n_layers) * static_cast<size_t>(model.n_heads)), present_(values_.size()) {}
  void set(Head head, double value) {
    values_[place(head)] = value;
    present_[place(head)] = 1;
  }
  double& operator()(Head head) { return values_[place(head)]; }
  double operator()(Head head) const { return values_[place(head)]; }
  const double* values() const { return values_.data(); }
  const uint8_t* present() const { return present_.data(); }

 private:
  size_t place(Head head) const { return static_cast<size_t>(head.layer) * static_cast<size_t>(n_heads_) + static_cast<size_t>(head.head); }
  int n_heads_;
  std::vector<double> values_;
  std::vector<uint8_t> present_;
};

// The weights at work, all heads of a layer at once; rows are packed. See headlight_circuits.
class Circuits {
 public:
  Circuits(const headlight_circuits& raw, const headlight_model& model) : raw_(&raw), model_(&model) {}

  // [token, d_model]
  std::vector<float> embed(std::span<const int32_t> tokens) const { return embedded(tokens, false); }
  std::vector<float> embed_effectively(std::span<const int32_t> tokens) const { return embedded(tokens, true); }
  // [row, d_model]
  std::vector<float> head_input(int layer, std::span<const float> residual) const {
    std::vector<float> out(residual.size());
    detail::check(raw_->head_input(raw_->context, layer, residual.data(), residual.size() / width(), out.data()));
    return out;
  }
  // [row, head, d_head]
  std::vector<float> values(int layer, std::span<const float> input) const {
    const size_t n = input.size() / width();
    std::vector<float> out(n * heads_width());
    detail::check(raw_->values(raw_->context, layer, input.data(), n, out.data()));
    return out;
  }
  // [row, head, d_model]
  std::vector<float> results(int layer, std::span<const float> z) const {
    const size_t n = z.size() / heads_width();
    std::vector<float> out(n * static_cast<size_t>(model_->n_heads) * width());
    detail::check(raw_->results(raw_->context, layer, z.data(), n, out.data()));
    return out;
  }
  // [head, query, key]
  std::vector<float> scores(int layer, std::span<const float> queries, std::span<const float> keys) const {
    const size_t n_queries = queries.size() / width(), n_keys = keys.size() / width();
    std::vector<float> out(static_cast<size_t>(model_->n_heads) * n_queries * n_keys);
    detail::check(raw_->scores(raw_->context, layer, queries.data(), n_queries, keys.data(), n_keys, out.data()));
    return out;
  }
  // [row, token]; the whole vocabulary for no tokens
  std::vector<float> logits(std::span<const float> residual, std::span<const int32_t> tokens = {}) const {
    const size_t n = residual.size() / width(), n_out = tokens.empty() ? static_cast<size_t>(model_->vocab_size) : tokens.size();
    std::vector<float> out(n * n_out);
    detail::check(raw_->logits(raw_->context, residual.data(), n, tokens.data(), tokens.size(), out.data()));
    return out;
  }
  // From Family::end only. [row, head, token]: direct logit attribution of rows of z at a position of the current prompt.
  std::vector<float> direct_effects(int layer, std::span<const float> z, int position, std::span<const int32_t> tokens) const {
    const size_t n = z.size() / heads_width();
    std::vector<float> out(n * static_cast<size_t>(model_->n_heads) * tokens.size());
    detail::check(raw_->direct_effects(raw_->context, layer, z.data(), n, position, tokens.data(), tokens.size(), out.data()));
    return out;
  }

 private:
  size_t width() const { return static_cast<size_t>(model_->d_model); }
  size_t heads_width() const { return static_cast<size_t>(model_->n_heads) * static_cast<size_t>(model_->d_head); }
  std::vector<float> embedded(std::span<const int32_t> tokens, bool effective) const {
    std::vector<float> out(tokens.size() * width());
    detail::check(raw_->embed(raw_->context, tokens.data(), tokens.size(), effective, out.data()));
    return out;
  }
  const headlight_circuits* raw_;
  const headlight_model* model_;
};

class Host {
 public:
  explicit Host(const headlight_host* raw) : raw_(raw) {}
  const headlight_model& model() const { return *raw_->model; }
  double parameter(size_t index) const { return raw_->parameters[index]; }
  // Of a family that needs them.
  Circuits circuits() const { return Circuits(*raw_->circuits, model()); }
  void emit(uint32_t output, const HeadGrid& grid) const { detail::check(raw_->emit(raw_->context, output, grid.values(), grid.present())); }
  const headlight_host* raw() const { return raw_; }

 private:
  const headlight_host* raw_;
};

// ---- A family observes: one object per run; captures of a prompt come between begin and end.

class Family {
 public:
  explicit Family(const headlight_host* host) : host_(host) {}
  virtual ~Family() = default;
  virtual void begin(const Prompt& prompt) = 0;
  virtual void observe(const Capture& capture) = 0;
  virtual void end() = 0;  // emits

  const Host& host() const { return host_; }
  const headlight_model& model() const { return host_.model(); }

 private:
  Host host_;
};

// Means over what is seen of a prompt: one running sum for each output and head. Heads that nothing was added for count as not
// measured.
class Tally {
 public:
  Tally(const headlight_model& model, size_t n_outputs) : n_heads_(static_cast<size_t>(model.n_heads)) {
    sums_.resize(n_outputs, std::vector<Sum>(static_cast<size_t>(model.n_layers) * n_heads_));
  }
  void add(uint32_t output, Head head, double value, double weight = 1) {
    Sum& sum = sums_[output][place(head)];
    sum.value += weight * value;
    sum.weight += weight;
  }
  bool has(uint32_t output, Head head) const { return sums_[output][place(head)].weight != 0; }
  double mean(uint32_t output, Head head) const { return sums_[output][place(head)].value / sums_[output][place(head)].weight; }
  void clear() {
    for (auto& sums : sums_) std::fill(sums.begin(), sums.end(), Sum{});
  }

 private:
  struct Sum {
    double value = 0, weight = 0;
  };
  size_t place(Head head) const { return static_cast<size_t>(head.layer) * n_heads_ + static_cast<size_t>(head.head); }
  size_t n_heads_;
  std::vector<std::vector<Sum>> sums_;  // [output][layer, head]
};

// A family whose outputs are means over what it sees of a prompt: it adds to tally(), and the rest follows. MANIFEST's outputs that
// are the best of others are left to the host.
class MeanFamily : public Family {
 public:
  MeanFamily(const headlight_host* host, const headlight_manifest& manifest)
      : Family(host), manifest_(&manifest), tally_(model(), manifest.n_outputs) {}

  void begin(const Prompt& prompt) final {
    tally_.clear();
    look_at(prompt);
  }
  void end() final {
    finish();
    for (uint32_t output = 0; output < manifest_->n_outputs; ++output) {
      if (manifest_->outputs[output].best_of_count > 0) continue;
      HeadGrid grid(model());
      for (int layer = 0; layer < model().n_layers; ++layer)
        for (int h = 0; h < model().n_heads; ++h)
          if (const Head head{layer, h}; tally_.has(output, head)) grid.set(head, tally_.mean(output, head));
      host().emit(output, grid);
    }
  }

 protected:
  virtual void look_at(const Prompt& prompt) = 0;  // keeps what observe() needs of it: the prompt is borrowed
  virtual void finish() {}                         // after all captures; direct effects belong here
  Tally& tally() { return tally_; }

 private:
  const headlight_manifest* manifest_;
  Tally tally_;
};

// ---- A method drives.

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

namespace detail {

struct OpenFamily {
  const headlight_host* host;
  Family* family;
};

template <typename Class>
constexpr headlight_family family_functions() {
  return {.size = sizeof(headlight_family),
          .open = [](const headlight_host* host, void** state) {
            return guarded(host, [&] { *state = new OpenFamily{host, new Class(host)}; });
          },
          .begin_prompt = [](void* state, const headlight_prompt* prompt) {
            auto& open = *static_cast<OpenFamily*>(state);
            return guarded(open.host, [&] { open.family->begin(Prompt(*prompt)); });
          },
          .observe = [](void* state, const headlight_capture* capture) {
            auto& open = *static_cast<OpenFamily*>(state);
            return guarded(open.host, [&] { open.family->observe(Capture(*capture)); });
          },
          .end_prompt = [](void* state) {
            auto& open = *static_cast<OpenFamily*>(state);
            return guarded(open.host, [&] { open.family->end(); });
          },
          .close = [](void* state) {
            auto* open = static_cast<OpenFamily*>(state);
            delete open->family;
            delete open;
          }};
}

template <typename Class>
constexpr headlight_method method_functions() {
  return {.size = sizeof(headlight_method), .run = [](const headlight_host* host, const headlight_session* session) {
            return guarded(host, [&] {
              Class method;
              method.run(Session(host, session));
            });
          }};
}

}  // namespace detail
}  // namespace headlight::sdk

// At the end of a plugin's file. MANIFEST is a constexpr headlight_manifest.
#define HEADLIGHT_EXPORT_FAMILY(CLASS, MANIFEST)                                                                          \
  static constexpr headlight_family kHeadlightFamily = headlight::sdk::detail::family_functions<CLASS>();                 \
  extern "C" HEADLIGHT_EXPORT constexpr headlight_plugin headlight_plugin_v1 = {sizeof(headlight_plugin),                 \
                                                                                HEADLIGHT_ABI_MINOR, &MANIFEST, &kHeadlightFamily, nullptr};
#define HEADLIGHT_EXPORT_METHOD(CLASS, MANIFEST)                                                                          \
  static constexpr headlight_method kHeadlightMethod = headlight::sdk::detail::method_functions<CLASS>();                 \
  extern "C" HEADLIGHT_EXPORT constexpr headlight_plugin headlight_plugin_v1 = {sizeof(headlight_plugin),                 \
                                                                                HEADLIGHT_ABI_MINOR, &MANIFEST, nullptr, &kHeadlightMethod};
