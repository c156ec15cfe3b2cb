#include "core/tasks/data_prompts.hpp"

#include <algorithm>
#include <numeric>

#include "core/base/random.hpp"
#include "core/tasks/prompt_builder.hpp"
#include "core/tasks/prompt_set.hpp"
#include "core/tasks/schema.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tasks {
namespace {

TextSpan read_span(const Json& value, const std::string& place, int n_code_points) {
  if (!value.is_array() || value.size() != 2) fail_at(place, "expected [begin, end] in characters of the text");
  const auto begin = read_at(place, [&] { return value[size_t{0}].as_integer(); });
  const auto end = read_at(place, [&] { return value[size_t{1}].as_integer(); });
  if (begin < 0 || end <= begin || end > n_code_points)
    fail_at(place, "[" + std::to_string(begin) + ", " + std::to_string(end) + "] is no place in a text of " +
                       std::to_string(n_code_points) + " characters");
  return {.begin = static_cast<int>(begin), .end = static_cast<int>(end)};
}

// Every place where `part` stands in the text.
std::vector<TextSpan> places_of(const std::string& part, const std::string& text) {
  std::vector<TextSpan> places;
  const int n = static_cast<int>(tokenization::count_code_points(part));
  size_t done = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, done)) {
    const int between = static_cast<int>(tokenization::count_code_points(std::string_view(text).substr(done, at - done)));
    const int begin = between + (places.empty() ? 0 : places.back().end);
    places.push_back({.begin = begin, .end = begin + n});
    done = at + part.size();
  }
  return places;
}

// "France", ["France", "Paris"], [4, 10] or [[4, 10], [20, 25]].
std::vector<TextSpan> read_places(const Json& value, const std::string& place, const std::string& text, int n_code_points) {
  if (value.is_array() && value.size() > 0 && !value[size_t{0}].is_string()) {
    if (!value[size_t{0}].is_array()) return {read_span(value, place, n_code_points)};
    std::vector<TextSpan> places;
    for (size_t i = 0; i < value.size(); ++i) places.push_back(read_span(value[i], inner_place(place, i), n_code_points));
    return places;
  }
  std::vector<TextSpan> places;
  for (const std::string& part : one_or_more_texts(value, place)) {
    const auto found = part.empty() ? std::vector<TextSpan>() : places_of(part, text);
    if (found.empty()) fail_at(place, "\"" + part + "\" is not in the text");
    places.insert(places.end(), found.begin(), found.end());
  }
  std::sort(places.begin(), places.end(), [](const TextSpan& a, const TextSpan& b) { return a.begin < b.begin; });
  return places;
}

void read_row_roles(const Fields& row, int n, DrawnText& drawn) {
  const Json* roles = row.find("roles");
  if (!roles) return;
  for (const auto& [name, value] : named_members(*roles, row.place("roles"))) {
    const std::string place = inner_place(row.place("roles"), name);
    if (name == "end") fail_at(place, "\"end\" is always the last token; choose another name");
    for (const TextSpan& span : read_places(value, place, drawn.rendered.text, n))
      drawn.rendered.occurrences.push_back({name, span.begin, span.end});
  }
}

void read_grammar_of_row(const Fields& row, int n, DrawnText& drawn) {
  if (const Json* words = row.find("words")) {
    if (!words->is_array()) fail_at(row.place("words"), "expected an array of [begin, end]");
    drawn.words.assign(static_cast<size_t>(n), -1);
    std::vector<size_t> next(static_cast<size_t>(n) + 1);  // [character]: one from it on, before which all belong to words
    std::iota(next.begin(), next.end(), size_t{0});
    const auto first_free = [&](size_t c) {
      while (next[c] != c) c = next[c] = next[next[c]];
      return c;
    };
    for (size_t i = 0; i < words->size(); ++i) {
      const TextSpan span = read_span((*words)[i], inner_place(row.place("words"), i), n);
      const auto end = static_cast<size_t>(span.end);
      for (size_t c = first_free(static_cast<size_t>(span.begin)); c < end; c = first_free(c)) {
        drawn.words[c] = static_cast<int>(i);
        next[c] = c + 1;
      }
    }
  }
  if (const Json* arcs = row.find("arcs")) {
    if (!arcs->is_array()) fail_at(row.place("arcs"), "expected an array of arcs");
    for (size_t i = 0; i < arcs->size(); ++i) {
      const Fields arc((*arcs)[i], inner_place(row.place("arcs"), i), {"relation", "dependent", "head"});
      drawn.arcs.push_back({.relation = arc.text("relation"),
                            .dependent = read_span(arc.at("dependent"), arc.place("dependent"), n),
                            .head = read_span(arc.at("head"), arc.place("head"), n)});
    }
  }
}

