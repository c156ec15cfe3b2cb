// What a plugin says of itself: constant data, written with designated initialisers.
#pragma once

#include <headlight/plugin.h>

#include <cstdint>
#include <optional>
#include <span>

namespace headlight::sdk {

struct OutputFacts {
  const char* name;
  const char* doc;
  const char* unit;  // "share", "logits", "nats"
  double min, max;   // a value outside is a defect
  std::optional<double> threshold = {};
  const char* threshold_source = "";
  uint32_t best_of_first = 0, best_of_count = 0;  // count > 0: for each head the best of these outputs; never emitted
  headlight_across across = HEADLIGHT_ACROSS_NOTHING;  // a number of many prompts, from outputs that are emitted; never emitted
  uint32_t across_first = 0, across_second = 0, across_count = 1;
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
          .best_of_count = facts.best_of_count,
          .across = facts.across,
          .across_first = facts.across_first,
          .across_second = facts.across_second,
          .across_count = facts.across == HEADLIGHT_ACROSS_NOTHING ? 0 : facts.across_count};
}
// Whether the host makes the output of others.
constexpr bool is_derived(const headlight_output& output) { return output.best_of_count > 0 || output.across != HEADLIGHT_ACROSS_NOTHING; }
// Outputs that are there to be seen, and judge nothing: a share, and what a head adds to logits.
constexpr headlight_output share_output(const char* name, const char* doc) {
  return output({.name = name, .doc = doc, .unit = "share", .min = 0, .max = 1});
}
constexpr headlight_output effect_output(const char* name, const char* doc) {
  return output({.name = name, .doc = doc, .unit = "logits", .min = -1e4, .max = 1e4});
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

}  // namespace headlight::sdk
