// A whole scan from inside a test: real plugins, real workers, results in memory.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/host/scan.hpp"
#include "tests/scan/memory_sink.hpp"

namespace headlight::testing_support {

std::filesystem::path headlight_program();
std::filesystem::path built_plugins();  // the folder

struct TrialScan {
  std::vector<std::filesystem::path> models;  // folders
  std::vector<std::string> families, methods;
  std::vector<std::string> tasks = {"repeated-random"};
  std::vector<std::filesystem::path> plugin_folders = {built_plugins()};
  int n_prompts = 8;
  std::int64_t seed = 0;
  int n_threads = 2;
  std::int64_t memory_bytes = 0;
  std::chrono::seconds silence{120};
  std::function<bool()> stop = [] { return false; };
};

// How each run ended, by "family / method / task" ("method / task" for runs of no family).
struct TrialEnd {
  RunEnd how = RunEnd::done;
  std::string message;
};

struct TrialResult {
  ScanReport report;
  std::map<std::string, TrialEnd> ends;
  std::vector<std::string> notes, problems;
};

// Throws what index_plugins, plan_scan and run_scan throw.
TrialResult run(const TrialScan& scan, MemorySink& sink);

// A family's score of every head on a model, by the method "score": [layer * n_heads + head], NaN where it is not measured.
std::vector<double> scores_of(const std::filesystem::path& model, const std::string& family);

}  // namespace headlight::testing_support