DrawnText read_row(const Json& value, const std::string& place) {
  const Fields row(value, place, {"text", "roles", "answer", "wrong", "label", "group", "corrupted", "words", "arcs"});
  DrawnText drawn;
  drawn.rendered.text = row.text("text");
  if (find_invalid_utf8(drawn.rendered.text) != std::string_view::npos) fail_at(row.place("text"), "it is not UTF-8");
  const int n = static_cast<int>(tokenization::count_code_points(drawn.rendered.text));
  read_row_roles(row, n, drawn);
  read_grammar_of_row(row, n, drawn);
  if (const Json* answer = row.find("answer")) drawn.answers = one_or_more_texts(*answer, row.place("answer"));
  if (const Json* wrong = row.find("wrong")) drawn.wrong = one_or_more_texts(*wrong, row.place("wrong"));
  for (const auto* texts : {&drawn.answers, &drawn.wrong})
    if (std::find(texts->begin(), texts->end(), "") != texts->end()) fail_at(place, "an answer is not empty");
  if (row.has("label")) drawn.label = row.text("label");
  if (row.has("group")) drawn.group = row.text("group");
  if (row.has("corrupted")) {  // its places are those of the text
    drawn.twin = drawn.rendered;
    drawn.twin->text = row.text("corrupted");
  }
  return drawn;
}

MetricSpec read_metric_of_rows(const Json& value, const std::vector<DrawnText>& rows) {
  const Fields fields(value, "metric", {"kind", "over"});
  MetricSpec metric{.kind = read_metric_kind(fields), .over = Over::answer, .role = ""};
  const std::string over = fields.choice("over", "answer", {"answer", "all_tokens", "second_occurrence"});
  if (over == "all_tokens") metric.over = Over::all_tokens;
  if (over == "second_occurrence") metric.over = Over::second_occurrence;
  for (size_t i = 0; i < rows.size() && metric.over == Over::answer; ++i) {
    if (rows[i].answers.empty()) fail_at(inner_place("data.rows", i), "a metric over the answer needs an \"answer\" in every row");
    if (metric.kind == MetricKind::logit_difference && rows[i].wrong.empty())
      fail_at(inner_place("data.rows", i), "a logit difference needs \"wrong\" in every row");
  }
  if (metric.kind == MetricKind::logit_difference && metric.over != Over::answer)
    fail_at("metric.kind", "a logit difference is over the answer; use another kind over " + over);
  return metric;
}

}  // namespace

DataTask read_data_task(const Json& definition) {
  const Fields fields(definition, "", {"id", "version", "title", "summary", "data", "answer_tokens", "metric", "corrupted"});
  const Fields data(fields.at("data"), "data", {"rows"});
  const Json& rows = data.at("rows");
  if (!rows.is_array() || rows.size() < 2) fail_at("data.rows", "expected an array of at least two rows");
  DataTask task;
  for (size_t i = 0; i < rows.size(); ++i) task.rows.push_back(read_row(rows[i], inner_place("data.rows", i)));
  task.rules.roles.push_back({.name = "end", .of = ""});
  for (const DrawnText& row : task.rows)
    for (const Occurrence& place : row.rendered.occurrences)
      if (std::none_of(task.rules.roles.begin(), task.rules.roles.end(),
                       [&](const RoleSpec& role) { return role.name == place.name; }))
        task.rules.roles.push_back({.name = place.name, .of = place.name, .occurrence = kEveryOccurrence});
  task.rules.may_lack_roles = true;
  task.rules.single_token_answers = fields.choice("answer_tokens", "first", {"first", "single"}) == "single";
  if (const Json* corrupted = fields.find("corrupted")) {
    const Fields shuffle(*corrupted, "corrupted", {"shuffle"});
    task.rules.corrupted.emplace().shuffle = read_shuffle(task.rules.roles, shuffle.at("shuffle"), "corrupted.shuffle");
  }
  const Json* metric = fields.find("metric");
  task.rules.metric = read_metric_of_rows(metric ? *metric : default_metric(), task.rows);
  return task;
}

PromptSet make_data_prompts(const DataTask& task, const std::string& id, const PromptContext& context, int count,
                            std::uint64_t seed) {
  if (!context.tokenizer) not_measurable(id, "it is made of texts, and the model has no tokenizer");
  std::vector<size_t> order(task.rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Random(seed, id + "/order").shuffle(order);
  const PromptBuilder builder(task.rules, context);
  PromptSet result;
  result.metric = task.rules.metric.kind;
  Drops drops;
  for (const size_t index : order) {
    if (static_cast<int>(result.prompts.size()) == count) break;
    ++result.n_tried;
    Random random(seed, id + "/" + std::to_string(index));
    Attempt attempt = builder.build(task.rows[index], random);
    if (attempt.why_not.empty()) {
      result.prompts.push_back(std::move(attempt.prompt));
    } else {
      drops.add(attempt.why_not);
    }
  }
  finish_set(result, id, count, drops);
  return result;
}

}  // namespace headlight::tasks
