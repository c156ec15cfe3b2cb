// A head over all families: one line for each, of all the tasks on which it was looked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/rows.hpp"

namespace headlight {

struct FamilyProfile {
  std::string family;
  Verdict verdict = Verdict::not_measurable;  // the best of its tasks
  std::string task;                           // of these the one with the largest statistic; what follows is of it
  std::string unit;
  std::optional<double> score, ci_low, ci_high, null_mean, threshold;  // the statistic; none where nothing was measured
  std::optional<std::string> effect_method = {}, effect_unit = {};     // of the effect furthest from 0 on this task
  std::optional<double> effect = {};
  int n_tasks = 0;       // on which it was looked for, count
  int n_measurable = 0;  // of these, those that the model solves, count
};

// By verdict, then by how many times its threshold a head's statistic is; families without a statistic of it last.
std::vector<FamilyProfile> profile_of(const HeadEvidence& head);

}  // namespace headlight
