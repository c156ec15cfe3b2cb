#include "storage/head_profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace headlight {
namespace {

// What one task says: the statistic and the effects.
struct OnTask {
  const DetectorEvidence* statistic = nullptr;
  std::vector<const DetectorEvidence*> effects;
  Verdict verdict = Verdict::not_measurable;
};

const HeadResult* first_result(const DetectorEvidence& detector) {
  return detector.outputs.empty() ? nullptr : &detector.outputs.front().result;
}

double score_on(const OnTask& task) {
  const HeadResult* result = task.statistic ? first_result(*task.statistic) : nullptr;
  return result && result->score ? *result->score : -std::numeric_limits<double>::infinity();
}

void tell_statistic(const DetectorEvidence& statistic, FamilyProfile& profile) {
  const HeadResult* result = first_result(statistic);
  if (!result) return;
  const OutputRecord& output = statistic.outputs.front().output;
  profile.unit = output.unit;
  profile.threshold = output.threshold;
  profile.score = result->score;
  profile.ci_low = result->ci_low;
  profile.ci_high = result->ci_high;
  profile.null_mean = result->null_mean;
}

void tell_effect(const std::vector<const DetectorEvidence*>& effects, FamilyProfile& profile) {
  for (const DetectorEvidence* effect : effects) {
    const HeadResult* result = first_result(*effect);
    if (!result || !result->score || (profile.effect && std::abs(*profile.effect) >= std::abs(*result->score))) continue;
    profile.effect = result->score;
    profile.effect_method = effect->name.method;
    profile.effect_unit = effect->outputs.front().output.unit;
  }
}

FamilyProfile profile_of(const std::string& family, const std::map<std::string, OnTask>& tasks) {
  const auto best = std::max_element(tasks.begin(), tasks.end(), [](const auto& a, const auto& b) {
    return std::pair(-static_cast<int>(a.second.verdict), score_on(a.second)) < std::pair(-static_cast<int>(b.second.verdict), score_on(b.second));
  });
  FamilyProfile profile{.family = family, .verdict = best->second.verdict, .task = best->first, .unit = "", .score = {}, .ci_low = {}, .ci_high = {},
                        .null_mean = {}, .threshold = {}};
  profile.n_tasks = static_cast<int>(tasks.size());
  profile.n_measurable = static_cast<int>(std::count_if(tasks.begin(), tasks.end(), [](const auto& task) { return task.second.verdict != Verdict::not_measurable; }));
  if (profile.verdict == Verdict::not_measurable) return profile;  // numbers would say nothing
  if (best->second.statistic) tell_statistic(*best->second.statistic, profile);
  tell_effect(best->second.effects, profile);
  return profile;
}

// How many times its threshold the statistic is; families without either come last.
double strength(const FamilyProfile& profile) {
  if (!profile.score) return -std::numeric_limits<double>::infinity();
  return profile.threshold && *profile.threshold > 0 ? *profile.score / *profile.threshold : -1e300;
}

}  // namespace

std::vector<FamilyProfile> profile_of(const HeadEvidence& head) {
  std::map<std::string, std::map<std::string, OnTask>> families;
  for (const DetectorEvidence& detector : head.detectors) {
    OnTask& task = families[detector.name.family][detector.name.task];
    task.verdict = detector.verdict;
    if (detector.measures_family) task.statistic = &detector;
    else
      task.effects.push_back(&detector);
  }
  std::vector<FamilyProfile> profiles;
  for (const auto& [family, tasks] : families) profiles.push_back(profile_of(family, tasks));
  std::stable_sort(profiles.begin(), profiles.end(), [](const FamilyProfile& a, const FamilyProfile& b) {
    return std::pair(static_cast<int>(a.verdict), -strength(a)) < std::pair(static_cast<int>(b.verdict), -strength(b));
  });
  return profiles;
}

}  // namespace headlight
