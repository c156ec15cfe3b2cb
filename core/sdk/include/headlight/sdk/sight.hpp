// What a plugin sees: prompts and captures; and the grid of numbers that it gives back.
#pragma once

#include <headlight/plugin.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace headlight::sdk {

struct Head {
  int layer = 0, head = 0;
};

struct Span {
  int begin = 0, end = 0;  // tokens, end exclusive
};

// An arc of a sentence's grammar.
struct Arc {
  std::string_view relation;  // "nsubj", "acl:relcl"
  Span dependent, head;       // the tokens of both words
};

// The weights of a row (keys 0 .. query) that lie in the span.
inline double sum(std::span<const float> row, Span span) {
  double total = 0;
  for (int key = std::max(0, span.begin); key < std::min(span.end, static_cast<int>(row.size())); ++key) total += row[static_cast<size_t>(key)];
  return total;
}

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
  // The grammar, of tasks that give it.
  std::vector<Arc> arcs() const {
    std::vector<Arc> arcs;
    for (int i = 0; i < raw_->n_arcs; ++i) {
      const headlight_arc& arc = raw_->arcs[i];
      arcs.push_back({arc.relation, {arc.dependent_begin, arc.dependent_end}, {arc.head_begin, arc.head_end}});
    }
    return arcs;
  }

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

}  // namespace headlight::sdk
