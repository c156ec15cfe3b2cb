#include "storage/head_query.hpp"

#include <array>

#include "core/base/error.hpp"

namespace headlight {
namespace {

struct Field {
  HeadField field;
  std::string_view word;
  bool descending;  // without a direction
};

constexpr std::array kFields{
    Field{HeadField::model, "model", false},        Field{HeadField::head, "head", false},
    Field{HeadField::layer, "layer", false},        Field{HeadField::index, "index", false},
    Field{HeadField::family, "family", false},      Field{HeadField::method, "method", false},
    Field{HeadField::task, "task", false},          Field{HeadField::score, "score", true},
    Field{HeadField::ci_low, "ci_low", true},       Field{HeadField::ci_high, "ci_high", true},
    Field{HeadField::null_mean, "null_mean", true}, Field{HeadField::q, "q", false},
    Field{HeadField::n, "n", true},                 Field{HeadField::verdict, "verdict", false},
};

[[noreturn]] void fail_query(std::string_view text) {
  std::string words;
  for (const Field& field : kFields) words += (words.empty() ? "" : ", ") + std::string(field.word);
  throw Error(ErrorCode::bad_input, "heads cannot be sorted by '" + std::string(text) + "'. Use one of " + words +
                                        ", if need be with a direction: score:asc, q:desc");
}

}  // namespace

std::string_view to_string(HeadField field) {
  for (const Field& entry : kFields)
    if (entry.field == field) return entry.word;
  return "score";
}

HeadOrder parse_head_order(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  for (const Field& entry : kFields) {
    if (entry.word != word) continue;
    if (colon == std::string_view::npos) return {.field = entry.field, .descending = entry.descending};
    const std::string_view direction = text.substr(colon + 1);
    if (direction != "asc" && direction != "desc") fail_query(text);
    return {.field = entry.field, .descending = direction == "desc"};
  }
  fail_query(text);
}

}  // namespace headlight
