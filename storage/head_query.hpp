// Asking for heads: what to find, in which order, and what comes back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/head_id.hpp"
#include "storage/verdict.hpp"

namespace headlight {

// The columns of the view `heads` that rows can be sorted by.
enum class HeadField { model, head, layer, index, family, method, task, score, ci_low, ci_high, null_mean, q, n, verdict };
std::string_view to_string(HeadField field);

struct HeadOrder {
  HeadField field = HeadField::score;
  bool descending = true;
  bool operator==(const HeadOrder&) const = default;
};

// "score", "q", "score:asc", "model:desc". Without a direction the best comes first: large scores and counts, small q, names
// from a to z. Throws Error{bad_input} that lists the fields.
HeadOrder parse_head_order(std::string_view text);

// Conditions that all must hold; an empty one always does.
struct HeadQuery {
  std::string model = {}, family = {}, method = {}, task = {};  // exact words
  std::optional<Verdict> verdict = {};
  std::optional<double> min_score = {};
  std::optional<HeadId> head = {};
  // Words that each must be found in the model's, family's, method's or task's name (in any case), or be a head: "gpt induction L5H1".
  std::string search = {};
  HeadOrder order = {};
  std::optional<std::int64_t> limit = 100;  // rows; none: all
  std::int64_t offset = 0;                  // rows
};

// One row of the view `heads`.
struct HeadRow {
  std::string model;
  HeadId head;
  std::string family, method, task;
  std::optional<double> score = {}, ci_low = {}, ci_high = {}, null_mean = {}, q = {};
  std::optional<int> n = {};
  std::optional<double> threshold = {};
  Verdict verdict = Verdict::absent;
  std::string run;
};

struct HeadPage {
  std::vector<HeadRow> rows;  // ties: by model, layer, head, family, method, task; what has no value comes last
  std::int64_t total = 0;     // rows without limit and offset
};

struct FacetValue {
  std::string value;
  std::int64_t n = 0;  // rows
};

// How many rows each value would leave, all other conditions of the query being kept: largest first, ties by value.
struct Facets {
  std::vector<FacetValue> models, families, methods, tasks;
  std::vector<FacetValue> verdicts;  // all five, in their own order
};

}  // namespace headlight
