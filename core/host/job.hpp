// What a worker is asked to do: the runs of one model on one task. They share the model, the prompts and the forward passes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/results.hpp"

namespace headlight {

struct JobRun {
  std::string label;                     // for people: "induction / score / repeated-random"
  std::filesystem::path family, method;  // shared libraries; family empty when the method needs none
  std::vector<double> family_parameters, method_parameters;
  std::vector<CellValue> committed;      // what an interrupted run has delivered already
  bool guards_captures = false;          // the family sees copies that it cannot write or read beyond: for checking it
};

struct Job {
  std::filesystem::path model;  // folder
  Json task;                    // definition
  std::int64_t seed = 0;
  int n_prompts = 0;
  int n_threads = 0;            // 0: one per core
  std::int64_t memory_bytes = 0;
  bool wants_patterns = false;  // of the first reported prompts, for showing
  std::vector<JobRun> runs;
};

// A job as a frame and back.
Json to_json(const Job& job, std::string& blob);
Job job_from(const Json& json, std::string_view blob);

// Prompts [0, n / 2) select heads, the others are reported.
inline bool is_reported(int prompt, int n_prompts) { return prompt >= n_prompts / 2; }

inline constexpr int kShownPrompts = 3;      // whose patterns are kept
inline constexpr int kShownTokens = 256;     // longer prompts' patterns are not kept

// How many models with random weights the null of a model has: at least three, and so many that they have a hundred heads. Of 36 random heads the
// largest is passed by one further head in 37 on the average, but for one statistic in fifty by one in ten.
constexpr int n_random_models(int n_heads_of_model) {
  constexpr int kLeast = 3, kMost = 16, kLeastHeads = 100;
  const int enough = (kLeastHeads + n_heads_of_model - 1) / n_heads_of_model;
  return enough < kLeast ? kLeast : enough > kMost ? kMost : enough;
}

}  // namespace headlight
