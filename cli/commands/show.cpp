// headlight show: all that is known of one head, attentional and causal evidence side by side.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "core/base/error.hpp"
#include "storage/catalogue.hpp"
#include "storage/head_profile.hpp"

namespace headlight {
namespace {

Json values_json(const std::vector<float>& values) {
  Json array = Json::array();
  for (const float value : values) array.push(static_cast<double>(value));
  return array;
}

Json to_json(const OutputEvidence& evidence) {
  const HeadResult& r = evidence.result;
  return Json::object({{"output", evidence.output.name},
                       {"doc", evidence.output.doc},
                       {"unit", evidence.output.unit},
                       {"score", json_or_null(r.score)},
                       {"ci_low", json_or_null(r.ci_low)},
                       {"ci_high", json_or_null(r.ci_high)},
                       {"null_mean", json_or_null(r.null_mean)},
                       {"p", json_or_null(r.p)},
                       {"q", json_or_null(r.q)},
                       {"n", r.n},
                       {"selection_score", json_or_null(r.selection_score)},
                       {"threshold", json_or_null(evidence.output.threshold)},
                       {"threshold_source", evidence.output.threshold_source},
                       {"values", values_json(r.values)},
                       {"null_values", values_json(r.null_values)}});
}

Json to_json(const FamilyProfile& p) {
  return Json::object({{"family", p.family},
                       {"verdict", std::string(to_string(p.verdict))},
                       {"task", p.task},
                       {"score", json_or_null(p.score)},
                       {"ci_low", json_or_null(p.ci_low)},
                       {"ci_high", json_or_null(p.ci_high)},
                       {"unit", p.unit.empty() ? Json() : Json(p.unit)},
                       {"null_mean", json_or_null(p.null_mean)},
                       {"threshold", json_or_null(p.threshold)},
                       {"effect", json_or_null(p.effect)},
                       {"effect_method", json_or_null(p.effect_method)},
                       {"effect_unit", json_or_null(p.effect_unit)},
                       {"n_tasks", p.n_tasks},
                       {"n_measurable", p.n_measurable}});
}

Json to_json(const HeadEvidence& head) {
  Json detectors = Json::array();
  for (const DetectorEvidence& detector : head.detectors) {
    Json outputs = Json::array();
    for (const OutputEvidence& output : detector.outputs) outputs.push(to_json(output));
    detectors.push(Json::object({{"family", detector.name.family},
                                 {"method", detector.name.method},
                                 {"task", detector.name.task},
                                 {"evidence", detector.measures_family ? "attentional" : "causal"},
                                 {"verdict", std::string(to_string(detector.verdict))},
                                 {"run", detector.run.run},
                                 {"why_not", detector.run.why_not.empty() ? Json() : Json(detector.run.why_not)},
                                 {"outputs", outputs}}));
  }
  Json profile = Json::array();
  for (const FamilyProfile& p : profile_of(head)) profile.push(to_json(p));
  return Json::object({{"model", head.model.record.name}, {"fingerprint", head.model.record.fingerprint}, {"head", to_string(head.head)},
                       {"layer", head.head.layer}, {"index", head.head.head}, {"profile", profile}, {"detectors", detectors}});
}

// A line for each family: the best of its tasks.
void print_profile(const HeadEvidence& head) {
  Table table({{"family"}, {"verdict"}, {"task"}, {"score", true}, {"95 % interval"}, {"unit"}, {"null", true}, {"threshold", true}, {"effect", true},
               {"of"}, {"tasks", true}, {"solved", true}});
  for (const FamilyProfile& p : profile_of(head)) {
    const Json interval = p.ci_low ? Json(short_text(*p.ci_low) + " to " + short_text(*p.ci_high)) : Json();
    table.add({p.family, std::string(to_string(p.verdict)), p.task, json_or_null(p.score), interval, p.unit.empty() ? Json() : Json(p.unit),
               json_or_null(p.null_mean), json_or_null(p.threshold), json_or_null(p.effect),
               p.effect_method ? Json(*p.effect_method + ", " + p.effect_unit.value_or("")) : Json(), p.n_tasks, p.n_measurable});
  }
  std::cout << "Family by family, on the task that says most:\n\n";
  table.print(std::cout);
}

void print(const HeadEvidence& head) {
  const ModelRecord& model = head.model.record;
  std::cout << to_string(head.head) << " of " << model.name << " (" << model.architecture << ", " << model.n_layers << " layers x " << model.n_heads
            << " heads";
  if (model.n_kv_heads != model.n_heads) {
    const int group = model.n_heads / model.n_kv_heads, kv = head.head.head / group;
    std::cout << "; keys and values of L" << head.head.layer << "KV" << kv << ", shared by H" << kv * group << " to H" << kv * group + group - 1;
  }
  std::cout << ")\n\n";
  Table table({{"family"}, {"task"}, {"evidence"}, {"output"}, {"score", true}, {"95 % interval"}, {"null", true}, {"q", true}, {"n", true}, {"threshold", true},
               {"unit"}, {"verdict"}});
  for (const DetectorEvidence& detector : head.detectors)
    for (const OutputEvidence& evidence : detector.outputs) {
      const HeadResult& r = evidence.result;
      const Json interval = r.ci_low ? Json(short_text(*r.ci_low) + " to " + short_text(*r.ci_high)) : Json();
      table.add({detector.name.family, detector.name.task, detector.measures_family ? "attention" : detector.name.method, evidence.output.name,
                 json_or_null(r.score), interval, json_or_null(r.null_mean), json_or_null(r.q), r.n, json_or_null(evidence.output.threshold),
                 evidence.output.unit, std::string(to_string(detector.verdict))});
    }
  if (table.empty()) {
    std::cout << "Nothing is known of this head yet: run headlight scan " << model.path << "\n";
    return;
  }
  print_profile(head);
  std::cout << "\nAll that was measured:\n\n";
  table.print(std::cout);
}

int run(const ParsedOptions& options, const Environment&) {
  const auto head = parse_head_id(options.positionals[1]);
  if (!head) throw Error(ErrorCode::bad_input, "\"" + options.positionals[1] + "\" is no head: write L5H1, 5.1 or 5-1");
  Catalogue catalogue(catalogue_path(options));
  const HeadEvidence evidence = catalogue.head(options.positionals[0], *head);
  if (options.has("json"))
    std::cout << to_pretty_text(to_json(evidence)) << "\n";
  else
    print(evidence);
  return kDone;
}

}  // namespace

Command show_command() {
  return {.spec = {.name = "show",
                   .summary = "Shows all that is known of one head.",
                   .positionals = "MODEL HEAD",
                   .min_positionals = 2,
                   .max_positionals = 2,
                   .options = {json_option(), db_option()},
                   .notes = "HEAD is written L5H1, 5.1, 5-1, a5.h1 or \"(5, 1)\"."},
          .run = run};
}

}  // namespace headlight
